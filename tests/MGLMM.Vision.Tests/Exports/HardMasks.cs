using MGLMM.Masks;
using MGLMM.Vision.Tests.Geometry;

namespace MGLMM.Vision.Tests.Exports;

/// <summary>Masks that exports have got wrong, and their like.</summary>
internal static class HardMasks
{
    public static IEnumerable<(string Name, Mask Mask)> Named()
    {
        yield return ("one pixel", Box(40, 30, 13, 17, 14, 18));
        yield return ("one pixel in the corner", Box(40, 30, 39, 29, 40, 30));
        yield return ("box", Box(40, 30, 7, 5, 17, 15));
        yield return ("line", Box(40, 30, 0, 11, 40, 12));
        yield return ("upright line at the border", Box(40, 30, 39, 0, 40, 30));
        yield return ("the whole picture", Mask.Full(40, 30));
        yield return ("a picture of one pixel", Mask.Full(1, 1));
        yield return ("frame", Mask.Full(40, 30).Subtract(Box(40, 30, 1, 1, 39, 29)));
        yield return ("cross", Box(41, 31, 20, 0, 21, 31).Union(Box(41, 31, 0, 15, 41, 16)));
        yield return ("comb", PlainScene.Draw(41, 20, (x, y) => y == 0 || x % 2 == 0));
        yield return ("hole of one pixel", Box(20, 20, 3, 3, 12, 12).Subtract(Box(20, 20, 7, 7, 8, 8)));
        yield return ("holes in holes", PlainScene.Draw(64, 48, (x, y) => Math.Min(Math.Min(x, 63 - x), Math.Min(y, 47 - y)) % 4 < 2));
        yield return ("holes that touch", Box(20, 20, 3, 3, 17, 17).Subtract(Box(20, 20, 6, 6, 9, 9)).Subtract(Box(20, 20, 9, 9, 12, 12)));
        yield return ("hole that touches the outline", Box(20, 20, 3, 3, 17, 17).Subtract(Box(20, 20, 3, 3, 6, 6)).Subtract(Box(20, 20, 6, 6, 9, 9)));
        yield return ("island that touches its hole", Box(20, 20, 2, 2, 18, 18).Subtract(Box(20, 20, 5, 5, 15, 15)).Union(Box(20, 20, 7, 7, 9, 9)).Union(Box(20, 20, 5, 5, 7, 7)));
        yield return ("ring closed at a corner", PlainScene.Draw(9, 9, (x, y) => x is >= 2 and <= 5 && y is >= 2 and <= 5 && !(x is 3 or 4 && y is 3 or 4) && (x, y) != (2, 2)));
        yield return ("pinch", PlainScene.Draw(4, 4, (x, y) => (x, y) is (1, 1) or (2, 2)));
        yield return ("pinches of boxes", Box(30, 30, 1, 1, 10, 10).Union(Box(30, 30, 10, 10, 20, 20)).Union(Box(30, 30, 20, 1, 29, 10)));
        yield return ("diagonal line", PlainScene.Draw(40, 30, (x, y) => x == y));
        yield return ("chessboard", PlainScene.Draw(20, 20, (x, y) => (x + y) % 2 == 0));
        yield return ("sieve", PlainScene.Draw(61, 61, (x, y) => x % 4 == 0 || y % 4 == 0 || (x + y) % 3 == 0));
    }

    public static IEnumerable<(string Name, Mask Mask)> Random(int count)
    {
        for (int seed = 0; seed < count; seed++)
        {
            Random random = new(seed);
            (int width, int height) = (random.Next(1, 40), random.Next(1, 40));
            double share = random.NextDouble();
            Mask mask = seed % 2 == 0
                ? PlainScene.Draw(width, height, (_, _) => random.NextDouble() < share)
                : PlainScene.Draw(width, height, PlainScene.Noise(seed, width, height));
            if (!mask.IsEmpty)
            {
                yield return ($"random {seed}", mask);
            }
        }
    }

    public static IEnumerable<(string Name, Mask Mask)> All() => Named().Concat(Random(120));

    public static Mask Box(int width, int height, int left, int top, int right, int bottom) => Mask.FromRectangle(width, height, new PixelBox(left, top, right, bottom));
}
