namespace MGLMM.Data.Text;

/// <summary>What COCO's categories are called in a sentence.</summary>
internal static class CocoNames
{
    private static readonly Dictionary<string, string> Turned = new(StringComparer.Ordinal)
    {
        ["window-blind"] = "blind window",
        ["wall-wood"] = "wooden wall",
        ["wall-tile"] = "tiled wall",
        ["wall-stone"] = "stone wall",
        ["wall-brick"] = "brick wall",
        ["mirror-stuff"] = "mirror stuff",
        ["floor-wood"] = "wooden floor",
        ["door-stuff"] = "door stuff",
    };

    /// <summary>A category of the panoptic set: some names turned round, of the others what stands before the first hyphen.</summary>
    public static string Spoken(string category) => Turned.TryGetValue(category, out string? turned) ? turned : category.Split('-')[0];
}
