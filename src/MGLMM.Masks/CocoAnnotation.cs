namespace MGLMM.Masks;

/// <summary>A mask of an image in a COCO document.</summary>
/// <param name="ImageId">The image that it belongs to.</param>
/// <param name="CategoryId">What it shows.</param>
/// <param name="Mask">The pixels.</param>
public sealed record CocoAnnotation(long ImageId, int CategoryId, Mask Mask)
{
    /// <summary>The annotation's id, from 1; null in results, whose ids loadRes gives.</summary>
    public long? Id { get; init; }

    /// <summary>How sure a model is. Where it is set, the entry is a result, without area, box and crowd: loadRes would take a box's area for the mask's.</summary>
    public double? Score { get; init; }

    /// <summary>
    /// Whether this is a crowd, which evaluation ignores and training drops. The format's description pairs run lengths with crowds, but pycocotools reads
    /// compressed run lengths with either.
    /// </summary>
    public bool IsCrowd { get; init; }

    /// <summary>Written instead of the mask's run lengths; <c>area</c> and <c>bbox</c> stay the mask's own.</summary>
    public IReadOnlyList<MaskPolygon>? Polygons { get; init; }
}
