namespace MGLMM.Masks;

public sealed partial class Mask
{
    /// <summary>
    /// The mean of the centres of all inside pixels, or null where the mask is empty. It may lie outside the mask (in the hole of
    /// a ring, say); <see cref="PointInside"/> does not.
    /// </summary>
    public MaskPoint? Centroid()
    {
        if (IsEmpty)
        {
            return null;
        }

        // Twice the coordinates are whole, and their sums stay below 2^63 for every allowed size.
        long x = 0;
        long y = 0;
        SegmentEnumerator segments = Segments();
        while (segments.MoveNext())
        {
            long rows = segments.Bottom - segments.Top;
            x += rows * ((2L * segments.X) + 1);
            y += rows * ((long)segments.Top + segments.Bottom);
        }

        return new MaskPoint(x / (2.0 * Area), y / (2.0 * Area));
    }

    /// <summary>The part of the mask within a rectangle, as a mask of the rectangle's size.</summary>
    /// <param name="rectangle">Not empty, and wholly within the image.</param>
    /// <exception cref="ArgumentException">The rectangle is empty or reaches beyond the image.</exception>
    public Mask Crop(PixelBox rectangle)
    {
        if (rectangle.IsEmpty || rectangle.Intersect(new PixelBox(0, 0, Width, Height)) != rectangle)
        {
            throw new ArgumentException(
                $"The rectangle [{rectangle.Left}, {rectangle.Top}, {rectangle.Right}, {rectangle.Bottom}) is not a part of a mask of {Width} x {Height}.",
                nameof(rectangle));
        }

        RunWriter writer = new(rectangle.Width, rectangle.Height, Math.Min(_counts.Length, 4096));
        SegmentEnumerator segments = Segments();
        while (segments.MoveNext() && segments.X < rectangle.Right)
        {
            int top = Math.Max(segments.Top, rectangle.Top) - rectangle.Top;
            int bottom = Math.Min(segments.Bottom, rectangle.Bottom) - rectangle.Top;
            if (segments.X >= rectangle.Left && top < bottom)
            {
                int start = (segments.X - rectangle.Left) * rectangle.Height;
                writer.Add(start + top, start + bottom);
            }
        }

        return writer.Finish();
    }

    /// <summary>
    /// This mask laid onto a larger (or other) canvas, with its upper left pixel at (<paramref name="left"/>,
    /// <paramref name="top"/>): the way back for a mask that was made on a crop. What falls outside the canvas is cut off.
    /// </summary>
    /// <param name="left">The canvas column of this mask's first column; may be negative.</param>
    /// <param name="top">The canvas row of this mask's first row; may be negative.</param>
    /// <param name="canvasWidth">The number of columns of the result.</param>
    /// <param name="canvasHeight">The number of rows of the result.</param>
    /// <exception cref="ArgumentOutOfRangeException">The canvas has a size that a mask cannot have.</exception>
    public Mask Place(int left, int top, int canvasWidth, int canvasHeight)
    {
        MaskSize.Check(canvasWidth, canvasHeight);
        RunWriter writer = new(canvasWidth, canvasHeight, Math.Min(_counts.Length, 4096));
        SegmentEnumerator segments = Segments();
        while (segments.MoveNext())
        {
            // In long: a caller's offset may be anything.
            long x = (long)segments.X + left;
            long first = Math.Max((long)segments.Top + top, 0);
            long end = Math.Min((long)segments.Bottom + top, canvasHeight);
            if (x >= 0 && x < canvasWidth && first < end)
            {
                int start = (int)x * canvasHeight;
                writer.Add(start + (int)first, start + (int)end);
            }
        }

        return writer.Finish();
    }
}
