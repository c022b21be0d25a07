using MGLMM.Masks;

namespace MGLMM.Vision.Tests.Exports;

/// <summary>
/// How other programs make pixels of polygons, done again the plain way: <c>cv2.fillPoly</c> and Pillow's <c>ImageDraw.polygon</c> over whole numbers fill
/// by the even-odd rule and draw the outline. <c>tests/exports/read_back.py</c> holds the same over the programs themselves.
/// </summary>
internal static class PolygonReader
{
    /// <summary>Ultralytics: shares of the size, as 32-bit numbers, cut off, and <c>cv2.fillPoly</c>.</summary>
    public static Mask Ultralytics(float[] numbers, int width, int height) => Fill(
        [.. Enumerable.Range(0, numbers.Length / 2).Select(index => ((int)(numbers[2 * index] * width), (int)(numbers[(2 * index) + 1] * height)))], width, height);

    /// <summary>Programs that round instead.</summary>
    public static Mask Rounded(double[] numbers, int width, int height) => Fill(
        [.. Enumerable.Range(0, numbers.Length / 2).Select(index => ((int)Math.Round(numbers[2 * index] * width), (int)Math.Round(numbers[(2 * index) + 1] * height)))], width, height);

    /// <summary>labelme: points in pixels, cut off, and Pillow's polygon with outline.</summary>
    public static Mask Pillow(IReadOnlyList<MaskPoint> points, int width, int height) => Fill([.. points.Select(point => ((int)point.X, (int)point.Y))], width, height);

    private static Mask Fill((int X, int Y)[] points, int width, int height)
    {
        bool[] inside = new bool[width * height];
        for (int y = 0; y < height; y++)
        {
            List<double> crossings = new();
            for (int index = 0; index < points.Length; index++)
            {
                ((int X, int Y) from, (int X, int Y) to) = (points[index], points[(index + 1) % points.Length]);
                if (Math.Min(from.Y, to.Y) <= y && y < Math.Max(from.Y, to.Y))
                {
                    crossings.Add(from.X + ((to.X - from.X) * (y - from.Y) / (double)(to.Y - from.Y)));
                }
            }

            crossings.Sort();
            for (int pair = 0; pair < crossings.Count; pair += 2)
            {
                for (int x = (int)Math.Round(crossings[pair]); x <= (int)Math.Round(crossings[pair + 1]); x++)
                {
                    Set(x, y);
                }
            }
        }

        for (int index = 0; index < points.Length; index++)
        {
            // From left to right, whichever way it goes; halfway between two pixels it takes the one it comes from.
            ((int X, int Y) from, (int X, int Y) to) = (points[index], points[(index + 1) % points.Length]);
            (from, to) = from.X <= to.X ? (from, to) : (to, from);
            int steps = Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y));
            for (int step = 0; step <= steps; step++)
            {
                Set(from.X + Part(to.X - from.X, step, steps), from.Y + Part(to.Y - from.Y, step, steps));
            }
        }

        return Mask.FromBitmap(inside, width, height);

        static int Part(int length, int step, int steps) =>
            steps == 0 ? 0 : Math.Sign(length) * (int)Math.Ceiling((Math.Abs(length) * (double)step / steps) - 0.5);

        void Set(int x, int y)
        {
            if (x >= 0 && x < width && y >= 0 && y < height)
            {
                inside[(y * width) + x] = true;
            }
        }
    }
}
