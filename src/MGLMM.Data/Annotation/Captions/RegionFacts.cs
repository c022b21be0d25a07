using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Captions;

/// <summary>What is computed of how regions lie. A side is told by the middle of the region's pixels in its surroundings.</summary>
internal static class RegionFacts
{
    /// <summary>Where the left part ends and the right part begins.</summary>
    private const double Left = 0.37, Right = 0.63;

    private const double Top = 0.36, Bottom = 0.64;

    /// <summary>What is wider than this share of its surroundings is on no side.</summary>
    private const double Wide = 0.75;

    /// <summary>The side of a region in a box: left, middle or right, or across.</summary>
    public static string SideOf(Mask mask, PixelBox around) =>
        mask.Box.Width >= Wide * around.Width ? RelationNames.Across : Place(Share(mask.Centroid()!.Value.X, around.Left, around.Width), Left, Right, RelationNames.OnTheLeft, RelationNames.InTheMiddle, RelationNames.OnTheRight);

    /// <summary>At the top or at the bottom; null for what is neither.</summary>
    public static string? HeightOf(Mask mask, PixelBox around)
    {
        double share = Share(mask.Centroid()!.Value.Y, around.Top, around.Height);
        return share < Top ? RelationNames.AtTheTop : share > Bottom ? RelationNames.AtTheBottom : null;
    }

    /// <summary>
    /// How the first lies to the second: a direction where the middle of each lies beyond the other's box on that axis, the one with the larger
    /// distance of both; null where neither holds.
    /// </summary>
    public static string? Direction(Mask first, Mask second)
    {
        (MaskPoint a, MaskPoint b) = (first.Centroid()!.Value, second.Centroid()!.Value);
        (PixelBox boxA, PixelBox boxB) = (first.Box, second.Box);
        double across = a.X < boxB.Left && b.X > boxA.Right ? b.X - a.X : a.X > boxB.Right && b.X < boxA.Left ? a.X - b.X : -1;
        double along = a.Y < boxB.Top && b.Y > boxA.Bottom ? b.Y - a.Y : a.Y > boxB.Bottom && b.Y < boxA.Top ? a.Y - b.Y : -1;
        return (across, along) switch
        {
            ( < 0, < 0) => null,
            _ when across >= along => a.X < b.X ? RelationNames.LeftOf : RelationNames.RightOf,
            _ => a.Y < b.Y ? RelationNames.Above : RelationNames.Below,
        };
    }

    /// <summary>Whether what is said of two regions holds, by the same rule as <see cref="Direction"/> on the axis that is spoken of.</summary>
    public static bool Holds(string relation, Mask first, Mask second)
    {
        (MaskPoint a, MaskPoint b) = (first.Centroid()!.Value, second.Centroid()!.Value);
        return relation switch
        {
            RelationNames.LeftOf => a.X < b.X && (a.X < second.Box.Left || b.X > first.Box.Right),
            RelationNames.RightOf => a.X > b.X && (a.X > second.Box.Right || b.X < first.Box.Left),
            RelationNames.Above => a.Y < b.Y && (a.Y < second.Box.Top || b.Y > first.Box.Bottom),
            RelationNames.Below => a.Y > b.Y && (a.Y > second.Box.Bottom || b.Y < first.Box.Top),
            _ => true,
        };
    }

    /// <summary>Whether a region is where a side says, in its surroundings.</summary>
    public static bool Holds(string side, Mask mask, PixelBox around)
    {
        double x = Share(mask.Centroid()!.Value.X, around.Left, around.Width);
        double y = Share(mask.Centroid()!.Value.Y, around.Top, around.Height);
        return side switch
        {
            RelationNames.OnTheLeft => x < 0.45,
            RelationNames.OnTheRight => x > 0.55,
            RelationNames.InTheMiddle => x is > 0.28 and < 0.72,
            RelationNames.AtTheTop => y < 0.5,
            RelationNames.AtTheBottom => y > 0.5,
            _ => true,
        };
    }

    /// <summary>The box that a region's place is told in: its parent's, or the picture.</summary>
    public static PixelBox Around(PictureAnnotation annotation, string? node) => annotation.Find(node)?.Mask.Box ?? new PixelBox(0, 0, annotation.Width, annotation.Height);

    private static double Share(double at, int start, int length) => length == 0 ? 0.5 : (at - start) / length;

    private static string Place(double share, double low, double high, string below, string between, string above) => share < low ? below : share > high ? above : between;
}
