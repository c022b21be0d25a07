using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MGLMM.Masks;

namespace MGLMM.Testing;

/// <summary>
/// A model that sees the same garden in every picture: eight things (<see cref="Things"/>), each a rectangle at a place that is a share of what it
/// is shown. It answers as the embedded model does, in few words:
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>panoptic and instance: all things; part: the upper and the lower half of what is shown;</item>
/// <item>an expression: the things whose words hold all of its words, in any number; "boys" are taken for the tree, as models do;
/// of a word that no thing has and that is not among <see cref="Nouns"/>, that it does not know the word; else that there is none;</item>
/// <item>a caption and a question: how many pixels it was shown, so that a test can tell a crop from the picture; of a boy it speaks as of the tree.</item>
/// </list>
/// </remarks>
public sealed partial class GardenModel : IGroundingModel
{
    /// <summary>What it sees: phrase, and left, top, right, bottom in tenths.</summary>
    public static readonly IReadOnlyList<(string Phrase, int Left, int Top, int Right, int Bottom)> Things =
    [
        ("a brown rabbit", 1, 7, 2, 9), ("a grey rabbit", 3, 7, 4, 8), ("a white house", 4, 3, 7, 6), ("an orange potted plant", 7, 8, 8, 9),
        ("a green tree", 0, 2, 1, 6), ("a green tree", 8, 1, 10, 7), ("the sun", 0, 0, 1, 1), ("a white cloud", 4, 0, 6, 1),
    ];

    /// <summary>The nouns that it knows.</summary>
    public static readonly IReadOnlyList<string> Nouns = ["rabbit", "house", "plant", "tree", "sun", "cloud", "dog", "boat", "roof", "door"];

    private const string Tasks = "panoptic instance";

    private readonly List<(int Width, int Height, string Instruction)> _asked = [];

    /// <summary>Creates the model.</summary>
    /// <param name="change">Changes what it says of itself.</param>
    public GardenModel(Func<ModelCard, ModelCard>? change = null) => Card = (change ?? (card => card))(new ModelCard
    {
        Name = "garden",
        Description = "Knows drawn gardens; does not know photographs.",
        Granularities = ["panoptic", "instance", "part"],
        Languages = ["en"],
        Wordings = Tasks.Split(' ').Select(level => ("segment_and_caption." + level, "List everything."))
            .Concat(
            [
                ("segment_and_caption.part", "Parts of {object}."), ("refer", "Find {expression}."), ("reason_segment", "Reason: {question}"), ("reason_segment.explain", "Explain: {question}"),
                ("caption.brief", "Describe."), ("caption.normal", "Describe."), ("caption.detailed", "Describe."), ("ask", "Answer: {question}"),
            ])
            .ToDictionary(task => task.Item1, task => (IReadOnlyList<string>)[task.Item2]),
    });

    public ModelCard Card { get; }

    public ModelStatus Status { get; } = new(ModelState.Ready, "The model is ready.", "garden");

    /// <summary>What it was asked, and the size of what it was shown.</summary>
    public IReadOnlyList<(int Width, int Height, string Instruction)> Asked => _asked;

    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) => ValueTask.FromResult<IOpenedImage>(new Opened(this, image));

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;

    public void Dispose()
    {
    }

    private GroundedAnswer Answer(RgbImage image, string instruction)
    {
        lock (_asked)
        {
            _asked.Add((image.Width, image.Height, instruction));
        }

        GroundedAnswerBuilder answer = new();
        if (instruction == "List everything.")
        {
            return Ground(answer, image, Things);
        }

        if (instruction.StartsWith("Parts of ", StringComparison.Ordinal))
        {
            return answer.Ground("the top", Box(image, 0, 0, 10, 5)).Say("and").Ground("the bottom", Box(image, 0, 5, 10, 10)).Build();
        }

        if (instruction.StartsWith("Reason: ", StringComparison.Ordinal) || instruction.StartsWith("Explain: ", StringComparison.Ordinal))
        {
            return answer.Say("It is").Ground("the white house", Box(image, 4, 3, 7, 6)).Build();
        }

        if (instruction.StartsWith("Answer: ", StringComparison.Ordinal) && instruction.Contains("boy", StringComparison.Ordinal))
        {
            return answer.Say("The tree is green.").Build();
        }

        return instruction.StartsWith("Find ", StringComparison.Ordinal)
            ? Find(answer, image, instruction["Find ".Length..].TrimEnd('.'))
            : answer.Say(string.Create(CultureInfo.InvariantCulture, $"This is {image.Width} x {image.Height} px.")).Build();
    }

    private static GroundedAnswer Find(GroundedAnswerBuilder answer, RgbImage image, string expression)
    {
        string[] words = Word().Matches(expression.ToLowerInvariant()).Select(match => match.Value.TrimEnd('s')).Where(word => word is not ("the" or "a" or "an" or "all" or "both")).ToArray();
        if (words.Contains("boy"))
        {
            return answer.Ground("the green tree", Box(image, 8, 1, 10, 7)).Build();
        }

        (string Phrase, int Left, int Top, int Right, int Bottom)[] found = Things.Where(thing => words.All(word => thing.Phrase.Split(' ').Any(part => part.TrimEnd('s') == word))).ToArray();
        if (found.Length > 0)
        {
            return Ground(answer, image, found.Select(thing => thing with { Phrase = "the " + thing.Phrase[(thing.Phrase.IndexOf(' ', StringComparison.Ordinal) + 1)..] }));
        }

        IEnumerable<string> known = Things.SelectMany(thing => thing.Phrase.Split(' ')).Concat(Nouns);
        return words.FirstOrDefault(word => !known.Contains(word)) is { } unknown
            ? answer.Say($"I do not know the word {unknown}.").Build()
            : answer.Say($"There is no {string.Join(' ', words)}.").Build();
    }

    private static GroundedAnswer Ground(GroundedAnswerBuilder answer, RgbImage image, IEnumerable<(string Phrase, int Left, int Top, int Right, int Bottom)> things)
    {
        foreach ((string phrase, int left, int top, int right, int bottom) in things)
        {
            answer.Ground(phrase, Box(image, left, top, right, bottom));
        }

        return answer.Build();
    }

    private static Mask Box(RgbImage image, int left, int top, int right, int bottom)
    {
        (int x, int y) = (image.Width * left / 10, image.Height * top / 10);
        return Mask.FromRectangle(image.Width, image.Height, new PixelBox(x, y, Math.Max(x + 1, image.Width * right / 10), Math.Max(y + 1, image.Height * bottom / 10)));
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    private sealed class Opened(GardenModel model, RgbImage image) : IOpenedImage
    {
        public int Width => image.Width;

        public int Height => image.Height;

        public Task<GroundedAnswer> AskAsync(string instruction, AskOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(model.Answer(image, instruction));

        public async IAsyncEnumerable<AnswerPiece> StreamAsync(
            string instruction, AskOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return new CompletedPiece(await AskAsync(instruction, options, cancellationToken));
        }
    }
}
