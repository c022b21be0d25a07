using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Evaluation.Pictures;
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

            if (FaultOf(sample) is { } fault)
            {
                throw new InvalidDataException($"Line {number} of '{Path.GetFileName(path)}', sample '{sample.Id}': {fault}");
            }

            samples.Add(sample);
        }

        return samples.Count > 0 ? samples : throw new InvalidDataException($"'{Path.GetFileName(path)}' holds no samples.");
    }

    /// <summary>The masks of a sample, of its picture's size.</summary>
    /// <exception cref="InvalidDataException">A mask is damaged or of another size.</exception>
    public static Mask[] MasksOf(SegCapSample sample)
    {
        try
        {
            return [.. sample.Masks.Select(mask => mask.Size is [var height, var width] && height == sample.Height && width == sample.Width
                ? CocoRle.Decode(mask.Counts, width, height)
                : throw new FormatException($"its size is [{string.Join(", ", mask.Size)}], and the picture's [height, width] is [{sample.Height}, {sample.Width}]."))];
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"A mask of sample '{sample.Id}' is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>What is wrong with a sample, said before any model is asked; null if nothing is.</summary>
    private static string? FaultOf(SegCapSample sample)
    {
        if (sample.Width < 1 || sample.Height < 1)
        {
            return $"its picture cannot be {sample.Width}x{sample.Height}.";
        }

        if (sample.Labels.Count != sample.Masks.Count)
        {
            return $"it has {sample.Masks.Count} masks and {sample.Labels.Count} labels.";
        }

        if (sample.Masks.Contains(null!) || sample.Labels.Contains(null!) || sample.History.Contains(null!))
        {
            return "its masks, labels and history hold no nulls.";
        }

        if (sample.Region is { } region
            && !(region is [var left, var top, var width, var height] && left >= 0 && top >= 0 && width > 0 && height > 0
                && (long)left + width <= sample.Width && (long)top + height <= sample.Height))
        {
            return $"its region [{string.Join(", ", region)}] is no x, y, width, height within {sample.Width}x{sample.Height} pixels.";
        }

        try
        {
            MasksOf(sample);
            return null;
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }
    }
}

/// <summary>Source-generated JSON of SegCap files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SegCapSample))]
[JsonSerializable(typeof(ShownContext))]
internal sealed partial class SegCapJson : JsonSerializerContext;
