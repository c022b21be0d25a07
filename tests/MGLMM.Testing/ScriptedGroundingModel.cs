using System.Runtime.CompilerServices;
using MGLMM.Masks;

namespace MGLMM.Testing;

/// <summary>
/// A model that says what a test wants, word by word: by default that there is a left and a right half, with their masks. It counts who asks,
/// and can be held before each answer.
/// </summary>
/// <param name="change">Changes what it says of itself.</param>
public sealed class ScriptedGroundingModel(Func<ModelCard, ModelCard>? change = null) : IGroundingModel
{
    /// <summary>The default answer, with its markup.</summary>
    public const string Halves = "There is <p> a left half </p> [SEG] and <p> a right half </p> [SEG].</s>";

    /// <summary>The default answer as people read it.</summary>
    public const string HalvesCaption = "There is a left half and a right half.";

    private static readonly string[] Tasks =
        ["segment_and_caption.panoptic", "segment_and_caption.instance", "caption.brief", "caption.normal", "caption.detailed", "region_caption"];

    private int _underWay;
    private int _cancelled;

    /// <summary>What is said to an instruction.</summary>
    public Func<string, AskOptions, string> Answer { get; set; } = (_, _) => Halves;

    /// <summary>Waited for behind the first word of each answer; null answers at once.</summary>
    public Func<CancellationToken, Task>? Held { get; set; }

    /// <summary>How it was asked last; null before that.</summary>
    public AskOptions? LastOptions { get; private set; }

    /// <summary>Answers that are being made.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>Answers that were cancelled half-way.</summary>
    public int Cancelled => Volatile.Read(ref _cancelled);

    /// <summary>Waits until no answer is being made: who leaves one is told so before it has ended.</summary>
    public async Task IdleAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        while (UnderWay > 0)
        {
            await Task.Delay(5, patience.Token);
        }
    }

    public ModelCard Card { get; } = (change ?? (card => card))(new ModelCard
    {
        Name = "scripted",
        Description = "Knows halves.",
        Granularities = ["panoptic", "instance", "part"],
        Wordings = new Dictionary<string, IReadOnlyList<string>>(
        [
            .. Tasks.Select(task => new KeyValuePair<string, IReadOnlyList<string>>(task, [task])),
            new("segment_and_caption.part", ["Parts of {object}."]),
            new("refer", ["Find {expression}."]),
            new("reason_segment", ["{question}"]),
            new("reason_segment.explain", ["{question} Why?"]),
            new("ask", ["{question}"]),
        ]),
    });

    public ModelStatus Status { get; init; } = new(ModelState.Ready, "The model is ready.");

    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IOpenedImage>(new Opened(this, image));

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    /// <summary>Set when a picture is prepared first.</summary>
    public TaskCompletionSource<AskOptions?> Prepared { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Opened(ScriptedGroundingModel model, RgbImage image) : IOpenedImage
    {
        public int Width => image.Width;

        public int Height => image.Height;

        public Task PrepareAsync(AskOptions? options = null, CancellationToken cancellationToken = default)
        {
            model.Prepared.TrySetResult(options);
            return Task.CompletedTask;
        }

        public async Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default)
        {
            GroundedAnswer? answer = null;
            await foreach (AnswerPiece piece in StreamAsync(instruction, options, cancellationToken))
            {
                answer = (piece as CompletedPiece)?.Answer;
            }

            return answer!;
        }

        public async IAsyncEnumerable<AnswerPiece> StreamAsync(
            string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            model.LastOptions = options;
            Interlocked.Increment(ref model._underWay);
            bool ended = false;
            try
            {
                string text = model.Answer(instruction, options ?? AskOptions.Default);
                string[] words = text.Split(' ');
                for (int index = 0; index < words.Length; index++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return new TextPiece(index == 0 ? words[index] : " " + words[index]);
                    if (index == 0 && model.Held is { } held)
                    {
                        await held(cancellationToken);
                    }
                }

                cancellationToken.ThrowIfCancellationRequested();
                ended = true;
                int count = GroundedText.Parse(text).SegmentCount;
                yield return new CompletedPiece(GroundedAnswer.FromText(text, [.. Enumerable.Range(0, count).Select(Half)]) with
                {
                    Prompt = instruction,
                    TokenIds = [.. Enumerable.Range(1, words.Length)],
                    Timings = new AnswerTimings { PromptPositions = 10 },
                });
            }
            finally
            {
                if (!ended)
                {
                    Interlocked.Increment(ref model._cancelled);
                }

                Interlocked.Decrement(ref model._underWay);
            }
        }

        private Mask Half(int index)
        {
            int middle = Math.Max(1, Width / 2);
            return index % 2 == 0
                ? Mask.FromRectangle(Width, Height, new PixelBox(0, 0, middle, Height))
                : Mask.FromRectangle(Width, Height, new PixelBox(Math.Min(middle, Width - 1), 0, Width, Height));
        }
    }
}
