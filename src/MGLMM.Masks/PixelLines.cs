namespace MGLMM.Masks;

/// <summary>Outlines drawn one pixel wide (Bresenham), as OpenCV and Pillow draw those of the polygons that they fill.</summary>
internal static class PixelLines
{
    private const double HalfPixel = 0.5;

    /// <summary>The polygon with every point at the centre of the pixel that it names.</summary>
    public static MaskPolygon Centred(MaskPolygon polygon)
    {
        return new MaskPolygon(Ring(polygon.Outer), [.. polygon.Holes.Select(Ring)]);

        static IReadOnlyList<MaskPoint> Ring(IReadOnlyList<MaskPoint> ring)
        {
            ArgumentNullException.ThrowIfNull(ring);
            return [.. ring.Select(point => new MaskPoint(Math.Floor(point.X) + HalfPixel, Math.Floor(point.Y) + HalfPixel))];
        }
    }

    /// <summary>The pixels that the rings of a polygon pass.</summary>
    /// <param name="polygon">Points at the centres of pixels, already looked at by <see cref="PolygonFill"/>.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    public static Mask Draw(MaskPolygon polygon, int width, int height)
    {
        List<int> pixels = new();
        AddRing(polygon.Outer, pixels, width, height);
        foreach (IReadOnlyList<MaskPoint> hole in polygon.Holes)
        {
            AddRing(hole, pixels, width, height);
        }

        pixels.Sort();
        RunWriter writer = new(width, height, (2 * Math.Min(pixels.Count, width * height / 2)) + 2);
        foreach (int pixel in pixels)
        {
            writer.Add(Math.Max(pixel, writer.End), pixel + 1);
        }

        return writer.Finish();
    }

    private static void AddRing(IReadOnlyList<MaskPoint> ring, List<int> pixels, int width, int height)
    {
        MaskPoint from = ring[^1];
        foreach (MaskPoint to in ring)
        {
            AddLine((long)Math.Floor(from.X), (long)Math.Floor(from.Y), (long)Math.Floor(to.X), (long)Math.Floor(to.Y), pixels, width, height);
            from = to;
        }
    }

    private static void AddLine(long x0, long y0, long x1, long y1, List<int> pixels, int width, int height)
    {
        // Always from left to right, so that a way there and back passes the same pixels.
        if (x0 > x1)
        {
            (x0, y0, x1, y1) = (x1, y1, x0, y0);
        }

        long steps = Math.Max(x1 - x0, Math.Abs(y1 - y0));

        // Only the part of a long line that may meet the image.
        (long first, long last) = Within(y0, y1, height, Within(x0, x1, width, (0, steps), steps), steps);
        for (long step = first; step <= last; step++)
        {
            long x = x0 + Rounded((x1 - x0) * step, steps);
            long y = y0 + Rounded((y1 - y0) * step, steps);
            if (x >= 0 && x < width && y >= 0 && y < height)
            {
                pixels.Add((int)((x * height) + y));
            }
        }
    }

    /// <summary>Narrows a range of steps to those at which a coordinate may lie from 0 to a size, with one step to spare.</summary>
    private static (long First, long Last) Within(long from, long to, int size, (long First, long Last) range, long steps)
    {
        if (from == to)
        {
            return from >= 0 && from < size ? range : (1, 0);
        }

        double perStep = (to - from) / (double)steps;
        double atStart = -from / perStep;
        double atEnd = (size - from) / perStep;
        return (Math.Max(range.First, (long)Math.Min(atStart, atEnd) - 1), Math.Min(range.Last, (long)Math.Max(atStart, atEnd) + 2));
    }

    /// <summary>A quotient, rounded to the nearest whole number; a half goes towards 0, and so towards the line's left end, as in OpenCV.</summary>
    private static long Rounded(long value, long divisor) =>
        divisor == 0 ? 0 : Math.Sign(value) * (long)Math.Ceiling((Math.Abs(value) / (double)divisor) - HalfPixel);
}
