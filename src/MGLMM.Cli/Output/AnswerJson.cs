using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Masks;

namespace MGLMM.Cli.Output;

/// <summary>An answer as the tool prints it. Names and units are a contract.</summary>
internal sealed record AnswerJson(
    string Prompt,
    string Text,
    string Caption,
    IReadOnlyList<int> TokenIds,
    string StopReason,
    IReadOnlyList<SegmentJson> Segments,
    TimingsJson TimingsMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<float[]>? RegionFeatures)
{
    public static AnswerJson From(GroundedAnswer answer) => new(
        answer.Prompt,
        answer.Text,
        answer.Caption,
        answer.TokenIds,
        answer.StopReason.ToWireName(),
        [.. answer.Segments.Select(SegmentJson.From)],
        TimingsJson.From(answer.Timings),
        answer.RegionFeatures?.Select(row => row.ToArray()).ToArray());
}

/// <summary>A [SEG]: its phrase, the phrase's span in the caption, and its mask.</summary>
internal sealed record SegmentJson(string? Phrase, int Start, int End, long AreaPx, int[] BoxXyxyPx, RunLengthJson Mask)
{
    public static SegmentJson From(GroundedSegment segment)
    {
        PixelBox box = segment.Mask.Box;
        return new SegmentJson(
            segment.Phrase,
            segment.Start,
            segment.End,
            segment.Mask.Area,
            [box.Left, box.Top, box.Right, box.Bottom],
            new RunLengthJson([segment.Mask.Height, segment.Mask.Width], CocoRle.Encode(segment.Mask)));
    }
}

/// <summary>A mask as COCO writes it: [height, width] and the compressed string.</summary>
internal sealed record RunLengthJson(int[] Size, string Counts);

/// <summary>Milliseconds per stage.</summary>
internal sealed record TimingsJson(
    double Queue,
    double GlobalEncoder,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? RegionEncoder,
    double Prefill,
    double Decode,
    double GroundingEncoder,
    double MaskDecoder,
    double Postprocessing,
    double Total)
{
    public static TimingsJson From(AnswerTimings timings) => new(
        Round(timings.Queue),
        Round(timings.GlobalEncoder),
        timings.RegionEncoder == TimeSpan.Zero ? null : Round(timings.RegionEncoder),
        Round(timings.Prefill),
        Round(timings.Decode),
        Round(timings.GroundingEncoder),
        Round(timings.MaskDecoder),
        Round(timings.Postprocessing),
        Round(timings.Total));

    private static double Round(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}

/// <summary>Source-generated JSON of the tool's output.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AnswerJson))]
[JsonSerializable(typeof(AnswerJson[]))]
internal sealed partial class AnswerJsonContext : JsonSerializerContext
{
    /// <summary>Markup stays readable: the output goes to a file or a terminal, not into HTML.</summary>
    public static AnswerJsonContext Readable { get; } = new(new JsonSerializerOptions
    {
        // Not a copy of Default's options: the order in which the two static members are made is not defined.
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
