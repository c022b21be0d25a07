using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Data.SegCap;

/// <summary>
/// A line of a <c>segcap.jsonl</c>; see <c>docs/segcap-format.md</c>. Lists that a line leaves out are empty (their setters see
/// to it, because the JSON source generator hands over null for what is absent).
/// </summary>
/// <remarks>A sample of several questions has <see cref="Turns"/> and neither instruction, answer, masks nor labels of its own; see <see cref="Questions"/>.</remarks>
public sealed record SegCapSample
{
    /// <summary>The newest version of the format that is read and written.</summary>
    public const int CurrentVersion = 2;

    /// <summary>Unique in its file.</summary>
    public required string Id { get; init; }

    /// <summary>Version of the format: 1 where a line does not say.</summary>
    public int Version { get; init => field = value == 0 ? 1 : value; } = 1;

    /// <summary>Path of the picture, relative to the file.</summary>
    public required string Image { get; init; }

    /// <summary>Width of the picture in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height of the picture in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>Which task it is, such as <c>panoptic</c> or <c>refer_none</c>.</summary>
    public required string Task { get; init; }

    /// <summary><c>panoptic</c>, <c>instance</c> or <c>part</c>.</summary>
    public string? Granularity { get; init; }

    /// <summary>The key of the instruction's wording.</summary>
    public string? Wording { get; init; }

    /// <summary>What is asked; empty where there are <see cref="Turns"/>.</summary>
    public required string Instruction { get; init => field = value ?? string.Empty; }

    /// <summary>What the model is to say, with markup; empty where there are <see cref="Turns"/>.</summary>
    public required string Answer { get; init => field = value ?? string.Empty; }

    /// <summary>One mask per <c>[SEG]</c> of the answer.</summary>
    public IReadOnlyList<RunLengths> Masks { get; init => field = value ?? []; } = [];

    /// <summary>One label per mask.</summary>
    public IReadOnlyList<string> Labels { get; init => field = value ?? []; } = [];

    /// <summary>One parent per mask; null for whole things.</summary>
    public IReadOnlyList<string?> Parents { get; init => field = value ?? []; } = [];

    /// <summary>Earlier turns, oldest first.</summary>
    public IReadOnlyList<SegCapTurn> History { get; init => field = value ?? []; } = [];

    /// <summary>x, y, width, height to which the picture is cropped first; null for the whole picture.</summary>
    public IReadOnlyList<int>? Region { get; init; }

    /// <summary>For minimal pairs: <c>kind</c> or <c>colour</c>.</summary>
    public string? Pair { get; init; }

    /// <summary>For minimal pairs: whether the question is true of the picture.</summary>
    public bool? Truth { get; init; }

    /// <summary>Version 2: <see cref="SegCapTarget.None"/> says that nothing in the picture is meant. Null says nothing.</summary>
    public string? Target { get; init; }

    /// <summary>Version 2: pixels that count neither for nor against an answer; null where all count.</summary>
    public RunLengths? Ignore { get; init; }

    /// <summary>Version 2: the words of the data set that the instruction asks about, as they stand there.</summary>
    public string? Expression { get; init; }

    /// <summary>Version 2: all right answers, <see cref="Answer"/> among them; empty where that is the only one.</summary>
    public IReadOnlyList<string> References { get; init => field = value ?? []; } = [];

    /// <summary>Version 2: several questions over one picture; empty for a sample of one.</summary>
    public IReadOnlyList<SegCapQuestion> Turns { get; init => field = value ?? []; } = [];

    /// <summary>Version 2: what is in the picture, as a tree; empty where that is not known.</summary>
    public IReadOnlyList<SegCapRegion> Regions { get; init => field = value ?? []; } = [];

    /// <summary>Version 2: where the sample comes from.</summary>
    public SegCapSource? Source { get; init; }

    /// <summary>Fields that this version does not know: kept, and written again.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>
    /// The sample as samples of one question each: itself where it has no turns, else one per turn. The n-th turn's id is the sample's with
    /// <c>#n</c> behind it, counted from 1; what a turn does not say is the sample's.
    /// </summary>
    /// <remarks>
    /// Turns are asked on their own. A reader that trains on them in one conversation takes <see cref="Turns"/> itself, in order.
    /// </remarks>
    public IEnumerable<SegCapSample> Questions()
    {
        if (Turns.Count == 0)
        {
            return [this];
        }

        return Turns.Select((turn, index) => this with
        {
            Id = QuestionId(Id, index),
            Task = turn.Task ?? Task,
            Instruction = turn.Instruction,
            Answer = turn.Answer,
            Masks = turn.Masks,
            Labels = turn.Labels,
            Parents = turn.Parents,
            Target = turn.Target ?? Target,
            Ignore = turn.Ignore ?? Ignore,
            References = turn.References,
            Expression = turn.Expression,
            Source = Source is null || turn.Ids is null ? Source : Source with { Ids = Joined(Source.Ids, turn.Ids) },
            Turns = [],
        });
    }

    internal static string QuestionId(string id, int turn) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{id}#{turn + 1}");

    private static Dictionary<string, JsonElement> Joined(IReadOnlyDictionary<string, JsonElement>? outer, IReadOnlyDictionary<string, JsonElement> inner)
    {
        Dictionary<string, JsonElement> joined = new Dictionary<string, JsonElement>(outer ?? new Dictionary<string, JsonElement>(), StringComparer.Ordinal);
        foreach ((string name, JsonElement value) in inner)
        {
            joined[name] = value;
        }

        return joined;
    }
}
