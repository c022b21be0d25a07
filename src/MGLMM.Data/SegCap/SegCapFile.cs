using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MGLMM.Masks;

namespace MGLMM.Data.SegCap;

/// <summary>Reads <c>segcap.jsonl</c> files, versions 1 and 2.</summary>
public static class SegCapFile
{
    /// <summary>Stands for bytes that are no UTF-8; JSON allows it nowhere.</summary>
    private const string NoCharacter = "\u0001";

    private static readonly Encoding Utf8 = Encoding.GetEncoding("utf-8", EncoderFallback.ExceptionFallback, new DecoderReplacementFallback(NoCharacter));

    /// <summary>Reads every sample.</summary>
    /// <exception cref="InvalidDataException">A line is not a sample; the message names the line and what is wrong.</exception>
    public static IReadOnlyList<SegCapSample> Read(string path)
    {
        List<SegCapSample> samples = Stream(path).ToList();
        return samples.Count > 0 ? samples : throw new InvalidDataException($"'{Path.GetFileName(path)}' holds no samples.");
    }

    /// <summary>Reads every sample and takes those of several turns apart: see <see cref="SegCapSample.Questions"/>.</summary>
    /// <exception cref="InvalidDataException">A line is not a sample; the message names the line and what is wrong.</exception>
    public static IReadOnlyList<SegCapSample> ReadQuestions(string path) => [.. Read(path).SelectMany(sample => sample.Questions())];

    /// <summary>Reads samples one after the other, for files that do not fit into memory; only their ids are kept.</summary>
    /// <exception cref="InvalidDataException">A line is not a sample; the message names the line and what is wrong.</exception>
    public static IEnumerable<SegCapSample> Stream(string path) => Numbered(path).Select(entry => entry.Sample);

    /// <summary>As <see cref="Stream"/>, with the number of each sample's line.</summary>
    internal static IEnumerable<(int Line, SegCapSample Sample)> Numbered(string path)
    {
        HashSet<string> ids = new(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in Lines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            SegCapSample sample = Parse(line, Path.GetFileName(path), number);
            if (RepeatedId(sample, ids) is { } repeated)
            {
                throw new InvalidDataException($"Line {number} of '{Path.GetFileName(path)}' repeats the id '{repeated}'.");
            }

            if (SegCapRules.FaultOf(sample) is { } fault)
            {
                throw new InvalidDataException($"Line {number} of '{Path.GetFileName(path)}', sample '{sample.Id}': {fault}");
            }

            yield return (number, sample);
        }
    }

    /// <summary>The masks of a sample, of its picture's size.</summary>
    /// <exception cref="InvalidDataException">A mask is damaged or of another size.</exception>
    public static Mask[] MasksOf(SegCapSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        try
        {
            return [.. sample.Masks.Select(mask => mask.ToMask(sample.Width, sample.Height))];
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"A mask of sample '{sample.Id}' is damaged: {exception.Message}", exception);
        }
    }

    /// <summary>The pixels that a sample says to leave out; null where all count.</summary>
    /// <exception cref="InvalidDataException">The mask is damaged or of another size.</exception>
    public static Mask? IgnoreOf(SegCapSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        try
        {
            return sample.Ignore?.ToMask(sample.Width, sample.Height);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The ignored pixels of sample '{sample.Id}' are damaged: {exception.Message}", exception);
        }
    }

    /// <summary>The lines of a file. Bytes that are no UTF-8 become a character that no line can hold.</summary>
    internal static IEnumerable<string> Lines(string path) => File.ReadLines(path, Utf8);

    /// <summary>Reads one line, whatever it holds.</summary>
    /// <exception cref="InvalidDataException">It is no sample.</exception>
    internal static SegCapSample Parse(string line, string file, int number)
    {
        try
        {
            if (line.IndexOf(NoCharacter, StringComparison.Ordinal) is >= 0 and var at)
            {
                throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"character {at + 1} is no UTF-8 text, or a control character."));
            }

            JsonTypeInfo<SegCapSample> type = VersionOf(line) switch
            {
                null or 1 => SegCapLines.Version1,
                2 => SegCapLines.Version2,
                var other => throw new JsonException($"it says version {other}, and versions 1 and 2 are read here."),
            };
            return JsonSerializer.Deserialize(line, type) ?? throw new JsonException("the line holds null.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"Line {number} of '{file}' is no SegCap sample: {exception.Message}", exception);
        }
    }

    /// <summary>Adds a sample's id and those of its turns; the one that was there already, if any.</summary>
    internal static string? RepeatedId(SegCapSample sample, HashSet<string> ids)
    {
        if (!ids.Add(sample.Id))
        {
            return sample.Id;
        }

        for (int turn = 0; turn < sample.Turns.Count; turn++)
        {
            if (!ids.Add(SegCapSample.QuestionId(sample.Id, turn)))
            {
                return SegCapSample.QuestionId(sample.Id, turn);
            }
        }

        return null;
    }

    /// <summary>
    /// What a line says about its version; null where it says nothing or is no object (which the reader then tells of). On the way every text is looked at: half a
    /// character can be escaped in JSON, and would only be noticed when the sample is written.
    /// </summary>
    private static long? VersionOf(string line)
    {
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(line));
        (long? version, bool isVersion) = (null, false);
        while (reader.Read())
        {
            if (isVersion)
            {
                version = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number) ? number : throw new JsonException("its version is no whole number.");
            }

            isVersion = reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("version"u8);
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                try
                {
                    reader.GetString();
                }
                catch (InvalidOperationException exception)
                {
                    throw new JsonException(string.Create(CultureInfo.InvariantCulture, $"the text at byte {reader.TokenStartIndex} holds half a character."), exception);
                }
            }
        }

        return version;
    }
}
