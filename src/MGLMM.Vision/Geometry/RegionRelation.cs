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
    /// other's main box (the box around all but its specks), on the far side. So boxes that are apart on the axis always give a
    /// direction, boxes that overlap a little may, and a region beside the middle of a larger one does not. None where one is inside
    /// the other.</item>
    /// </list>
    /// </remarks>
    /// <param name="a">The first region.</param>
    /// <param name="boxA">Its <see cref="PictureView.MainBox"/>, which callers with many pairs find once.</param>
    /// <param name="b">The second region.</param>
    /// <param name="boxB">Its main box.</param>
    public static RegionPair Of(VisionRegion a, PixelBox boxA, VisionRegion b, PixelBox boxB)
    {
        long common = a.Mask.IntersectionArea(b.Mask);
        double aInB = common / (double)a.Mask.Area;
        double bInA = common / (double)b.Mask.Area;
        double gap = a.Mask.GapTo(b.Mask)!.Value;
        List<string> relations = new();
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

            AddDirections(a.Mask.Centroid()!.Value, boxA, b.Mask.Centroid()!.Value, boxB, relations);
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

    private static void AddDirections(MaskPoint a, PixelBox boxA, MaskPoint b, PixelBox boxB, List<string> relations)
    {
        if (a.X < boxB.Left && b.X > boxA.Right)
        {
            relations.Add("left_of");
        }
        else if (a.X > boxB.Right && b.X < boxA.Left)
        {
            relations.Add("right_of");
        }

        if (a.Y < boxB.Top && b.Y > boxA.Bottom)
        {
            relations.Add("above");
        }
        else if (a.Y > boxB.Bottom && b.Y < boxA.Top)
        {
            relations.Add("below");
        }
    }
}
