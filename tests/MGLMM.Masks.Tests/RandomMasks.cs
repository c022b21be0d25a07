namespace MGLMM.Masks.Tests;

/// <summary>Seeded masks of many kinds and sizes, the awkward ones among them.</summary>
internal static class RandomMasks
{
    // Around the widths of words and vector registers, where packed code goes wrong first.
    private static readonly int[] Edges = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65];

    public static IEnumerable<(int Seed, Plain Plain)> Many(int count, int largest = 24, int seed = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Random random = new((seed * 1_000_003) + i);
            (int width, int height) = Size(random, largest);
            yield return (i, One(random, width, height));
        }
    }

    public static IEnumerable<(int Seed, Plain First, Plain Second)> Pairs(int count, int largest = 24, int seed = 1)
    {
        for (int i = 0; i < count; i++)
        {
            Random random = new((seed * 7_368_787) + i);
            (int width, int height) = Size(random, largest);
            yield return (i, One(random, width, height), One(random, width, height));
        }
    }

    public static (int Width, int Height) Size(Random random, int largest)
    {
        int Any() => random.Next(3) == 0 ? Math.Min(Edges[random.Next(Edges.Length)], Math.Max(largest, 1)) : random.Next(1, largest + 1);
        return random.Next(12) switch
        {
            0 => (1, 1),
            1 => (1, Any()),
            2 => (Any(), 1),
            _ => (Any(), Any()),
        };
    }

    public static Plain One(Random random, int width, int height)
    {
        switch (random.Next(9))
        {
            case 0:
                bool all = random.Next(2) == 0;
                return Plain.Make(width, height, (_, _) => all);
            case 1:
                int odd = random.Next(2);
                return Plain.Make(width, height, (x, y) => ((x + y + odd) & 1) == 0);
            case 2:
                int period = random.Next(1, 5);
                bool upright = random.Next(2) == 0;
                return Plain.Make(width, height, (x, y) => ((upright ? x : y) / period & 1) == 0);
            case 3:
                Plain single = new(width, height);
                single[random.Next(width), random.Next(height)] = true;
                return single;
            case 4:
            case 5:
            case 6:
                return Ellipses(random, width, height);
            default:
                double density = random.NextDouble();
                return Plain.Make(width, height, (_, _) => random.NextDouble() < density);
        }
    }

    private static Plain Ellipses(Random random, int width, int height)
    {
        Plain plain = new(width, height);
        for (int i = random.Next(1, 5); i > 0; i--)
        {
            double cx = random.NextDouble() * width;
            double cy = random.NextDouble() * height;
            double rx = 0.7 + (random.NextDouble() * width / 2);
            double ry = 0.7 + (random.NextDouble() * height / 2);
            bool add = i == 1 || random.Next(3) > 0;
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    double dx = (x + 0.5 - cx) / rx;
                    double dy = (y + 0.5 - cy) / ry;
                    if ((dx * dx) + (dy * dy) <= 1)
                    {
                        plain[x, y] = add;
                    }
                }
            }
        }

        return plain;
    }
}
