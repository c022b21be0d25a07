using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Diagnostics;

/// <summary>
/// What the tools tell an observer: an <see cref="ActivitySource"/> and a <see cref="Meter"/>, both named <c>MGLMM</c>. Names,
/// handles, numbers and error codes only; never a prompt, a phrase, an answer, a path or an address.
/// </summary>
/// <remarks>
/// <para>
/// Each call of a tool is one activity, <c>mglmm.tool NAME</c>, with the tags <see cref="ToolTag"/>, <see cref="OutcomeTag"/>,
/// <see cref="ModelTag"/> and, where they apply, <see cref="ImageTag"/>, <see cref="GranularityTag"/>, <see cref="RegionsTag"/> and
/// <c>error.type</c>. Each answer of the model is an event <see cref="AnswerEvent"/> with the seconds of each stage
/// (<c>mglmm.stage.NAME_seconds</c>), tokens and cache hits; the activity has their sums over its answers, for a tool may ask twice.
/// </para>
/// <para>
/// Instruments: <c>mglmm.tool.calls</c> and <c>mglmm.tool.duration</c> by tool, outcome and model; <c>mglmm.stage.duration</c> by stage and
/// model; <c>mglmm.tokens</c> by kind (<c>prompt</c>, <c>reused</c>, <c>generated</c>) and model; <c>mglmm.cache.lookups</c> by cache
/// (<c>global_encoder</c>, <c>grounding_encoder</c>, <c>prompt</c>), result (<c>hit</c>, <c>miss</c>) and model;
/// <c>mglmm.workspace.count</c>, <c>.images</c>, <c>.regions</c> and <c>.bytes</c> over all live workspaces of the process.
/// </para>
/// </remarks>
public static class VisionTelemetry
{
    /// <summary>The name of the activity source and of the meter: <c>MGLMM</c>.</summary>
    public const string Name = "MGLMM";

    /// <summary>The tool's name, such as <c>segment_and_caption</c>.</summary>
    public const string ToolTag = "mglmm.tool";

    /// <summary><c>ok</c>, or one of <see cref="ToolErrorCodes"/>.</summary>
    public const string OutcomeTag = "mglmm.outcome";

    /// <summary>The model's name, from its manifest.</summary>
    public const string ModelTag = "mglmm.model";

    /// <summary>The handle of the picture that the call is about.</summary>
    public const string ImageTag = "mglmm.image";

    /// <summary><c>panoptic</c>, <c>instance</c> or <c>part</c>.</summary>
    public const string GranularityTag = "mglmm.granularity";

    /// <summary>Regions of the result, listed or not.</summary>
    public const string RegionsTag = "mglmm.region_count";

    /// <summary>The stage of an answer: <c>queue</c>, <c>global_encoder</c>, <c>prefill</c>, <c>decode</c>, <c>grounding_encoder</c>, <c>mask_decoder</c> or <c>postprocessing</c>.</summary>
    public const string StageTag = "mglmm.stage";

    /// <summary>The event of one answer of the model.</summary>
    public const string AnswerEvent = "mglmm.answer";

    /// <summary>The outcome of a call without error.</summary>
    public const string Ok = "ok";

    /// <summary>Where our activities come from. Adapters to a protocol begin theirs here too, so that a host listens to one name.</summary>
    public static ActivitySource Source { get; } = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Calls = Meter.CreateCounter<long>("mglmm.tool.calls", "{call}", "Calls of tools.");

