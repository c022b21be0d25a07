using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Evaluation.SegCap;
using MGLMM.Masks;
using MGLMM.Runtime.Answers;

namespace MGLMM.Evaluation;

/// <summary>An answer as it is kept between runs.</summary>
internal sealed record Prediction(string Id, string Image, string Text, IReadOnlyList<PredictedSegment> SegmentList)
{
    public static Prediction From(SegCapSample sample, GroundedAnswer answer) => new(
        sample.Id,
        sample.Image,
        answer.Text,
        [.. answer.Segments.Select(segment => new PredictedSegment(segment.Phrase, new RunLengths([segment.Mask.Height, segment.Mask.Width], CocoRle.Encode(segment.Mask))))]);

    public IReadOnlyList<(Mask Mask, string? Phrase)> Segments(SegCapSample sample)
    {
        try
        {
            return [.. SegmentList.Select(segment => (CocoRle.Decode(segment.Segmentation.Counts, segment.Segmentation.Size[1], segment.Segmentation.Size[0]), segment.Phrase))];
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The kept answer to sample '{sample.Id}' is damaged: {exception.Message}", exception);
        }
    }
}

/// <summary>A mask of a kept answer, in COCO's form.</summary>
internal sealed record PredictedSegment(string? Phrase, RunLengths Segmentation);

/// <summary>Answers appended one by one, so that an evaluation goes on where it was stopped. Not thread-safe.</summary>
internal sealed class PredictionFile : IDisposable
{
    private readonly Dictionary<string, Prediction> _known = new(StringComparer.Ordinal);
    private readonly StreamWriter? _writer;

    private PredictionFile(StreamWriter? writer) => _writer = writer;

    /// <exception cref="InvalidDataException">A line other than the last is damaged.</exception>
    public static PredictionFile Open(string? path)
    {
        if (path is null)
        {
            return new PredictionFile(null);
        }

        var lines = File.Exists(path) ? File.ReadAllLines(path) : [];
        var kept = new List<Prediction>();
        for (var index = 0; index < lines.Length; index++)
        {
            try
            {
                kept.Add(JsonSerializer.Deserialize(lines[index], PredictionJson.Default.Prediction) ?? throw new JsonException("null"));
            }
            catch (JsonException exception)
            {
                // The last line may have been cut off when the evaluation was stopped.
                if (index < lines.Length - 1)
                {
                    throw new InvalidDataException($"Line {index + 1} of the predictions is damaged: {exception.Message} Delete the file to start over.", exception);
                }
            }
        }

        var writer = new StreamWriter(path, append: false) { AutoFlush = true };
        var file = new PredictionFile(writer);
        kept.ForEach(prediction => file.Append(prediction));
        return file;
    }

    public Prediction? Find(string id) => _known.GetValueOrDefault(id);

    public Prediction Append(Prediction prediction)
    {
        _known[prediction.Id] = prediction;
        _writer?.WriteLine(JsonSerializer.Serialize(prediction, PredictionJson.Default.Prediction));
        return prediction;
    }

    public void Dispose() => _writer?.Dispose();
}

/// <summary>Source-generated JSON of kept answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Prediction))]
internal sealed partial class PredictionJson : JsonSerializerContext;
