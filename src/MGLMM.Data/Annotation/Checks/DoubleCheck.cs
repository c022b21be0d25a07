using System.Globalization;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>Regions of one parent do not cover each other: of two that do, the one with less evidence goes, of equals the later. Thread-safe.</summary>
/// <param name="mostShared">The most that two may share, of the smaller one.</param>
public sealed class DoubleCheck(double mostShared = 0.6) : IAnnotationCheck
{
    /// <inheritdoc/>
    public string Name => "doubles";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"doubles 1: {mostShared}");

    /// <inheritdoc/>
    public bool ReadsCaptions => false;

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        List<CheckFinding> findings = new();
        HashSet<string> gone = new(StringComparer.Ordinal);
        foreach (IGrouping<string?, AnnotatedRegion> siblings in annotation.Regions.GroupBy(region => region.Parent))
        {
            AnnotatedRegion[] ordered = [.. siblings.OrderByDescending(region => region.Confidence)];
            for (int later = 1; later < ordered.Length; later++)
            {
                for (int earlier = 0; earlier < later; earlier++)
                {
                    (AnnotatedRegion kept, AnnotatedRegion other) = (ordered[earlier], ordered[later]);
                    if (gone.Contains(kept.Id) || kept.Mask.Box.Intersect(other.Mask.Box).IsEmpty)
                    {
                        continue;
                    }

                    double shared = (double)kept.Mask.IntersectionArea(other.Mask) / Math.Min(kept.Mask.Area, other.Mask.Area);
                    if (shared > mostShared && gone.Add(other.Id))
                    {
                        findings.Add(new CheckFinding(other.Id, CheckRemedy.DropRegion, "it covers another one of the same parent", $"'{other.Phrase}' and '{kept.Phrase}'"));
                    }
                }
            }
        }

        return Task.FromResult(new CheckResult(findings, new Dictionary<string, double>()));
    }
}
