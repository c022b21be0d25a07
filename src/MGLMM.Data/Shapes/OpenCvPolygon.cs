namespace MGLMM.Data.Shapes;

/// <summary>
/// Draws polygons with whole coordinates as OpenCV's <c>polylines</c> (thickness 1, closed) followed by <c>fillPoly</c> do, pixel for pixel:
/// the outline by Bresenham's line with eight neighbours, the inside by the even-odd rule on fixed-point edges. (OpenCV 4, modules/imgproc,
/// drawing.cpp: the rules, none of the code.)
/// </summary>
internal static class OpenCvPolygon
{
    private const int FractionBits = 16;
    private const long One = 1L << FractionBits;

    /// <summary>Coordinates beyond this are no pixels of any picture.</summary>
    public const int LargestCoordinate = 1 << 20;

    /// <summary>Draws a polygon.</summary>
    /// <param name="points">Its corners.</param>
    /// <param name="pixels">Row-major, width times height.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="value">What its pixels become.</param>
    public static void Draw(ReadOnlySpan<(int X, int Y)> points, Span<byte> pixels, int width, int height, byte value)
    {
        List<Edge> edges = new(points.Length);
        for (int index = 0; index < points.Length; index++)
        {
            ((int X, int Y) from, (int X, int Y) to) = (points[index == 0 ? points.Length - 1 : index - 1], points[index]);
            DrawLine(from, to, pixels, width, height, value);
            if (EdgeOf(from, to, width, height) is { } edge)
            {
                edges.Add(edge);
            }
        }

        Fill(edges, pixels, width, height, value);
    }

    private static Edge? EdgeOf((int X, int Y) from, (int X, int Y) to, int width, int height)
    {
        if (from.Y == to.Y)
        {
            return null;
        }

        ((int X, int Y) upper, (int X, int Y) lower) = from.Y < to.Y ? (from, to) : (to, from);
        return new Edge(upper.Y, lower.Y, (long)upper.X << FractionBits, (((long)to.X - from.X) << FractionBits) / (to.Y - from.Y));
    }

    private static void Fill(List<Edge> edges, Span<byte> pixels, int width, int height, byte value)
    {
        if (edges.Count < 2)
        {
            return;
        }

        edges.Sort((left, right) => left.Top.CompareTo(right.Top));
        (List<Edge> active, int next) = (new List<Edge>(), 0);
        List<long> cuts = new();
        for (int y = Math.Max(0, edges[0].Top); y < height; y++)
        {
            for (; next < edges.Count && edges[next].Top <= y; next++)
            {
                active.Add(edges[next]);
            }

            active.RemoveAll(edge => edge.Bottom <= y);
            if (active.Count == 0 && next == edges.Count)
            {
                return;
            }

            cuts.Clear();
            foreach (Edge edge in active)
            {
                cuts.Add(edge.X + ((y - edge.Top) * edge.Slope));
            }

            cuts.Sort();
            for (int pair = 0; pair + 1 < cuts.Count; pair += 2)
            {
                (long left, long right) = ((cuts[pair] + One - 1) >> FractionBits, cuts[pair + 1] >> FractionBits);
                if (left < width && right >= 0)
                {
                    (left, right) = (Math.Max(left, 0), Math.Min(right, width - 1));
                    if (left <= right)
                    {
                        pixels.Slice((y * width) + (int)left, (int)(right - left + 1)).Fill(value);
                    }
                }
            }
        }
    }

    private static void DrawLine((int X, int Y) from, (int X, int Y) to, Span<byte> pixels, int width, int height, byte value)
    {
        if (!Clip(ref from, ref to, width, height))
        {
            return;
        }

        // Always from left to right.
        ((int X, int Y) start, (int X, int Y) end) = from.X <= to.X ? (from, to) : (to, from);
        (int spanX, int spanY, int down) = (end.X - start.X, Math.Abs(end.Y - start.Y), end.Y < start.Y ? -1 : 1);
        bool steep = spanY > spanX;
        (int major, int minor) = steep ? (spanY, spanX) : (spanX, spanY);
        int error = major - (2 * minor);
        (int x, int y) = start;
        for (int step = 0; step <= major; step++)
        {
            pixels[(y * width) + x] = value;
            bool aside = error < 0;
            error += aside ? (2 * major) - (2 * minor) : -2 * minor;
            (x, y) = steep ? (aside ? x + 1 : x, y + down) : (x + 1, aside ? y + down : y);
        }
    }

    /// <summary>Cuts a line to the picture, its rows first and then its columns, in whole numbers; false where none of it is left.</summary>
    private static bool Clip(ref (int X, int Y) from, ref (int X, int Y) to, int width, int height)
    {
        (int right, int bottom) = (width - 1, height - 1);
        if (BothBeyond(from.X, to.X, right) || BothBeyond(from.Y, to.Y, bottom))
        {
            return false;
        }

        from = ToRows(from, to, bottom);
        to = ToRows(to, from, bottom);
        if (BothBeyond(from.X, to.X, right))
        {
            return false;
        }

        from = ToColumns(from, to, right);
        to = ToColumns(to, from, right);
        return true;
    }

    private static bool BothBeyond(int first, int second, int last) => (first < 0 && second < 0) || (first > last && second > last);

    /// <summary>Moves a point that lies above or below the picture along the line to the nearest row; divisions drop the rest.</summary>
    private static (int X, int Y) ToRows((int X, int Y) point, (int X, int Y) other, int last)
    {
        if (point.Y >= 0 && point.Y <= last)
        {
            return point;
        }

        int row = point.Y < 0 ? 0 : last;
        return ((int)(point.X + (((long)row - point.Y) * (other.X - point.X) / (other.Y - point.Y))), row);
    }

    private static (int X, int Y) ToColumns((int X, int Y) point, (int X, int Y) other, int last)
    {
        (int y, int x) = ToRows((point.Y, point.X), (other.Y, other.X), last);
        return (x, y);
    }

    /// <summary>An edge from one row to a lower one: where it begins and how far it moves a row, in 1/65536 pixels.</summary>
    private readonly record struct Edge(int Top, int Bottom, long X, long Slope);
}
