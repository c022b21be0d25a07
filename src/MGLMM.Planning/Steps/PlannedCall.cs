using System.Text.Json;

namespace MGLMM.Planning.Steps;

/// <summary>A function call that a plan wants made, and what came back once it was made.</summary>
internal sealed class PlannedCall(string plugin, string function, params (string Name, object? Value)[] arguments)
{
    private const string Vision = "vision";
    private const string Geometry = "vision_geometry";
    private const string Output = "vision_output";

    public string Plugin { get; } = plugin;

    public string Function { get; } = function;

    /// <summary>What is passed; arguments without a value are left out.</summary>
    public IReadOnlyDictionary<string, object?> Arguments { get; } =
        arguments.Where(argument => argument.Value is not null).ToDictionary(argument => argument.Name, argument => argument.Value, StringComparer.Ordinal);

    /// <summary>The function's record. Set before the plan goes on.</summary>
    public JsonElement Result { get; set; }

    /// <summary>Whether the function answered with an error record.</summary>
    public bool Failed => Text("code") is not null;

    /// <summary>Whether the function found nothing: an answer, not an error.</summary>
    public bool Empty => Record.True("empty");

    /// <summary>The words of an error for the user.</summary>
    public string Excuse => $"{Text("message")} {Text("try")}".Trim();

    public string? Set => Text("set");

    /// <summary>A word that the model does not know, so that its answer says nothing about the picture; null where there is none.</summary>
    public string? UnknownWord => Text("unknown_word");

    /// <summary>The noun that was asked for and those of what was found instead; null where the result does not say that they differ.</summary>
    public (string Asked, string Found)? Instead => Text("asked") is { } asked && Text("found") is { } found ? (asked, found) : null;

    public string Said => Text("model_said") ?? string.Empty;

    /// <summary>The listed regions.</summary>
    public IReadOnlyList<KnownRegion> Regions => Record.Regions;

    /// <summary>The handles of regions that are an earlier one, found twice.</summary>
    public IReadOnlySet<string> Repeated => Record.Repeated;

    /// <summary>How many regions there are, listed or not.</summary>
    public int Count => Record.Count;

    public static PlannedCall Segment(string image, string granularity, string? within = null, string? detail = null) =>
        new(Vision, "segment_and_caption", ("image", image), ("granularity", granularity), ("within", within), ("detail", detail));

    public static PlannedCall Refer(string image, string expression) => new(Vision, "refer", ("image", image), ("expression", expression));

    public static PlannedCall Caption(string image, string region) => new(Vision, "caption", ("image", image), ("region", region));

    public static PlannedCall Ask(string image, string question, string? region = null) =>
        new(Vision, "ask", ("image", image), ("question", question), ("region", region));

    public static PlannedCall Reason(string image, string question) =>
        new(Vision, "reason_segment", ("image", image), ("question", question), ("explain", true));

    public static PlannedCall Select(string set, string? label, string? order = null, string? near = null, int? nth = null, int? top = null) =>
        new(Geometry, "select_regions", ("set", set), ("label", label), ("order_by", order), ("near", near), ("nth", nth), ("top", top));

    public static PlannedCall Get(string set, string fields, int? limit = null) => new(Geometry, "get_regions", ("set", set), ("fields", fields), ("limit", limit));

    public static PlannedCall Compare(string a, string b) => new(Geometry, "compare_regions", ("regions", $"{a}, {b}"));

    public static PlannedCall Combine(string operation, string regions, string? others = null, double? pixels = null) =>
        new(Geometry, "combine_regions", ("operation", operation), ("regions", regions), ("others", others), ("pixels", pixels));

    public static PlannedCall Render(string image, string regions, string style, string? colour = null, int? linePixels = null) =>
        new(Output, "render_image", ("image", image), ("regions", regions), ("style", style), ("color", colour), ("line_px", linePixels));

    public static PlannedCall Export(string set, string format) => new(Output, "export_regions", ("set", set), ("format", format));

    private FunctionRecord Record => new(Result);

    public string? Text(string property) => Record.Text(property);
}
