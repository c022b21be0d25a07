using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>A closed walk over pixels, up, down, left and right: what a program fills that counts the pixels on a polygon's outline in.</summary>
/// <remarks>
/// <para>
/// OpenCV's <c>fillPoly</c> and Pillow's <c>ImageDraw.polygon</c> take whole numbers that name pixels, fill by the even-odd rule, and draw the outline
/// too. So a ring for them runs through the outermost pixels, not along their edges: each corner of the outline goes half a pixel inwards, to the
/// middle of the pixel that it is a corner of, or of the one that both its neighbours touch. Where a region is one pixel wide the walk goes there
/// and back.
/// </para>
/// <para>
/// Steps are never diagonal: both programs draw those lines alike, and what lies between is filled to the very pixel.
/// </para>
/// </remarks>
internal sealed class PixelRing
{
    private readonly PixelPosition[] _corners;

    private PixelRing(PixelPosition[] corners) => _corners = corners;

    /// <summary>The corners; each line to the next is level or upright, and may have no length. At least four.</summary>
    public ReadOnlySpan<PixelPosition> Corners => _corners;

    /// <summary>The number of corners, and of lines.</summary>
    public int Count => _corners.Length;

    /// <summary>The corner of that index, counted round.</summary>
    public PixelPosition this[int index] => _corners[index % _corners.Length];

    /// <summary>Makes one of an exact outline.</summary>
    /// <param name="outline">A ring of <see cref="Mask.ToPolygons"/> with tolerance 0: corners only, with the inside on the right hand.</param>
    public static PixelRing Of(IReadOnlyList<MaskPoint> outline)
    {
        PixelPosition[] corners = new PixelPosition[outline.Count];
        (MaskPoint before, MaskPoint at) = (outline[^1], outline[0]);
        for (int index = 0; index < corners.Length; index++)
        {
            MaskPoint after = outline[(index + 1) % outline.Count];

            // Right of a direction (x, y) lies (-y, x). One of the two lines is level and the other upright, so the sum leans both ways.
            int inwardsX = Math.Sign(before.Y - at.Y) + Math.Sign(at.Y - after.Y);
            int inwardsY = Math.Sign(at.X - before.X) + Math.Sign(after.X - at.X);
            corners[index] = new PixelPosition((int)at.X + (inwardsX > 0 ? 0 : -1), (int)at.Y + (inwardsY > 0 ? 0 : -1));
            (before, at) = (at, after);
        }

        return new PixelRing(corners);
    }
}
