using System.Text.Json.Serialization;
using MGLMM.Data.SegCap;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Predictions;

/// <summary>An answer as it is kept: to which sample, what was shown and asked, and what came.</summary>
/// <param name="Id">The sample.</param>
/// <param name="Image">The picture that was shown.</param>
/// <param name="Shown">Hash of what the model had before the instruction: the picture's content and size, the region, the earlier turns.</param>
/// <param name="Instruction">What was asked.</param>
/// <param name="Text">The answer with markup.</param>
/// <param name="Segments">One entry per <c>[SEG]</c>.</param>
/// <param name="Given">SHA-256 of the file that the answer was read from; null where a model gave it.</param>
internal sealed record Prediction(
    string Id,
    string Image,
    string Shown,
    string Instruction,
    string Text,
    IReadOnlyList<PredictedSegment> Segments,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Given = null)
{
    public static Prediction From(SegCapSample sample, string image, string shown, GroundedAnswer answer) => new(
        sample.Id,
        image,
        shown,
        sample.Instruction,
        answer.Text,
        [.. answer.Segments.Select(segment => new PredictedSegment(segment.Phrase, new RunLengths([sample.Height, sample.Width], CocoRle.Encode(InPicture(sample, segment.Mask)))))]);

    /// <summary>The masks, of the picture's size.</summary>
    /// <exception cref="InvalidDataException">A mask is damaged or of another size.</exception>
    public IReadOnlyList<PredictedMask> Masks(SegCapSample sample)
    {
        try
        {
            return
            [
                .. Segments.Select(segment => segment.Segmentation.Size is [var height, var width] && height == sample.Height && width == sample.Width
                    ? new PredictedMask(CocoRle.Decode(segment.Segmentation.Counts, width, height), segment.Phrase)
                    : throw new FormatException($"its size is not {sample.Width}x{sample.Height}.")),
            ];
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The kept answer to sample '{sample.Id}' is damaged: {exception.Message}", exception);
        }
    }

    private static Mask InPicture(SegCapSample sample, Mask mask) =>
        sample.Region is [var left, var top, _, _] ? mask.Place(left, top, sample.Width, sample.Height) : mask;
}

/// <summary>A mask of a kept answer, in COCO's form.</summary>
internal sealed record PredictedSegment(string? Phrase, RunLengths Segmentation);

/// <summary>A mask of an answer and the phrase that it belongs to, if any.</summary>
internal readonly record struct PredictedMask(Mask Mask, string? Phrase);
