using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Masks;

namespace MGLMM.Evaluation.SegCap;

/// <summary>Reads <c>segcap.jsonl</c> files.</summary>
public static class SegCapFile
{
    /// <summary>Reads every sample.</summary>
    /// <exception cref="InvalidDataException">A line is not a sample; the message names the line and what is wrong.</exception>
    public static IReadOnlyList<SegCapSample> Read(string path)
    {
        var samples = new List<SegCapSample>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            SegCapSample sample;
            try
            {
                sample = JsonSerializer.Deserialize(line, SegCapJson.Default.SegCapSample) ?? throw new JsonException("the line holds null.");
            }
            catch (JsonException exception)
            {
                throw new InvalidDataException($"Line {number} of '{Path.GetFileName(path)}' is no SegCap sample: {exception.Message}", exception);
            }

            if (!ids.Add(sample.Id))
            {
                throw new InvalidDataException($"Line {number} of '{Path.GetFileName(path)}' repeats the id '{sample.Id}'.");
            }

            if (sample.Labels.Count != sample.Masks.Count)
            {
                throw new InvalidDataException($"Line {number} of '{Path.GetFileName(path)}' has {sample.Masks.Count} masks and {sample.Labels.Count} labels.");
            }

            samples.Add(sample);
        }

        return samples.Count > 0 ? samples : throw new InvalidDataException($"'{Path.GetFileName(path)}' holds no samples.");
    }

    /// <summary>The masks of a sample.</summary>
    /// <exception cref="InvalidDataException">A mask is damaged.</exception>
    public static Mask[] MasksOf(SegCapSample sample)
    {
        try
        {
            return [.. sample.Masks.Select(mask => CocoRle.Decode(mask.Counts, mask.Size[1], mask.Size[0]))];
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"A mask of sample '{sample.Id}' is damaged: {exception.Message}", exception);
        }
    }
}

/// <summary>Source-generated JSON of SegCap files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SegCapSample))]
internal sealed partial class SegCapJson : JsonSerializerContext;
