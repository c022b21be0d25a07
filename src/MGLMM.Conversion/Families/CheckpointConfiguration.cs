using System.Text.Json;

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
        var name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new ConversionException($"'{name}' is missing from '{Path.GetDirectoryName(path)}'. A Hugging Face folder holds it beside the weights.");
        }

        if (new FileInfo(path).Length > MaximumBytes)
        {
            throw new ConversionException($"'{name}' is larger than {MaximumBytes >> 20} MB, which no configuration file is.");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new CheckpointConfiguration(document.RootElement.Clone(), name)
                : throw new ConversionException($"'{name}' is no JSON object.");
        }
        catch (JsonException exception)
        {
            throw new ConversionException($"'{name}' is no valid JSON: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a file that may be absent.</summary>
    public static CheckpointConfiguration? LoadOptional(string path) => File.Exists(path) ? Load(path) : null;

    public bool HasValue(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind is not JsonValueKind.Null;

    public string? Text(string key) =>
        _root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public bool? Flag(string key) => _root.TryGetProperty(key, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }
        : null;

    public int? Integer(string key)
    {
        if (!_root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw new ConversionException($"'{key}' in {_source} is no integer.");
    }

    public int RequiredInteger(string key) => Integer(key) ?? throw new ConversionException($"{_source} does not say '{key}'.");

    public double? Number(string key)
    {
        if (!_root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw new ConversionException($"'{key}' in {_source} is no number.");
    }

    public double[]? Numbers(string key)
    {
        if (!_root.TryGetProperty(key, out var value) || value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number)
            ? value.EnumerateArray().Select(item => item.GetDouble()).ToArray()
            : throw new ConversionException($"'{key}' in {_source} holds something that is no number.");
    }

    public CheckpointConfiguration? Section(string key) =>
        _root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object ? new CheckpointConfiguration(value, $"{_source}/{key}") : null;

    /// <summary>The members of the object, as raw JSON.</summary>
    public IEnumerable<(string Key, JsonElement Value)> Members => _root.EnumerateObject().Select(member => (member.Name, member.Value));
}
