namespace MGLMM.Data.Annotation;

/// <summary>What is known of a picture between two steps. Immutable.</summary>
public sealed record PictureAnnotation
{
    /// <summary>Width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The regions.</summary>
    public IReadOnlyList<AnnotatedRegion> Regions { get; init; } = [];

    /// <summary>How the regions lie.</summary>
    public IReadOnlyList<RegionRelation> Relations { get; init; } = [];

    /// <summary>The captions of the picture and of regions with parts.</summary>
    public IReadOnlyList<NodeCaption> Captions { get; init; } = [];

    /// <summary>What is part of a region, or of the picture only, in the order of <see cref="Regions"/>.</summary>
    /// <param name="node">The region's id; null for the picture.</param>
    public IReadOnlyList<AnnotatedRegion> ChildrenOf(string? node) => [.. Regions.Where(region => region.Parent == node)];

    /// <summary>The picture, as null, and all regions that have parts, from the top of the tree.</summary>
    public IEnumerable<string?> Nodes()
    {
        if (Regions.Any(region => region.Parent is null))
        {
            yield return null;
        }

        foreach (AnnotatedRegion region in Regions)
        {
            if (Regions.Any(child => child.Parent == region.Id))
            {
                yield return region.Id;
            }
        }
    }

    /// <summary>A region by its id; null where it is none.</summary>
    /// <param name="id">The id; null is none.</param>
    public AnnotatedRegion? Find(string? id) => id is null ? null : Regions.FirstOrDefault(region => region.Id == id);

    /// <summary>
    /// The annotation without some regions: their parts go to what they were part of, and captions that named or described them are gone.
    /// </summary>
    /// <param name="dropped">The ids.</param>
    public PictureAnnotation Without(IReadOnlySet<string> dropped)
    {
        ArgumentNullException.ThrowIfNull(dropped);
        if (dropped.Count == 0)
        {
            return this;
        }

        HashSet<string?> changed = [.. Regions.Where(region => dropped.Contains(region.Id)).Select(region => Kept(region.Parent))];
        return this with
        {
            Regions = [.. Regions.Where(region => !dropped.Contains(region.Id)).Select(region => region with { Parent = Kept(region.Parent) })],
            Relations = [.. Relations.Where(relation => !dropped.Contains(relation.Region) && (relation.Other is null || !dropped.Contains(relation.Other)))],
            Captions = [.. Captions.Where(caption => !changed.Contains(caption.Node) && (caption.Node is null || !dropped.Contains(caption.Node)))],
        };

        string? Kept(string? node)
        {
            // As many ways up as there are regions are enough for any tree.
            for (int step = 0; step < Regions.Count && node is not null && dropped.Contains(node); step++)
            {
                node = Find(node)?.Parent;
            }

            return node;
        }
    }
}