    // An exporter's own are for milliseconds: all that takes less than five seconds would be one.
    private static readonly InstrumentAdvice<double> Seconds = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] };

    private static readonly Histogram<double> CallDuration = Meter.CreateHistogram("mglmm.tool.duration", "s", "How long calls of tools took.", tags: null, Seconds);

    private static readonly Histogram<double> StageDuration = Meter.CreateHistogram("mglmm.stage.duration", "s", "How long the stages of answers took.", tags: null, Seconds);

    private static readonly Counter<long> Tokens = Meter.CreateCounter<long>("mglmm.tokens", "{token}", "Positions of prompts, those of them that were kept from before, and tokens generated.");

    private static readonly Counter<long> CacheLookups = Meter.CreateCounter<long>("mglmm.cache.lookups", "{lookup}", "Whether an encoder's or a prompt's work was kept from before, or not needed.");

    // Weakly held: a workspace counts for as long as a host holds it.
    private static readonly object Present = new();

    private static readonly ConditionalWeakTable<IMeasuredWorkspace, object> Workspaces = [];

    static VisionTelemetry()
    {
        Meter.CreateObservableUpDownCounter("mglmm.workspace.count", () => Sum(_ => 1), "{workspace}", "Live workspaces.");
        Meter.CreateObservableUpDownCounter("mglmm.workspace.images", () => Sum(workspace => workspace.Size.Images), "{image}", "Pictures in all live workspaces.");
        Meter.CreateObservableUpDownCounter("mglmm.workspace.regions", () => Sum(workspace => workspace.Size.Regions), "{region}", "Regions in all live workspaces.");
        Meter.CreateObservableUpDownCounter("mglmm.workspace.bytes", () => Sum(workspace => workspace.Size.Bytes), "By", "Pixels, masks and artifacts in all live workspaces.");
    }

    internal static void Observe(IMeasuredWorkspace workspace) => Workspaces.TryAdd(workspace, Present);

    internal static ToolCall StartCall(string tool, string model) => new(tool, model, Source.StartActivity($"mglmm.tool {tool}"));

    /// <summary>Says which picture the call under way is about.</summary>
    internal static void TagImage(string handle) => Current?.SetTag(ImageTag, handle);

    /// <summary>Says at which granularity the call under way works.</summary>
    internal static void TagGranularity(string granularity) => Current?.SetTag(GranularityTag, granularity);

    internal static string OutcomeOf(ToolResult result) => result is ToolError error ? error.Code : Ok;

    internal static void RecordCall(string tool, string model, ToolResult result, TimeSpan elapsed, Activity? activity)
    {
        string outcome = OutcomeOf(result);
        TagList tags = new() { { ToolTag, tool }, { OutcomeTag, outcome }, { ModelTag, model } };
        Calls.Add(1, tags);
        CallDuration.Record(elapsed.TotalSeconds, tags);
        if (activity is null)
        {
            return;
        }

        activity.SetTag(OutcomeTag, outcome);
        if (ImageOf(result) is { } image)
        {
            activity.SetTag(ImageTag, image);
        }

        if (RegionsOf(result) is { } regions)
        {
            activity.SetTag(RegionsTag, regions);
        }

        if (result is ToolError)
        {
            activity.SetTag("error.type", outcome);
            activity.SetStatus(ActivityStatusCode.Error, outcome);
        }
    }

    /// <summary>Measures an answer of the model, whichever tool asked for it.</summary>
    internal static void RecordAnswer(string model, GroundedAnswer answer)
    {
        AnswerTimings timings = answer.Timings;
        KeyValuePair<string, object?> modelTag = new(ModelTag, model);
        foreach ((string stage, TimeSpan time) in StagesOf(timings))
        {
            if (time > TimeSpan.Zero)
            {
                StageDuration.Record(time.TotalSeconds, new(StageTag, stage), modelTag);
            }
        }

        Tokens.Add(timings.PromptPositions, new("mglmm.token.kind", "prompt"), modelTag);
        Tokens.Add(timings.ReusedPositions, new("mglmm.token.kind", "reused"), modelTag);
        Tokens.Add(answer.TokenIds.Count, new("mglmm.token.kind", "generated"), modelTag);
        Looked("global_encoder", timings.GlobalEncoderSkipped);
        Looked("grounding_encoder", timings.GroundingEncoderSkipped);
        Looked("prompt", timings.ReusedPositions > 0);
        if (Current is { } activity)
        {
            Describe(activity, answer);
        }

        void Looked(string cache, bool hit) =>
            CacheLookups.Add(1, new("mglmm.cache", cache), new("mglmm.cache.result", hit ? "hit" : "miss"), modelTag);
    }

    // Only our own: where nobody listens to us, the current activity is the host's.
    private static Activity? Current => Activity.Current is { } activity && activity.Source == Source ? activity : null;

    private static IEnumerable<(string Stage, TimeSpan Time)> StagesOf(AnswerTimings timings) =>
    [
        ("queue", timings.Queue),
        ("global_encoder", timings.GlobalEncoder),
        ("prefill", timings.Prefill),
        ("decode", timings.Decode),
        ("grounding_encoder", timings.GroundingEncoder),
        ("mask_decoder", timings.MaskDecoder),
        ("postprocessing", timings.Postprocessing),
    ];

    private static void Describe(Activity activity, GroundedAnswer answer)
    {
        AnswerTimings timings = answer.Timings;
        ActivityTagsCollection said = new();
        foreach ((string stage, TimeSpan time) in StagesOf(timings))
        {
            Add($"mglmm.stage.{stage}_seconds", time.TotalSeconds);
        }

        Add("mglmm.answer_seconds", timings.Total.TotalSeconds);
        Count("mglmm.tokens.prompt", timings.PromptPositions);
        Count("mglmm.tokens.reused", timings.ReusedPositions);
        Count("mglmm.tokens.generated", answer.TokenIds.Count);
        Count("mglmm.decode_runs", timings.DecodeRuns);
        Count("mglmm.global_encoder_skipped", timings.GlobalEncoderSkipped ? 1 : 0);
        Count("mglmm.grounding_encoder_skipped", timings.GroundingEncoderSkipped ? 1 : 0);
        activity.SetTag("mglmm.answer_count", (activity.GetTagItem("mglmm.answer_count") as long? ?? 0) + 1);
        activity.AddEvent(new ActivityEvent(AnswerEvent, tags: said));

        void Add(string name, double value)
        {
            said.Add(name, value);
            activity.SetTag(name, (activity.GetTagItem(name) as double? ?? 0) + value);
        }

        void Count(string name, long value)
        {
            said.Add(name, value);
            activity.SetTag(name, (activity.GetTagItem(name) as long? ?? 0) + value);
        }
    }

    private static string? ImageOf(ToolResult result) => result switch
    {
        OpenedImageResult opened => opened.Image,
        GroundedResult grounded => grounded.Image,
        CaptionResult caption => caption.Image,
        RegionsResult regions => regions.Image,
        ComparisonResult comparison => comparison.Image,
        ArtifactResult artifact => artifact.Image,
        _ => null,
    };

    private static int? RegionsOf(ToolResult result) => result switch
    {
        GroundedResult grounded => grounded.Regions.Count + grounded.MoreRegionCount,
        RegionsResult regions => regions.Count,
        ArtifactResult artifact => artifact.RegionCount,
        _ => null,
    };

    private static long Sum(Func<IMeasuredWorkspace, long> of) => Workspaces.Sum(entry => of(entry.Key));
}
