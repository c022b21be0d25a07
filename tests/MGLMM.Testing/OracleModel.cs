using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Testing;

/// <summary>
/// A model without weights, for tests of what stands on a model. On the oracle's three pictures it answers the instructions of the oracle's
/// cases with the words and masks that the official code computed. Whatever else it is asked, about these or other pictures and crops, it says
/// <see cref="OtherAnswer"/> with a mask of the middle half of what it is shown (from a quarter to three quarters of width and height, at least a
/// pixel).
/// </summary>
/// <remarks>
/// <para>
/// As the engine, it stops after <see cref="AskOptions.MaximumNewTokens"/> pieces, with the masks of what was said by then; takes at most
/// <see cref="MostPositions"/> UTF-8 bytes of instruction and earlier turns; takes as many calls at once as it is told and refuses more; observes
/// cancellation; says what it kept from before; and fails once it is disposed.
/// </para>
/// <para><see cref="HoldAnswers"/> keeps answers back, so that tests of queues and cancellation need no time.</para>
/// </remarks>
public sealed partial class OracleModel : IGroundingModel
{
    /// <summary>What is said where the oracle has no answer.</summary>
    public const string OtherAnswer = "There is <p> something </p> [SEG] in the middle.";

    /// <summary>Bytes of a prompt at most.</summary>
    public const int MostPositions = 1_900;

    /// <summary>Its answer about the landscape, in plain words.</summary>
    public const string LandscapeCaption = "The image shows a red barn beside a small pond under the grey sky.";

    private const string Describe =
        "Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.";

    private const string Segment = "Can you segment the {0} in this image?";

    private static readonly Lazy<IReadOnlyDictionary<(string Picture, string Instruction, bool FollowsUp), Known>> Cases = new(Read);

    private readonly int _capacity;
    private readonly ConcurrentDictionary<string, int> _asked = new(StringComparer.Ordinal);
    private int _running;
    private TaskCompletionSource? _held;
    private bool _disposed;

    /// <summary>Creates the model.</summary>
    /// <param name="change">Changes what it says of itself.</param>
    /// <param name="capacity">Calls at once; one more is refused.</param>
    public OracleModel(Func<ModelCard, ModelCard>? change = null, int capacity = int.MaxValue)
    {
        Card = (change ?? (card => card))(new ModelCard
        {
            Name = "tiny",
            Granularities = ["panoptic", "instance", "part"],
            Wordings = new Dictionary<string, IReadOnlyList<string>>
            {
                ["segment_and_caption.panoptic"] = [Describe],
                ["segment_and_caption.instance"] = [Describe],
                ["segment_and_caption.part"] = [string.Format(null, Segment, "{object}")],
                ["refer"] = [string.Format(null, Segment, "{expression}")],
                ["reason_segment"] = ["{question}"],
                ["caption.brief"] = [string.Format(null, Segment, "dog")],
                ["caption.normal"] = [Describe],
                ["ask"] = ["{question}"],
            },
        });
        _capacity = capacity;
    }

    public ModelCard Card { get; }

    public ModelStatus Status => _disposed ? new(ModelState.Stopped, "The model was disposed.") : new(ModelState.Ready, "The model is ready.", Card.Name);

    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IOpenedImage>(new Opened(this, image));
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Keeps all answers back until the result is disposed; a call that waits holds its place.</summary>
    public IDisposable HoldAnswers()
    {
        TaskCompletionSource held = _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Release(() =>
        {
            _held = null;
            held.TrySetResult();
        });
    }

    public void Dispose() => _disposed = true;

