using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace MGLMM.Data.Input;

/// <summary>Values of a pickle as JSON, so that both forms of a file are read by one reader.</summary>
internal static class PickleJson
{
    private const int MaximumNesting = 32;
    private const int LargestItem = 64 << 20;

    /// <summary>Goes through the list that a pickle holds.</summary>
    /// <param name="path">The file.</param>
    /// <param name="handler">Gets each item; it is the handler's only during the call.</param>
    /// <param name="cancellationToken">Observed at every item.</param>
    /// <exception cref="InvalidDataException">The pickle is damaged, holds more than data, or no list.</exception>
    public static void Walk(string path, Action<JsonPlace> handler, CancellationToken cancellationToken)
    {
        if (PickleReader.Read(path) is not List<object?> list)
        {
            throw Fault.At(path, null, "its pickle holds no list.");
        }

        ArrayBufferWriter<byte> buffer = new();
        for (int index = 0; index < list.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            buffer.ResetWrittenCount();
            using (Utf8JsonWriter writer = new(buffer, new JsonWriterOptions { SkipValidation = true }))
            {
                Write(writer, list[index], path, index, 0);
            }

            // Each item is let go once it is handled: they are made of many small objects.
            list[index] = null;
            using JsonFileElement parsed = JsonFile.Parse(path, string.Empty, index, buffer.WrittenMemory);
            handler(parsed.Value);
        }
    }

    private static void Write(Utf8JsonWriter writer, object? value, string path, int item, int depth)
    {
        if (depth > MaximumNesting || writer.BytesCommitted + writer.BytesPending > LargestItem)
        {
            throw Fault.At(path, JsonFile.Place(string.Empty, item), "its values are nested too deep, or hold themselves.");
        }

        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case long number:
                writer.WriteNumberValue(number);
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case BigInteger number:
                writer.WriteRawValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case List<object?> list:
                writer.WriteStartArray();
                foreach (object? entry in list)
                {
                    Write(writer, entry, path, item, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case PickleDictionary dictionary:
                writer.WriteStartObject();
                foreach ((object? key, object? entry) in dictionary.Entries)
                {
                    writer.WritePropertyName(key switch
                    {
                        string name => name,
                        long number => number.ToString(CultureInfo.InvariantCulture),
                        _ => throw Fault.At(path, JsonFile.Place(string.Empty, item), "a dict has a key that is neither a text nor a whole number."),
                    });
                    Write(writer, entry, path, item, depth + 1);
                }

                writer.WriteEndObject();
                break;
            default:
                throw Fault.At(path, JsonFile.Place(string.Empty, item), "it holds a number that JSON has not: infinite, or none.");
        }
    }
}
