using MGLMM.Masks;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Geometry;

/// <summary>How two regions lie to each other.</summary>
internal static class RegionRelation
{
    /// <summary>From this share on, a region counts as lying inside another: masks of a part rarely keep to the whole's edge to the pixel.</summary>
    public const double Inside = 0.95;

    /// <summary>Measures a pair exactly.</summary>
    /// <remarks>
    /// <list type="bullet">
    /// <item><c>inside</c>, <c>contains</c>: at least 95 % of the one lies in the other.</item>
    /// <item><c>overlapping</c>: they share pixels, but neither is inside the other.</item>
    /// <item><c>touching</c>: they share no pixel, but a pixel of one is one of the eight neighbours of a pixel of the other.</item>
    /// <item><c>left_of</c>, <c>right_of</c>, <c>above</c>, <c>below</c>: on that axis the middle of each region's pixels lies outside the
    /// other's box, on the far side. So boxes that are apart on the axis always give a direction, boxes that overlap a little may, and
    /// a region beside the middle of a larger one does not. None where one is inside the other.</item>
    /// </list>
    /// </remarks>
    public static RegionPair Of(VisionRegion a, VisionRegion b)
    {
        var common = a.Mask.IntersectionArea(b.Mask);
        var aInB = common / (double)a.Mask.Area;
        var bInA = common / (double)b.Mask.Area;
        var gap = a.Mask.GapTo(b.Mask)!.Value;
        var relations = new List<string>();
        if (aInB >= Inside)
        {
            relations.Add("inside");
        }

        if (bInA >= Inside)
        {
            relations.Add("contains");
        }

        if (relations.Count == 0)
        {
            if (common > 0)
            {
                relations.Add("overlapping");
            }
            else if (gap == 0)
            {
                relations.Add("touching");
            }

            AddDirections(a.Mask, b.Mask, relations);
        }

        return new RegionPair
        {
            A = a.Handle,
            B = b.Handle,
            Iou = Math.Round(common / (double)(a.Mask.Area + b.Mask.Area - common), 4),
            AInBFraction = Math.Round(aInB, 4),
            BInAFraction = Math.Round(bInA, 4),
            GapPx = Math.Round(gap, 1),
            AIs = relations,
        };
    }

    private static void AddDirections(Mask a, Mask b, List<string> relations)
    {
        var from = a.Centroid()!.Value;
        var to = b.Centroid()!.Value;
        if (from.X < b.Box.Left && to.X > a.Box.Right)
        {
            relations.Add("left_of");
        }
        else if (from.X > b.Box.Right && to.X < a.Box.Left)
        {
            relations.Add("right_of");
        }

        if (from.Y < b.Box.Top && to.Y > a.Box.Bottom)
        {
            relations.Add("above");
        }
        else if (from.Y > b.Box.Bottom && to.Y < a.Box.Top)
        {
            relations.Add("below");
        }
    }
}
