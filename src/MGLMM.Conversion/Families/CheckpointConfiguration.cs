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
            throw new ConversionException($"'{name}' is missing from '{Path.GetDirectoryName(path)}'. A Hugging Face folder holds it beside the weights.");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(ReadText(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new CheckpointConfiguration(document.RootElement.Clone(), name)
                : throw new ConversionException($"'{name}' is no JSON object.");
        }
        catch (JsonException exception)
        {
            throw new ConversionException($"'{name}' is no valid JSON: {exception.Message}", exception);
        }
    }

    /// <summary>The JSON of a small regular file, without a byte order mark; a pipe or device has no length and is refused.</summary>
    /// <exception cref="ConversionException">It is empty, too large, or plainly something else.</exception>
    public static ReadOnlyMemory<byte> ReadText(string path)
    {
        string name = Path.GetFileName(path);
        long length = new FileInfo(path).Length;
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

    public bool HasValue(string key) => _root.TryGetProperty(key, out JsonElement value) && value.ValueKind is not JsonValueKind.Null;

    public string? Text(string key) =>
        _root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public bool? Flag(string key) => _root.TryGetProperty(key, out JsonElement value)
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }
        : null;

    public int? Integer(string key)
    {
        if (!_root.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : throw new ConversionException($"'{key}' in {_source} is no integer.");
    }

    /// <summary>A size that the file may state must be the one that the weights have.</summary>
    /// <exception cref="ConversionException">It states another.</exception>
    public void RequireSize(string key, int actual, string tensor)
    {
        if (Integer(key) is { } stated && stated != actual)
        {
            throw new ConversionException(
                $"{_source} says {key} {stated}, but by the weights ({tensor}) it is {actual}. One of the two files is of another model; take both from one save.");
        }
    }

    public int RequiredInteger(string key) => Integer(key) ?? throw new ConversionException($"{_source} does not say '{key}'.");

    public double? Number(string key)
    {
        if (!_root.TryGetProperty(key, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw new ConversionException($"'{key}' in {_source} is no number.");
    }

    public double[]? Numbers(string key)
    {
        if (!_root.TryGetProperty(key, out JsonElement value) || value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? value.EnumerateArray().Select(item => item.GetDouble()).ToArray()
            : throw new ConversionException($"'{key}' in {_source} holds something that is no number.");
    }

    public CheckpointConfiguration? Section(string key) =>
        _root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Object ? new CheckpointConfiguration(value, $"{_source}/{key}") : null;

    /// <summary>The elements of a list, as raw JSON; none if there is no such list.</summary>
    public IEnumerable<JsonElement> List(string key) =>
        _root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>The members of the object, as raw JSON.</summary>
    public IEnumerable<(string Key, JsonElement Value)> Members => _root.EnumerateObject().Select(member => (member.Name, member.Value));
}
