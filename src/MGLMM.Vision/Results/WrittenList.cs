using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MGLMM.Vision.Results;

/// <summary>Records together with the JSON of each: what was written once, to see what it costs, is not written again.</summary>
/// <param name="records">The records.</param>
/// <param name="json">The JSON of each.</param>
internal sealed class WrittenList<T>(IReadOnlyList<T> records, IReadOnlyList<string> json) : IReadOnlyList<T>
{
    public int Count => records.Count;

    public IReadOnlyList<string> Json => json;

    public T this[int index] => records[index];

    public IEnumerator<T> GetEnumerator() => records.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Writes a list as an array, and a <see cref="WrittenList{T}"/> by the JSON that it holds.</summary>
internal sealed class WrittenListConverter<T> : JsonConverter<IReadOnlyList<T>>
{
    public override IReadOnlyList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        List<T> records = new();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            records.Add(JsonSerializer.Deserialize(ref reader, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)))!);
        }

        return records;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<T> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        if (value is WrittenList<T> written)
        {
            foreach (string json in written.Json)
            {
                writer.WriteRawValue(json, skipInputValidation: true);
            }
        }
        else
        {
            foreach (T? record in value)
            {
                JsonSerializer.Serialize(writer, record, (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T)));
            }
        }

        writer.WriteEndArray();
    }
}
