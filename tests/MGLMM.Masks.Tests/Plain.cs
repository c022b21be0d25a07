namespace MGLMM.Masks.Tests;

/// <summary>
/// Masks the plain way: one bool per pixel, row by row, every operation by its definition. Slow, and short enough to be seen to be
/// right; the run-length code is compared with it.
/// </summary>
internal sealed class Plain(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    public bool[] Pixels { get; } = new bool[width * height];

    public bool this[int x, int y]
    {
        get => Pixels[(y * Width) + x];
        set => Pixels[(y * Width) + x] = value;
    }

    public static bool IsIn(PixelBox box, int x, int y) => x >= box.Left && x < box.Right && y >= box.Top && y < box.Bottom;

    public static Plain Make(int width, int height, Func<int, int, bool> inside)
    {
        Plain plain = new(width, height);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                plain[x, y] = inside(x, y);
            }
        }

        return plain;
    }

    public Plain Map(Func<int, int, bool> inside) => Make(Width, Height, inside);

    public Mask ToMask() => Mask.FromCounts(Counts(), Width, Height);

    public int[] Counts()
    {
        List<int> counts = new() { 0 };
        bool value = false;
        for (int x = 0; x < Width; x++)
        {
            for (int y = 0; y < Height; y++)
            {
                if (this[x, y] != value)
                {
                    counts.Add(0);
                    value = !value;
                }

                counts[^1]++;
            }
        }

        return [.. counts];
    }

    public bool At(int x, int y) => x >= 0 && x < Width && y >= 0 && y < Height && this[x, y];

    public long Area() => Pixels.LongCount(p => p);

    public IEnumerable<PixelPosition> Inside()
    {
        for (int x = 0; x < Width; x++)
        {
            for (int y = 0; y < Height; y++)
            {
                if (this[x, y])
                {
                    yield return new PixelPosition(x, y);
                }
            }
        }
    }

    public PixelBox Box()
    {
        List<PixelPosition> inside = Inside().ToList();
        return inside.Count == 0
            ? default
            : new PixelBox(inside.Min(p => p.X), inside.Min(p => p.Y), inside.Max(p => p.X) + 1, inside.Max(p => p.Y) + 1);
    }

    public Plain Grow(double radius)
    {
        int reach = (int)Math.Floor(radius);
        Plain grown = new(Width, Height);
        foreach (PixelPosition p in Inside())
        {
            for (int dy = -reach; dy <= reach; dy++)
            {
                for (int dx = -reach; dx <= reach; dx++)
                {
                    int x = p.X + dx;
                    int y = p.Y + dy;
                    if ((dx * dx) + (dy * dy) <= radius * radius && x >= 0 && x < Width && y >= 0 && y < Height)
                    {
                        grown[x, y] = true;
                    }
                }
            }
        }

        return grown;
    }

    public Plain Shrink(double radius)
    {
        int reach = (int)Math.Floor(radius);
        return Map((x, y) =>
        {
            for (int dy = -reach; dy <= reach; dy++)
            {
                for (int dx = -reach; dx <= reach; dx++)
                {
                    int nx = x + dx;
                    int ny = y + dy;
                    if ((dx * dx) + (dy * dy) <= radius * radius && nx >= 0 && nx < Width && ny >= 0 && ny < Height && !this[nx, ny])
                    {
                        return false;
                    }
                }
            }

            return this[x, y];
        });
    }

    /// <summary>Components by flood fill, in the order of their first pixel (column by column).</summary>
    public List<Plain> Components(Connectivity connectivity)
    {
        Plain seen = new(Width, Height);
        List<Plain> components = new();
        foreach (PixelPosition start in Inside())
        {
            if (seen[start.X, start.Y])
            {
                continue;
            }

            Plain component = new(Width, Height);
            Stack<PixelPosition> open = new([start]);
            while (open.TryPop(out PixelPosition p))
            {
                if (!At(p.X, p.Y) || seen[p.X, p.Y])
                {
                    continue;
                }

                seen[p.X, p.Y] = true;
                component[p.X, p.Y] = true;
                for (int dy = -1; dy <= 1; dy++)
                {
                    for (int dx = -1; dx <= 1; dx++)
                    {
                        if (connectivity == Connectivity.Eight || dx == 0 || dy == 0)
                        {
                            open.Push(new PixelPosition(p.X + dx, p.Y + dy));
                        }
                    }
                }
            }

            components.Add(component);
        }

        return components;
    }

    public Plain Holes(Connectivity connectivity)
    {
        Plain outside = Map((x, y) => !this[x, y]);
        Plain holes = new(Width, Height);
        foreach (Plain piece in outside.Components(connectivity == Connectivity.Eight ? Connectivity.Four : Connectivity.Eight))
        {
            if (!piece.Inside().Any(p => p.X == 0 || p.Y == 0 || p.X == Width - 1 || p.Y == Height - 1))
            {
                foreach (PixelPosition p in piece.Inside())
                {
                    holes[p.X, p.Y] = true;
                }
            }
        }

        return holes;
    }

    public double? GapTo(Plain other)
    {
        double? best = null;
        foreach (PixelPosition a in Inside())
        {
            foreach (PixelPosition b in other.Inside())
            {
                double dx = Math.Max(0, Math.Abs(a.X - b.X) - 1);
                double dy = Math.Max(0, Math.Abs(a.Y - b.Y) - 1);
                double gap = Math.Sqrt((dx * dx) + (dy * dy));
                best = best is { } least && least <= gap ? best : gap;
            }
        }

        return best;
    }

    /// <summary>The squared distance from a pixel to the nearest one not inside, beyond the image included.</summary>
    public long Depth(int x, int y)
    {
        long best = long.MaxValue;
        for (int ny = -1; ny <= Height; ny++)
        {
            for (int nx = -1; nx <= Width; nx++)
            {
                if (!At(nx, ny))
                {
                    best = Math.Min(best, ((long)(nx - x) * (nx - x)) + ((long)(ny - y) * (ny - y)));
                }
            }
        }

        return best;
    }
}
