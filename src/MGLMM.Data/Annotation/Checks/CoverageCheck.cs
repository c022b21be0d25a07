using System.Globalization;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// Tells of large pieces of the picture that belong to no region: something there was not found. Takes nothing away. Thread-safe.
/// </summary>
/// <param name="mostMissing">The largest connected piece without a region that is passed over, as a share of the picture.</param>
public sealed class CoverageCheck(double mostMissing = 0.004) : IAnnotationCheck
{
    /// <inheritdoc/>
    public string Name => "coverage";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"coverage 1: {mostMissing}");

    /// <inheritdoc/>
    public bool ReadsCaptions => false;

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        Mask[] roots = [.. annotation.Regions.Where(region => region.Parent is null).Select(region => region.Mask)];
        Mask rest = roots.Length == 0 ? Mask.Full(annotation.Width, annotation.Height) : Mask.Union(roots).Complement();
        double pixels = (double)annotation.Width * annotation.Height;

        // Seams between masks are no things: what a pixel less all round leaves nothing of is passed over.
        CheckFinding[] findings =
        [
            .. rest.Shrink(1).ConnectedComponents().Where(piece => piece.Area > mostMissing * pixels)
                .Select(piece => new CheckFinding(null, CheckRemedy.Note, "a piece of the picture belongs to no region", string.Create(
                    CultureInfo.InvariantCulture, $"{100 * piece.Area / pixels:F1} % around x {piece.Centroid()!.Value.X:F0}, y {piece.Centroid()!.Value.Y:F0}"))),
        ];
        return Task.FromResult(new CheckResult(findings, new Dictionary<string, double>()));
    }
}
