using MGLMM.Masks;

namespace MGLMM.Vision.Geometry;

/// <summary>Sorts regions. Stable: equal ones keep their order.</summary>
internal static class RegionOrder
{
    public static bool NeedsAnchor(string order) => order is "nearest" or "farthest";

    /// <summary>
    /// Directions go by the middle of a region's pixels; distance is the gap between the pixels of the two regions, and where gaps are
    /// equal (as for all that touch or overlap the anchor) the distance between their middles.
    /// </summary>
    /// <param name="regions">What to sort.</param>
    /// <param name="order">The order, by the name that callers use.</param>
    /// <param name="anchor">The region that distance is measured from.</param>
    /// <param name="cancellationToken">Observed between regions.</param>
    public static IReadOnlyList<VisionRegion> Sort(
        IReadOnlyList<VisionRegion> regions, string order, VisionRegion? anchor, CancellationToken cancellationToken)
    {
        return order switch
        {
            "left_to_right" => [.. regions.OrderBy(Across)],
            "right_to_left" => [.. regions.OrderByDescending(Across)],
            "top_to_bottom" => [.. regions.OrderBy(Down)],
            "bottom_to_top" => [.. regions.OrderByDescending(Down)],
            "largest" => [.. regions.OrderByDescending(region => region.Mask.Area)],
            "smallest" => [.. regions.OrderBy(region => region.Mask.Area)],
            "nearest" => [.. Measured().OrderBy(entry => entry.Gap).ThenBy(entry => entry.Middles).Select(entry => entry.Region)],
            "farthest" => [.. Measured().OrderByDescending(entry => entry.Gap).ThenByDescending(entry => entry.Middles).Select(entry => entry.Region)],
            _ => throw new ArgumentOutOfRangeException(nameof(order), order, "No such order."),
        };

        // Once per region, not once per comparison: gaps are the dear part.
        List<(VisionRegion Region, double Gap, double Middles)> Measured()
        {
            MaskPoint from = anchor!.Mask.Centroid()!.Value;
            List<(VisionRegion, double, double)> measured = new(regions.Count);
            foreach (VisionRegion region in regions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                MaskPoint middle = region.Mask.Centroid()!.Value;
                measured.Add((region, anchor.Mask.GapTo(region.Mask)!.Value, Math.Sqrt(Square(middle.X - from.X) + Square(middle.Y - from.Y))));
            }

            return measured;
        }
    }

    private static double Across(VisionRegion region) => region.Mask.Centroid()!.Value.X;

    private static double Down(VisionRegion region) => region.Mask.Centroid()!.Value.Y;

    private static double Square(double value) => value * value;
}