    private async Task<GroundedAnswer> AskAsync(RgbImage image, string instruction, AskOptions options, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        long started = Stopwatch.GetTimestamp();
        if (Interlocked.Increment(ref _running) > _capacity)
        {
            Interlocked.Decrement(ref _running);
            throw new EngineBusyException(0, TimeSpan.FromSeconds(1.5));
        }

        try
        {
            if (_held is { } held)
            {
                await held.Task.WaitAsync(cancellationToken);
            }
            else
            {
                await Task.Yield();
            }

            cancellationToken.ThrowIfCancellationRequested();
            int positions = Encoding.UTF8.GetByteCount(instruction) + options.EarlierTurns.Sum(turn => Encoding.UTF8.GetByteCount(turn.Instruction + turn.Answer));
            if (positions > MostPositions)
            {
                throw new PromptTooLongException(positions, MostPositions);
            }

            Known known = Cases.Value.GetValueOrDefault((image.ContentHash, instruction, options.EarlierTurns.Count > 0)) ?? Other(image);
            string[] pieces = known.Pieces.Take(options.MaximumNewTokens).ToArray();
            bool whole = pieces.Length == known.Pieces.Count;
            string text = whole ? known.Text : string.Concat(pieces).Replace('▁', ' ');
            GroundedAnswer answer = GroundedAnswer.FromText(text, [.. known.Masks.Take(SegmentMark().Count(text))]);
            int before = _asked.AddOrUpdate(image.ContentHash, 1, (_, count) => count + 1) - 1;
            return answer with
            {
                Prompt = instruction,
                TokenIds = [.. Enumerable.Range(1, pieces.Length)],
                StopReason = whole && known.Ends ? StopReason.EndOfSequence : StopReason.MaximumNewTokens,
                Timings = Timings(Stopwatch.GetElapsedTime(started), positions, before > 0, pieces.Length),
            };
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private static AnswerTimings Timings(TimeSpan whole, int positions, bool keptFromBefore, int pieces)
    {
        // What is measured, in equal shares: tests want sums that fit, not speeds.
        TimeSpan share = whole / 8;
        return new AnswerTimings
        {
            Queue = share,
            GlobalEncoder = keptFromBefore ? TimeSpan.Zero : share,
            Prefill = share,
            Decode = share,
            GroundingEncoder = keptFromBefore ? TimeSpan.Zero : share,
            MaskDecoder = share,
            Postprocessing = share,
            Total = whole,
            PromptPositions = positions,
            ReusedPositions = keptFromBefore ? positions - 1 : 0,
            DecodeRuns = pieces,
            GlobalEncoderSkipped = keptFromBefore,
            GroundingEncoderSkipped = keptFromBefore,
        };
    }

    private static Known Other(RgbImage image)
    {
        (int left, int top) = (image.Width / 4, image.Height / 4);
        PixelBox middle = new(left, top, Math.Max(left + 1, image.Width * 3 / 4), Math.Max(top + 1, image.Height * 3 / 4));
        return new Known([.. OtherAnswer.Split(' ').Select(word => "▁" + word)], OtherAnswer, Ends: true, [Mask.FromRectangle(image.Width, image.Height, middle)]);
    }

    private static Dictionary<(string Picture, string Instruction, bool FollowsUp), Known> Read()
    {
        Dictionary<(string Picture, string Instruction, bool FollowsUp), Known> known = new();
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(OracleData.Golden("cases.json")));
        foreach (JsonProperty oracle in document.RootElement.GetProperty("cases").EnumerateObject().Where(oracle => oracle.Name != "extra__limit_last_is_seg"))
        {
            (string text, NpyArray masks) = (oracle.Value.GetProperty("text_output").GetString()!, NpzFile.Load(OracleData.Golden(oracle.Name + ".npz"))["masks"]);
            RgbImage picture = ImageDecoder.Decode(File.ReadAllBytes(OracleData.Image(oracle.Value.GetProperty("image").GetString()!)), ImageLimits.Default);
            int pixels = picture.Width * picture.Height;

            // A follow-up's arrays begin with the masks of the turns before it.
            int segments = SegmentMark().Count(text);
            known.Add(
                (picture.ContentHash, oracle.Value.GetProperty("question").GetString()!, oracle.Value.GetProperty("follow_up").GetBoolean()),
                new Known(
                    [.. oracle.Value.GetProperty("generated_pieces").EnumerateArray().Select(piece => piece.GetString()!)],
                    text,
                    oracle.Value.GetProperty("stopped_by").GetString() == "eos",
                    [.. Enumerable.Range((masks.Length / pixels) - segments, segments).Select(index => MaskAt(masks, index, picture))]));
        }

        return known;
    }

    private static Mask MaskAt(NpyArray masks, int index, RgbImage picture)
    {
        ReadOnlySpan<byte> pixels = masks.Bytes.Slice(index * picture.Width * picture.Height, picture.Width * picture.Height);
        bool[] bitmap = new bool[pixels.Length];
        for (int pixel = 0; pixel < pixels.Length; pixel++)
        {
            bitmap[pixel] = pixels[pixel] != 0;
        }

        return Mask.FromBitmap(bitmap, picture.Width, picture.Height);
    }

    [GeneratedRegex(@"\[SEG\]")]
    private static partial Regex SegmentMark();

    private sealed record Known(IReadOnlyList<string> Pieces, string Text, bool Ends, IReadOnlyList<Mask> Masks);

    private sealed class Release(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    private sealed class Opened(OracleModel model, RgbImage image) : IOpenedImage
    {
        public int Width => image.Width;

        public int Height => image.Height;

        public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
            model.AskAsync(image, instruction, options ?? AskOptions.Default, cancellationToken);

        public async IAsyncEnumerable<AnswerPiece> StreamAsync(
            string instruction, AskOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            GroundedAnswer answer = await AskAsync(instruction, options, cancellationToken);
            yield return new TextPiece(answer.Text);
            yield return new CompletedPiece(answer);
        }
    }
}
