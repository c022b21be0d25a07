namespace MGLMM.Masks;

public sealed partial class Mask
{
    /// <summary>
    /// The pixels whose centres lie inside any of the polygons. Within one polygon the even-odd rule over all its rings decides, so
    /// holes are outside. A centre exactly on an edge counts to the polygon on the edge's right or lower side.
    /// </summary>
    /// <param name="polygons">
    /// In pixels of the image plane (see <see cref="MaskPoint"/>); what lies outside the image is cut off. None gives the empty mask.
    /// </param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <remarks>
    /// pycocotools draws polygons by another rule, which includes more of the pixels that an edge only touches.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A ring has fewer than three points, or a coordinate is not a number or is beyond a billion either way, or the size is not one
    /// that a mask can have.
    /// </exception>
    public static Mask FromPolygons(IEnumerable<MaskPolygon> polygons, int width, int height)
    {
        MaskSize.Check(width, height);
        ArgumentNullException.ThrowIfNull(polygons);
        List<Mask> masks = new();
        foreach (MaskPolygon polygon in polygons)
        {
            ArgumentNullException.ThrowIfNull(polygon, nameof(polygons));
            masks.Add(PolygonFill.Fill(polygon, width, height));
        }

        return masks.Count == 0 ? Empty(width, height) : Union(masks);
    }

    /// <summary>The pixels of any of the polygons, by the rule of the program that they come from.</summary>
    /// <param name="polygons">What lies outside the image is cut off. None gives the empty mask.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="rule">What the points mean.</param>
    /// <exception cref="ArgumentException">
    /// A ring has fewer than three points, or a coordinate is not a number or is beyond a billion either way, or the size is not one
    /// that a mask can have.
    /// </exception>
    public static Mask FromPolygons(IEnumerable<MaskPolygon> polygons, int width, int height, PolygonRule rule)
    {
        if (rule == PolygonRule.PixelEdges)
        {
            return FromPolygons(polygons, width, height);
        }

        MaskSize.Check(width, height);
        ArgumentNullException.ThrowIfNull(polygons);
        if (rule != PolygonRule.PixelCentres)
        {
            throw new ArgumentOutOfRangeException(nameof(rule), rule, "There is no such rule.");
        }

        List<Mask> masks = new();
        foreach (MaskPolygon polygon in polygons)
        {
            ArgumentNullException.ThrowIfNull(polygon, nameof(polygons));
            MaskPolygon centred = PixelLines.Centred(polygon);
            masks.Add(PolygonFill.Fill(centred, width, height));
            masks.Add(PixelLines.Draw(centred, width, height));
        }

        return masks.Count == 0 ? Empty(width, height) : Union(masks);
    }

    /// <summary>
    /// The outlines of the mask along the edges of its pixels: one polygon for each piece connected over pixel sides, with its
    /// holes, in the order of <see cref="ConnectedComponents"/> with <see cref="Connectivity.Four"/>. Empty for an empty mask.
    /// </summary>
    /// <param name="tolerance">
    /// 0 for the exact outline: all coordinates are whole, each point is a corner, and <see cref="FromPolygons(IEnumerable{MaskPolygon}, int, int)"/> gives back
    /// the same mask. Above 0, points are left out as long as the outline moves by no more than this many pixels (Ramer, Douglas and
    /// Peucker); rings of neighbouring pieces may then overlap a little. A ring that would lose its area keeps all its points.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative, infinite or not a number.</exception>
    public IReadOnlyList<MaskPolygon> ToPolygons(double tolerance = 0)
    {
        if (!double.IsFinite(tolerance) || tolerance < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "A tolerance is a finite number of pixels, not negative.");
        }

        return IsEmpty ? [] : OutlineTracer.Trace(this, tolerance);
    }
}
