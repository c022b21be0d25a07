namespace MGLMM.Vision.Tests.Geometry;

/// <summary>The slow way: every pixel against every other.</summary>
internal static class PlainBitmap
{
    public static IEnumerable<(int X, int Y)> Points(VisionRegion region)
    {
        for (int y = 0; y < region.Mask.Height; y++)
        {
            for (int x = 0; x < region.Mask.Width; x++)
            {
                if (region.Mask.Contains(x, y))
                {
                    yield return (x, y);
                }
            }
        }
    }

    /// <summary>Connected pieces over eight neighbours, largest first.</summary>
    public static List<HashSet<(int X, int Y)>> Pieces(VisionRegion region)
    {
        HashSet<(int X, int Y)> left = Points(region).ToHashSet();
        List<HashSet<(int, int)>> pieces = new();
        while (left.Count > 0)
        {
            HashSet<(int, int)> piece = new();
            Queue<(int X, int Y)> open = new([left.First()]);
            left.Remove(open.Peek());
            while (open.TryDequeue(out (int X, int Y) at))
            {
                piece.Add(at);
                for (int n = 0; n < 9; n++)
                {
                    (int, int) next = (at.X + (n % 3) - 1, at.Y + (n / 3) - 1);
                    if (left.Remove(next))
                    {
                        open.Enqueue(next);
                    }
                }
            }

            pieces.Add(piece);
        }

        return [.. pieces.OrderByDescending(piece => piece.Count)];
    }

    /// <summary>The shortest distance between the squares of two pixels.</summary>
    public static double Gap(VisionRegion a, VisionRegion b)
    {
        (int X, int Y)[] others = Points(b).ToArray();
        return Points(a).Min(p => others.Min(q =>
        {
            (int dx, int dy) = (Math.Max(0, Math.Abs(p.X - q.X) - 1), Math.Max(0, Math.Abs(p.Y - q.Y) - 1));
            return Math.Sqrt((dx * dx) + (dy * dy));
        }));
    }
}
