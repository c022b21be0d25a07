using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Data.Import;

/// <summary>Ids of a data set as JSON.</summary>
internal static class SourceIds
{
    public static Dictionary<string, JsonElement> Of(string name, long value) => new(StringComparer.Ordinal) { [name] = Value(value) };

    public static Dictionary<string, JsonElement> Of(string name, string value) => new(StringComparer.Ordinal) { [name] = Value(value) };

    public static JsonElement Value(long value) => JsonSerializer.SerializeToElement(value, SourceIdJson.Default.Int64);

    public static JsonElement Value(string value) => JsonSerializer.SerializeToElement(value, SourceIdJson.Default.String);

    public static JsonElement Value(string[] values) => JsonSerializer.SerializeToElement(values, SourceIdJson.Default.StringArray);

    public static JsonElement Value(long[] values) => JsonSerializer.SerializeToElement(values, SourceIdJson.Default.Int64Array);
}

/// <summary>Source-generated JSON of ids.</summary>
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(long[]))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class SourceIdJson : JsonSerializerContext;
