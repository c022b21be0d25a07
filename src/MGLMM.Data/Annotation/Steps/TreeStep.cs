using MGLMM.Data.Annotation.Cleaning;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>
/// Makes the tree: a region is part of the one that it was found in, else of the smallest larger one that holds nine tenths of it. What answers listed side by
/// side is never part of one another: where such masks overlap, the smaller thing is taken for the one in front, and the larger loses the pixels.
/// Thread-safe.
/// </summary>
/// <param name="options">Null takes the defaults.</param>
public sealed class TreeStep(CleaningOptions? options = null) : IAnnotationStep
{
    private const double Same = 0.5;

    private readonly double _inside = (options ?? new CleaningOptions()).Inside;

    /// <inheritdoc/>
    public string Name => "tree";

    /// <inheritdoc/>
    public string Settings => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"tree 1: {_inside}");

    /// <inheritdoc/>
    public Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        string?[] parents = ContainmentTree.Parents(before.Regions, _inside);
        AnnotatedRegion[] regions = [.. before.Regions.Select((region, index) => region with { Parent = parents[index] })];
        return Task.FromResult(new AnnotationStepResult(before with { Regions = [.. regions.Select(region => WithoutFront(region, regions))] }, []));
    }

    private static AnnotatedRegion WithoutFront(AnnotatedRegion region, AnnotatedRegion[] regions)
    {
        Mask mask = region.Mask;
        foreach (AnnotatedRegion other in regions)
        {
            // Two of nearly one size that overlap much are one thing twice, which checks tell of.
            if (other.Id != region.Id && other.Parent == region.Parent && other.Mask.Area < region.Mask.Area && ContainmentTree.SideBySide(region, other)
                && !other.Mask.Box.Intersect(region.Mask.Box).IsEmpty && other.Mask.IntersectionOverUnion(region.Mask) is > 0 and < Same)
            {
                mask = mask.Subtract(other.Mask);
            }
        }

        return mask.IsEmpty ? region : region with { Mask = mask };
    }
}
