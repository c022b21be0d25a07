using MGLMM.Data.Annotation.Captions;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>
/// Computes how regions lie: the side of each in its surroundings, and its direction from the nearest one of the same parent. Nothing is asked of a
/// model. Thread-safe.
/// </summary>
public sealed class RelationStep : IAnnotationStep
{
    /// <inheritdoc/>
    public string Name => "relations";

    /// <inheritdoc/>
    public string Settings => "relations 1";

    /// <inheritdoc/>
    public Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        List<RegionRelation> relations = new();
        foreach (string? node in before.Nodes())
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<AnnotatedRegion> children = before.ChildrenOf(node);
            foreach (AnnotatedRegion child in children)
            {
                MGLMM.Masks.PixelBox around = RegionFacts.Around(before, node);
                relations.Add(new RegionRelation(child.Id, RegionFacts.SideOf(child.Mask, around), null));
                if (RegionFacts.HeightOf(child.Mask, around) is { } height)
                {
                    relations.Add(new RegionRelation(child.Id, height, null));
                }

                AnnotatedRegion? nearest = children.Where(other => other.Id != child.Id).MinBy(other => Distance(child, other));
                if (nearest is not null && RegionFacts.Direction(child.Mask, nearest.Mask) is { } direction)
                {
                    relations.Add(new RegionRelation(child.Id, direction, nearest.Id));
                }
            }
        }

        return Task.FromResult(new AnnotationStepResult(before with { Relations = relations }, []));
    }

    private static double Distance(AnnotatedRegion first, AnnotatedRegion second)
    {
        (MGLMM.Masks.MaskPoint a, MGLMM.Masks.MaskPoint b) = (first.Mask.Centroid()!.Value, second.Mask.Centroid()!.Value);
        return Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2);
    }
}
