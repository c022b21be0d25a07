namespace MGLMM.Masks;

/// <summary>Leaves out points of a closed ring as Ramer, Douglas and Peucker do for open lines.</summary>
internal static class RingSimplifier
{
    /// <summary>
    /// A new array of the points that are needed for the ring to stay within the tolerance. All of them where the tolerance is 0 or
    /// where fewer than three, or a ring without area, would be left.
    /// </summary>
    public static MaskPoint[] Simplify(List<MaskPoint> ring, double tolerance)
    {
        MaskPoint[] points = [.. ring];
        if (tolerance == 0 || points.Length <= 4)
        {
            return points;
        }

        // A ring has no ends: its first point and the point farthest from it part it into two lines.
        int opposite = 0;
        double farthest = 0;
        for (int i = 1; i < points.Length; i++)
        {
            double distance = SquaredDistance(points[i], points[0], points[0]);
            if (distance > farthest)
            {
                farthest = distance;
                opposite = i;
            }
        }

        bool[] kept = new bool[points.Length];
        kept[0] = true;
        kept[opposite] = true;

        // A stack of our own: a spiral of many thousand points would be that deep.
        Stack<(int From, int To)> open = new();
        open.Push((0, opposite));
        open.Push((opposite, points.Length));
        double limit = tolerance * tolerance;
        while (open.TryPop(out (int From, int To) line))
        {
            MaskPoint from = points[line.From];
            MaskPoint to = points[line.To % points.Length];
            double worst = limit;
            int at = -1;
            for (int i = line.From + 1; i < line.To; i++)
            {
                double distance = SquaredDistance(points[i], from, to);
                if (distance > worst)
                {
                    worst = distance;
                    at = i;
                }
            }

            if (at >= 0)
            {
                kept[at] = true;
                open.Push((line.From, at));
                open.Push((at, line.To));
            }
        }

        List<MaskPoint> simplified = new();
        for (int i = 0; i < points.Length; i++)
        {
            if (kept[i])
            {
                simplified.Add(points[i]);
            }
        }

        return simplified.Count >= 3 && DoubleArea(simplified) != 0 ? [.. simplified] : points;
    }

    /// <summary>The squared distance from a point to the line between two others, ends included.</summary>
    private static double SquaredDistance(MaskPoint point, MaskPoint from, MaskPoint to)
    {
        double x = to.X - from.X;
        double y = to.Y - from.Y;
        double length = (x * x) + (y * y);
        double along = length == 0 ? 0 : Math.Clamp((((point.X - from.X) * x) + ((point.Y - from.Y) * y)) / length, 0, 1);
        double dx = point.X - from.X - (along * x);
        double dy = point.Y - from.Y - (along * y);
        return (dx * dx) + (dy * dy);
    }

    private static double DoubleArea(List<MaskPoint> ring)
    {
        double area = 0;
        MaskPoint from = ring[^1];
        foreach (MaskPoint to in ring)
        {
            area += (from.X * to.Y) - (to.X * from.Y);
            from = to;
        }

        return area;
    }
}
