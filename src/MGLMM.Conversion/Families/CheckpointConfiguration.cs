using System.Text.Json;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>A Hugging Face JSON file (config.json and its kin), read leniently by key.</summary>
internal sealed class CheckpointConfiguration
{
    private const long MaximumBytes = 16 << 20;

    private readonly JsonElement _root;
    private readonly string _source;

    private CheckpointConfiguration(JsonElement root, string source)
    {
        _root = root;
        _source = source;
    }

    /// <summary>Reads a file that must be there.</summary>
    /// <exception cref="ConversionException">It is missing, too large, no JSON, or no JSON object.</exception>
    public static CheckpointConfiguration Load(string path)
    {
        string name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new ConversionException($"'{name}' is missing from '{Path.GetDirectoryName(path)}'. {MissingAdvice(Path.GetDirectoryName(path))}");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(JsonText.WithNumbersQuoted(ReadText(path)));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new CheckpointConfiguration(document.RootElement.Clone(), name)
                : throw new ConversionException($"'{name}' is no JSON object.");
        }
        catch (JsonException exception)
        {
            throw new ConversionException($"'{name}' is no valid JSON: {JsonText.Describe(exception)}", exception);
        }
    }

    /// <summary>The hub's cache keeps the files of a repository some folders down.</summary>
    private static string MissingAdvice(string? folder)
    {
        string? snapshot = folder is not null && Directory.Exists(Path.Combine(folder, "snapshots"))
            ? Directory.EnumerateDirectories(Path.Combine(folder, "snapshots")).Order(StringComparer.Ordinal).FirstOrDefault()
            : null;
        return snapshot is null
            ? "A Hugging Face folder holds it beside the weights."
            : $"This is a repository's folder in the hub's cache; its files are in the snapshot: give '{snapshot}'.";
    }

    /// <summary>The JSON of a small regular file, without a byte order mark; a pipe or device has no length and is refused.</summary>
    /// <exception cref="ConversionException">It is empty, too large, or plainly something else.</exception>
    public static ReadOnlyMemory<byte> ReadText(string path)
    {
        string name = Path.GetFileName(path);
        long length = LinkedFile.Follow(path).Length;
        if (length is < 1 or > MaximumBytes)
        {
            throw new ConversionException($"'{name}' has {length} bytes; a configuration file has from 1 byte to {MaximumBytes >> 20} MB.");
        }

        byte[] bytes = File.ReadAllBytes(path);
        return JsonText.Problem(bytes) is { } problem ? throw new ConversionException($"'{name}': {problem}") : JsonText.WithoutMark(bytes);
    }

    /// <summary>Reads a file that may be absent.</summary>
    public static CheckpointConfiguration? LoadOptional(string path) => File.Exists(path) ? Load(path) : null;

    /// <summary>The file and, for a section, the way to it.</summary>
    public string Source => _source;

    public bool HasValue(string key) => Find(key, out JsonElement value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>Whether the key is there, even with null.</summary>
    public bool HasKey(string key) => Find(key, out _);

    public string? Text(string key) => Find(key, out JsonElement value) ? Text(value) : null;

    /// <summary>An element of this file as text; null if it is none.</summary>
    /// <exception cref="ConversionException">It is text with half a surrogate pair.</exception>
    public string? Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? Decoded(() => value.GetString()) : null;

    public bool? Flag(string key) => Find(key, out JsonElement value)
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }
        : null;

    public int? Integer(string key)
    {
        if (!Find(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : throw new ConversionException($"'{key}' in {_source} is no integer.");
    }

    /// <summary>A size that the file may state must be the one that the weights have.</summary>
    /// <param name="key">What states it.</param>
    /// <param name="actual">What the weights have.</param>
    /// <param name="tensor">Which of them.</param>
    /// <param name="otherwise">What the model's own code takes where the file does not state it; null where it asks the weights.</param>
    /// <exception cref="ConversionException">It states another.</exception>
    public void RequireSize(string key, int actual, string tensor, int? otherwise = null)
    {
        int? stated = Integer(key);
        if (stated is null && otherwise is { } taken && taken != actual)
        {
            throw new ConversionException(
                $"{_source} does not say {key}, which the model's own code then takes for {taken}, but by the weights ({tensor}) it is {actual}. Take the config.json that was saved with them.");
        }

        if (stated is not null && stated != actual)
        {
            throw new ConversionException(
                $"{_source} says {key} {stated}, but by the weights ({tensor}) it is {actual}. One of the two files is of another model; take both from one save.");
        }
    }

    public int RequiredInteger(string key) => Integer(key) ?? throw new ConversionException($"{_source} does not say '{key}'.");

    public double? Number(string key)
    {
        if (!Find(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw new ConversionException($"'{key}' in {_source} is no number.");
    }

    public double[]? Numbers(string key)
    {
        if (!Find(key, out JsonElement value) || value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? value.EnumerateArray().Select(item => item.GetDouble()).ToArray()
            : throw new ConversionException($"'{key}' in {_source} holds something that is no number.");
    }

    public CheckpointConfiguration? Section(string key) =>
        Find(key, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? new CheckpointConfiguration(value, $"{_source}/{key}") : null;

    /// <summary>The elements of a list, as raw JSON; none if there is no such list.</summary>
    public IEnumerable<JsonElement> List(string key) =>
        Find(key, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>The members of the object, as raw JSON.</summary>
    /// <exception cref="ConversionException">A key is text with half a surrogate pair.</exception>
    public IEnumerable<(string Key, JsonElement Value)> Members => Decoded(() => _root.EnumerateObject().Select(member => (member.Name, member.Value)).ToArray());

    private bool Find(string key, out JsonElement value)
    {
        JsonElement found = default;
        bool isThere = Decoded(() => _root.TryGetProperty(key, out found));
        value = found;
        return isThere;
    }

    private T Decoded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException exception)
        {
            throw new ConversionException($"{_source} holds half a surrogate pair, an escape such as \\ud83d without its other half, which is no text. Correct it there, or take the file from where it comes from.", exception);
        }
    }
}
