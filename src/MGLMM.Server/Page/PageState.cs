using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Server.Page;

/// <summary>
/// What the page knows of a conversation beyond its workspace: what was said, which regions are shown, and how to take changes back. Kept as a note of
/// the workspace, and so saved with it in one step.
/// </summary>
/// <remarks>A region is never taken out of its workspace: what is removed or taken back is only not shown, so that every handle that was told stays true.</remarks>
internal sealed record PageState
{
    /// <summary>What was asked and answered, oldest first.</summary>
    public IReadOnlyList<Turn> Turns { get; init; } = [];

    /// <summary>Regions that are not simply shown, by handle.</summary>
    public IReadOnlyDictionary<string, LayerFlags> Layers { get; init; } = new Dictionary<string, LayerFlags>();

    /// <summary>How to take changes back, the oldest first.</summary>
    public IReadOnlyList<LayerChange> Undo { get; init; } = [];

    /// <summary>How to make them again, likewise.</summary>
    public IReadOnlyList<LayerChange> Redo { get; init; } = [];

    /// <summary>The number of the last turn.</summary>
    public int LastTurn { get; init; }
}

/// <summary>How a region is shown.</summary>
/// <param name="Hidden">It is in the list, but not drawn.</param>
/// <param name="Removed">It is in no list.</param>
/// <param name="Aside">Another answer has taken its place: it is listed apart, and not drawn.</param>
internal sealed record LayerFlags(bool Hidden = false, bool Removed = false, bool Aside = false)
{
    /// <summary>Whether it is drawn.</summary>
    [JsonIgnore]
    public bool IsShown => this is { Hidden: false, Removed: false, Aside: false };
}

/// <summary>A change of several regions that is made, and taken back, as one.</summary>
/// <param name="Label">What it is called, such as <c>Rename</c>.</param>
/// <param name="Regions">How each region is after it.</param>
internal sealed record LayerChange(string Label, IReadOnlyList<LayerSetting> Regions);

/// <summary>How one region is: what is null stays as it is.</summary>
internal sealed record LayerSetting(string Region, bool? Hidden = null, bool? Removed = null, bool? Aside = null, string? Phrase = null)
{
    /// <summary>Drawn, whatever it was before.</summary>
    public static LayerSetting Show(string region, string? phrase = null) => new(region, Hidden: false, Removed: false, Aside: false, phrase);

    /// <summary>Listed apart.</summary>
    public static LayerSetting PutAside(string region) => new(region, Aside: true);
}

/// <summary>One request with its calls and its answer.</summary>
internal sealed record Turn
{
    public required int Number { get; init; }

    /// <summary>The picture it is about.</summary>
    public required string Image { get; init; }

    /// <summary><c>chat</c>: asked in words; <c>tool</c>: a control of the page; <c>edit</c>: a change that a person made by hand.</summary>
    public required string Kind { get; init; }

    /// <summary>What was asked, in words.</summary>
    public required string Message { get; init; }

    public required DateTimeOffset Time { get; init; }

    public IReadOnlyList<TurnCall> Calls { get; init; } = [];

    public string Answer { get; init; } = string.Empty;

    /// <summary><c>done</c>, <c>cancelled</c> or <c>failed</c>.</summary>
    public string Outcome { get; init; } = Outcomes.Done;

    /// <summary>What is wrong and the way out, where it failed.</summary>
    public TurnError? Error { get; init; }
}

/// <summary>How a turn ends.</summary>
internal static class Outcomes
{
    public const string Done = "done";
    public const string Cancelled = "cancelled";
    public const string Failed = "failed";
}

/// <summary>What kind a turn is.</summary>
internal static class TurnKinds
{
    public const string Chat = "chat";
    public const string Tool = "tool";
    public const string Edit = "edit";
}

/// <summary>An error in words.</summary>
internal sealed record TurnError(string Code, string Message, string Try);

/// <summary>A call of a tool within a turn.</summary>
internal sealed record TurnCall(string Call, string Tool, JsonElement Arguments, JsonElement Result, long Milliseconds);

/// <summary>The page's records as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PageState))]
[JsonSerializable(typeof(PageRecord))]
[JsonSerializable(typeof(TurnEvent))]
[JsonSerializable(typeof(TurnRequest))]
[JsonSerializable(typeof(EditRequest))]
[JsonSerializable(typeof(RegionRequest))]
[JsonSerializable(typeof(Dictionary<string, object>))]
internal sealed partial class PageJson : JsonSerializerContext
{
    private static PageJson? _readable;

    /// <summary>Escapes only what JSON demands.</summary>
    public static PageJson Readable => _readable ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
