using System.Runtime.CompilerServices;
using MGLMM.Masks;

namespace MGLMM.Samples.OwnModel;

/// <summary>A model of one's own behind the tools: it finds what has the colour that an expression names. Anything that gives words and masks fits here.</summary>
internal sealed class ColourDetector : IGroundingModel
{
    private const double SmallestShare = 0.0005;

    private static readonly Dictionary<string, Func<int, int, int, bool>> Colours = new()
    {
        ["orange"] = (red, green, blue) => red > 200 && green is > 80 and < 175 && blue < 90,
        ["blue"] = (red, green, blue) => blue > 140 && blue > red + 60,
        ["brown"] = (red, green, blue) => red is > 90 and < 160 && green is > 45 and < 100 && blue < 60,
    };

    public ModelCard Card { get; } = new()
    {
        Name = "colours",
        Description = "Finds things by their colour, which must be orange, blue or brown.",
        Wordings = new Dictionary<string, IReadOnlyList<string>> { ["refer"] = ["{expression}"] },
    };

    public ModelStatus Status { get; } = new(ModelState.Ready, "It is ready.", "colours");

    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) => new(new Opened(image));

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
        // There is nothing to let go.
    }

    private sealed class Opened(RgbImage image) : IOpenedImage
    {
        public int Width => image.Width;

        public int Height => image.Height;

        public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.Run(() => Find(instruction), cancellationToken);

        public async IAsyncEnumerable<AnswerPiece> StreamAsync(
            string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return new CompletedPiece(await AskAsync(instruction, options, cancellationToken));
        }

        private GroundedAnswer Find(string instruction)
        {
            (string colour, Func<int, int, int, bool> isIt) = Colours.FirstOrDefault(known => instruction.Contains(known.Key, StringComparison.OrdinalIgnoreCase));
            if (colour is null)
            {
                return new GroundedAnswerBuilder().Say("I know only orange, blue and brown.").Build();
            }

            ReadOnlySpan<byte> pixels = image.Pixels;
            bool[] inside = new bool[Width * Height];
            for (int at = 0; at < inside.Length; at++)
            {
                inside[at] = isIt(pixels[3 * at], pixels[(3 * at) + 1], pixels[(3 * at) + 2]);
            }

            Mask[] found = [.. Mask.FromBitmap(inside, Width, Height).ConnectedComponents().Where(piece => piece.Area > SmallestShare * inside.Length)];
            return found.Length == 0
                ? new GroundedAnswerBuilder().Say($"Nothing here is {colour}.").Build()
                : new GroundedAnswerBuilder().Say("I see").Ground($"{colour} things", found).Say(".").Build();
        }
    }
}
