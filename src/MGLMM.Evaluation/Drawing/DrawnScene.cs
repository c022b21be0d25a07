using MGLMM.Masks;

namespace MGLMM.Evaluation.Drawing;

/// <summary>
/// A drawn picture-book scene and the exact truth about it: 55 kinds of things with named parts and 12 kinds of background, the kinds that the embedded
/// model knows. The same seed gives the same scene on every machine.
/// </summary>
internal sealed class DrawnScene
{
    private const double LeastBackground = 0.006;
    private const double LeastThing = 0.0016;
    private const double LeastPart = 0.0008;
    private const int LeastPartPixels = 6;

    private DrawnScene(RgbImage picture, IReadOnlyList<SeenThing> seen) => (Picture, Seen) = (picture, seen);

    public RgbImage Picture { get; }

    /// <summary>What is large enough to speak of: background from top to bottom, then things from left to right.</summary>
    public IReadOnlyList<SeenThing> Seen { get; }

    /// <summary>Draws a scene.</summary>
    /// <param name="seed">Which one.</param>
    /// <param name="longSide">Pixels of the longer side.</param>
    public static DrawnScene Draw(ulong seed, int longSide)
    {
        SceneComposer composer = new(seed, longSide);
        DrawingCanvas canvas = composer.Canvas;
        (int width, int height) = (canvas.Width / SceneComposer.Fineness, canvas.Height / SceneComposer.Fineness);
        int[] shown = new int[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                // The fine pixel at the middle of the shown one decides.
                shown[(y * width) + x] = canvas.Numbers[(((y * SceneComposer.Fineness) + (SceneComposer.Fineness / 2)) * canvas.Width) + (x * SceneComposer.Fineness) + (SceneComposer.Fineness / 2)];
            }
        }

        return new DrawnScene(ScenePicture.Paint(composer, shown, width, height, seed), Truth(composer, shown, width, height));
    }

    private static List<SeenThing> Truth(SceneComposer composer, int[] shown, int width, int height)
    {
        IReadOnlyList<Shape> shapes = composer.Canvas.Shapes;
        double pixels = (double)width * height;
        List<SeenThing> seen = new();
        for (int index = 0; index < composer.Things.Count; index++)
        {
            DrawnThing thing = composer.Things[index];
            Mask mask = MaskOf(shown, width, height, number => shapes[number].Thing == index);
            if (mask.Area < (thing.IsBackground ? LeastBackground : LeastThing) * pixels)
            {
                continue;
            }

            List<SeenPart> parts = new();
            foreach (string part in thing.IsBackground ? [] : ThingKinds.All[thing.Kind].Parts)
            {
                Mask visible = MaskOf(shown, width, height, number => shapes[number].Thing == index && shapes[number].Part == part);
                if (visible.Area >= Math.Max(LeastPartPixels, LeastPart * pixels))
                {
                    parts.Add(new SeenPart(part, thing.Colours.GetValueOrDefault(part), visible));
                }
            }

            seen.Add(new SeenThing(thing, mask, parts));
        }

        return [.. seen.OrderBy(one => !one.Thing.IsBackground).ThenBy(one => one.Thing.IsBackground ? one.Mask.Centroid()!.Value.Y : one.Mask.Centroid()!.Value.X)];
    }

    private static Mask MaskOf(int[] shown, int width, int height, Func<int, bool> wanted)
    {
        Dictionary<int, bool> known = new();
        bool[] inside = new bool[shown.Length];
        (int last, bool lastWanted) = (-1, false);
        for (int index = 0; index < shown.Length; index++)
        {
            int number = shown[index];
            if (number != last)
            {
                last = number;
                if (!known.TryGetValue(number, out lastWanted))
                {
                    known.Add(number, lastWanted = wanted(number));
                }
            }

            inside[index] = lastWanted;
        }

        return Mask.FromBitmap(inside, width, height);
    }
}
