using System.Text.Json.Serialization;
using MGLMM.Masks;

namespace MGLMM.Extensions.AI;

/// <summary>A region of an answer, as it stands in additional properties and in JSON.</summary>
public sealed record ChatSegment
{
    /// <summary>The phrase that it grounds; null where the answer gives none.</summary>
    [JsonPropertyName("phrase")]
    public string? Phrase { get; init; }

    /// <summary>Where the phrase starts in the answer without mark-up, in UTF-16 units.</summary>
    [JsonPropertyName("start")]
    public required int Start { get; init; }

    /// <summary>Where the phrase ends, exclusive.</summary>
    [JsonPropertyName("end")]
    public required int End { get; init; }

    /// <summary>Pixels inside; 0 where the model saw nothing.</summary>
    [JsonPropertyName("area_px")]
    public required long AreaPx { get; init; }

    /// <summary>Left, top, right, bottom of the smallest box around it; right and bottom lie just outside.</summary>
    [JsonPropertyName("box_xyxy_px")]
    public required IReadOnlyList<int> BoxXyxyPx { get; init; }

    /// <summary>The pixels; as JSON, COCO run lengths (<c>{"size": [height, width], "counts": "..."}</c>).</summary>
    [JsonPropertyName("mask")]
    public required Mask Mask { get; init; }

    /// <summary>Takes what an answer says of a region.</summary>
    public static ChatSegment Of(GroundedSegment segment)
    {
        ArgumentNullException.ThrowIfNull(segment);
        PixelBox box = segment.Mask.Box;
        return new ChatSegment
        {
            Phrase = segment.Phrase,
            Start = segment.Start,
            End = segment.End,
            AreaPx = segment.Mask.Area,
            BoxXyxyPx = [box.Left, box.Top, box.Right, box.Bottom],
            Mask = segment.Mask,
        };
    }
}
