using System.Runtime.CompilerServices;
using MGLMM.Masks;

namespace MGLMM.Data.Tests.Annotation;

/// <summary>A model that sees flat colours: each colour of a picture is a thing, background or part that it knows by name.</summary>
internal sealed class PaintedModel : IGroundingModel
{
    public static readonly (byte, byte, byte) Sky = (60, 110, 210), Grass = (60, 160, 60), Body = (210, 40, 40), Wheels = (20, 20, 25), Ball = (240, 210, 60);

    private static readonly (string Phrase, bool Background, (byte, byte, byte)[] Colours)[] Things =
    [
        ("a blue sky", true, [Sky]), ("green grass", true, [Grass]), ("a red car", false, [Body, Wheels]), ("a yellow ball", false, [Ball]),
    ];

    private static readonly (string Whole, string Phrase, (byte, byte, byte) Colour)[] Parts = [("car", "a red body", Body), ("car", "black wheels", Wheels)];

    /// <summary>Changes an answer before it is given: instruction and answer.</summary>
    public Func<string, GroundedAnswer, GroundedAnswer> Change { get; init; } = (_, answer) => answer;

    public int Asked { get; private set; }

    public ModelCard Card { get; } = new()
    {
        Name = "painted",
        Wordings = new Dictionary<string, IReadOnlyList<string>>
        {
            ["segment_and_caption.panoptic"] = ["Everything."],
            ["segment_and_caption.instance"] = ["Things."],
            ["segment_all"] = ["List."],
            ["segment_and_caption.part"] = ["Parts of the {object}."],
            ["refer"] = ["Where is the {expression}?"],
            ["ask"] = ["{question}"],
            ["region_caption"] = ["What is it?"],
        },
    };

    public ModelStatus Status { get; } = new(ModelState.Ready, "Ready.", "painted");

    /// <summary>A picture: sky above, grass below, a car with two wheels on the left and a ball on the right.</summary>
    public static RgbImage Picture(int carLeft = 10, bool ball = true, bool mirrored = false)
    {
        const int Width = 96, Height = 64;
        byte[] pixels = new byte[Width * Height * 3];
        Fill(0, 0, Width, 30, Sky);
        Fill(0, 30, Width, Height, Grass);
        Fill(carLeft, 34, carLeft + 26, 46, Body);
        Fill(carLeft + 2, 46, carLeft + 9, 52, Wheels);
        Fill(carLeft + 17, 46, carLeft + 24, 52, Wheels);
        if (ball)
        {
            Fill(76, 44, 86, 54, Ball);
        }

        return RgbImage.FromPixels(pixels, Width, Height);

        void Fill(int left, int top, int right, int bottom, (byte Red, byte Green, byte Blue) colour)
        {
            for (int y = top; y < bottom; y++)
            {
                for (int x = left; x < right; x++)
                {
                    int at = ((y * Width) + (mirrored ? Width - 1 - x : x)) * 3;
                    (pixels[at], pixels[at + 1], pixels[at + 2]) = colour;
                }
            }
        }
    }

    public static Mask MaskOf(RgbImage image, params (byte Red, byte Green, byte Blue)[] colours)
    {
        bool[] inside = new bool[image.Width * image.Height];
        for (int index = 0; index < inside.Length; index++)
        {
            inside[index] = colours.Contains((image.Pixels[index * 3], image.Pixels[(index * 3) + 1], image.Pixels[(index * 3) + 2]));
        }

        return Mask.FromBitmap(inside, image.Width, image.Height);
    }

    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) => ValueTask.FromResult<IOpenedImage>(new Opened(this, image));

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }

    private GroundedAnswer Answer(RgbImage image, string instruction)
    {
        Asked++;
        GroundedAnswerBuilder answer = new();
        string[] seen = [.. Things.Where(thing => !MaskOf(image, thing.Colours).IsEmpty).Select(thing => thing.Phrase)];
        switch (instruction)
        {
            case "Everything." or "List." or "Things.":
                foreach ((string phrase, _, (byte, byte, byte)[] colours) in Things.Where(thing => seen.Contains(thing.Phrase) && (instruction != "Things." || !thing.Background)))
                {
                    answer.Ground(instruction == "List." ? phrase.Split(' ')[^1] : phrase, MaskOf(image, colours));
                }

                break;
            case "What is it?":
                answer.Say("A striped zebra.");
                break;
            case string text when text.StartsWith("Parts of", StringComparison.Ordinal):
                foreach ((_, string phrase, (byte, byte, byte) colour) in Parts.Where(part => text.Contains(part.Whole, StringComparison.Ordinal)))
                {
                    answer.Ground(phrase, MaskOf(image, colour));
                }

                break;
            case string text when text.StartsWith("Where is", StringComparison.Ordinal):
                string wanted = text["Where is the ".Length..^1];
                foreach ((string whole, string phrase, (byte, byte, byte) colour) in Parts.Where(part => wanted.StartsWith(part.Phrase.Split(' ')[^1] + " of", StringComparison.Ordinal)))
                {
                    answer.Ground(phrase, MaskOf(image, colour));
                }

                foreach ((string phrase, _, (byte, byte, byte)[] colours) in Things.Where(thing => seen.Contains(thing.Phrase) && thing.Phrase.EndsWith(wanted, StringComparison.Ordinal)))
                {
                    answer.Ground(phrase, MaskOf(image, colours));
                }

                break;
            case string text when text.StartsWith("Is there", StringComparison.Ordinal):
                string said = text["Is there ".Length..^" in the picture?".Length];
                answer.Say(seen.Contains(said) || seen.Any(phrase => said == "a " + phrase.Split(' ')[^1]) ? "Yes." : "No.");
                break;
            default:
                answer.Say("What?");
                break;
        }

        return Change(instruction, answer.Build());
    }

    private sealed class Opened(PaintedModel model, RgbImage image) : IOpenedImage
    {
        public int Width => image.Width;

        public int Height => image.Height;

        public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) => Task.FromResult(model.Answer(image, instruction));

        public async IAsyncEnumerable<AnswerPiece> StreamAsync(string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return new CompletedPiece(await AskAsync(instruction, options, cancellationToken));
        }
    }
}
