using MGLMM.Data.Annotation.Cleaning;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>
/// Makes the tree: a region is part of the smallest larger one that holds nine tenths of it. What one answer listed side by side is never part of one
/// another. Thread-safe.
/// </summary>
/// <param name="options">Null takes the defaults.</param>
public sealed class TreeStep(CleaningOptions? options = null) : IAnnotationStep
{
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
        return Task.FromResult(new AnnotationStepResult(before with { Regions = [.. before.Regions.Select((region, index) => region with { Parent = parents[index] })] }, []));
    }
}
