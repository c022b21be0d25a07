using System.Text.Json;
using MGLMM.Masks;
using MGLMM.Server.Api;

namespace MGLMM.Server.Page;

/// <summary>What the page shows of a conversation, and what has just come to it.</summary>
/// <param name="Layers">Every region that is not removed, in the order they were made.</param>
/// <param name="Undo">What can be taken back, in words; null for nothing.</param>
/// <param name="Redo">What can be made again, in words; null for nothing.</param>
/// <param name="Turns">What was said; null where nothing has changed.</param>
/// <param name="Regions">Regions that are new, with their masks; null for none.</param>
internal sealed record PageRecord(
    IReadOnlyList<LayerRecord> Layers, string? Undo, string? Redo, IReadOnlyList<Turn>? Turns = null, IReadOnlyList<RegionWithMask>? Regions = null);

/// <summary>A region in the list of layers; what is aside is listed apart, for another answer has taken its place.</summary>
internal sealed record LayerRecord(string Region, string Image, string? Phrase, string? Within, bool Hidden, bool Aside);

/// <summary>What a turn is asked for: words for the planner, or calls of tools that a control of the page stands for.</summary>
internal sealed record TurnRequest(string? Image = null, string? Message = null, IReadOnlyList<CallRequest>? Calls = null);

/// <summary>A call that a control of the page makes.</summary>
internal sealed record CallRequest(string Tool, Dictionary<string, JsonElement>? Arguments = null);

/// <summary>A change of layers by hand.</summary>
/// <param name="Edit"><c>rename</c>, <c>show</c>, <c>hide</c>, <c>only</c>, <c>replace</c>, <c>remove</c>, <c>merge</c> or <c>subtract</c>.</param>
/// <param name="Regions">Of which regions.</param>
/// <param name="Others">With <c>subtract</c>: what is taken away; with <c>replace</c>: what is hidden instead.</param>
/// <param name="Phrase">With <c>rename</c>: the name; with <c>only</c> and <c>replace</c>: what undoing it is called; with <c>merge</c> and <c>subtract</c>: what the new region is called.</param>
internal sealed record EditRequest(string? Edit = null, IReadOnlyList<string>? Regions = null, IReadOnlyList<string>? Others = null, string? Phrase = null);

/// <summary>A region of a person's own: a mask as COCO run lengths, or polygons as GeoJSON writes those of a MultiPolygon, in pixels.</summary>
internal sealed record RegionRequest(string? Phrase = null, string? Origin = null, string? Within = null, Mask? Mask = null, double[][][][]? Polygons = null);

/// <summary>What happens in a turn, as it happens.</summary>
/// <param name="Event"><c>begun</c>, <c>text</c>, <c>words</c>, <c>call</c>, <c>result</c>, <c>page</c>, <c>error</c> or <c>done</c>.</param>
/// <param name="Turn">With <c>begun</c>: its number.</param>
/// <param name="Text">With <c>text</c>: a piece of the answer; with <c>words</c>: what the vision model is saying, with its mark-up.</param>
/// <param name="Call">With <c>call</c> and <c>result</c>: which call.</param>
/// <param name="Tool">With <c>call</c>: the tool.</param>
/// <param name="Arguments">With <c>call</c>: its arguments.</param>
/// <param name="Result">With <c>result</c>: what came back.</param>
/// <param name="Milliseconds">With <c>result</c>: how long it took.</param>
/// <param name="Page">With <c>page</c>: the layers as they are now, with new regions.</param>
/// <param name="Error">With <c>error</c>: what is wrong.</param>
internal sealed record TurnEvent(
    string Event,
    int? Turn = null,
    string? Text = null,
    string? Call = null,
    string? Tool = null,
    JsonElement? Arguments = null,
    JsonElement? Result = null,
    long? Milliseconds = null,
    PageRecord? Page = null,
    TurnError? Error = null);
