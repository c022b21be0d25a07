using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace MGLMM.Conversion.Checkpoints.Safetensors;

/// <summary>
/// Reads the header of a safetensors file: 8 bytes of length, a JSON object, then the tensors' bytes without gaps.
/// </summary>
/// <remarks>
/// As strict as the reference reader (<c>safetensors/src/tensor.rs</c>): a header of at most 100 MB, unique names, ranges
/// that cover the data from its first byte to its last exactly once, sizes that follow from shape and type.
/// </remarks>
internal static class SafetensorsReader
{
    private const int LengthBytes = 8;
    private const int MaximumHeaderBytes = 100_000_000;
    private const int MaximumDepth = 8;

    /// <summary>Reads the header; the tensors stay in the file.</summary>
    /// <exception cref="CheckpointFormatException">The file breaks a rule of the format.</exception>
    public static CheckpointFileContents Read(MappedFile file)
    {
        if (file.Length < LengthBytes)
        {
            throw Damaged(file, $"It has {file.Length} bytes; a safetensors file has at least 8.");
        }

        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        file.Read(0, lengthBytes);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > MaximumHeaderBytes)
        {
            throw Damaged(file, $"Its header claims {headerLength} bytes; at most {MaximumHeaderBytes} are allowed.");
        }

        if (headerLength > (ulong)(file.Length - LengthBytes))
        {
            throw Damaged(file, $"Its header claims {headerLength} bytes, but the file ends after {file.Length}.");
        }

        byte[] header = new byte[headerLength];
        file.Read(LengthBytes, header);
        if (header.Length == 0 || header[0] != (byte)'{')
        {
            throw Damaged(file, "Its header does not begin with '{', so it is not a safetensors file.");
        }

        if (!Utf8.IsValid(header))
        {
            throw Damaged(file, "Its header is not UTF-8.");
        }

        List<Entry> entries;
        try
        {
            entries = ReadHeader(file, header);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: text with half a surrogate pair, written as an escape.
            throw new CheckpointFormatException(
                file.Name, $"Its header is not valid JSON ({CheckpointFormatException.Quote(failure.Message)}). {CheckpointFormatException.FetchAgainAdvice}", failure);
        }

        return new CheckpointFileContents(Place(file, entries, LengthBytes + (long)headerLength), []);
    }

    private static List<Entry> ReadHeader(MappedFile file, ReadOnlySpan<byte> header)
    {
        Utf8JsonReader reader = new(header, new JsonReaderOptions { MaxDepth = MaximumDepth });
        reader.Read();
        List<Entry> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw Damaged(file, $"Its header has {CheckpointFormatException.Quote(name)} twice.");
            }

            reader.Read();
            if (name == "__metadata__")
            {
                CheckMetadata(file, ref reader);
            }
            else
            {
                entries.Add(ReadEntry(file, name, ref reader));
            }
        }

        // Reading on makes the reader complain about anything but blanks after the object.
        while (reader.Read())
        {
        }

        return entries;
    }

    private static void CheckMetadata(MappedFile file, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Damaged(file, "Its __metadata__ is not an object.");
        }

        HashSet<string> keys = new(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            if (!keys.Add(key) || reader.TokenType != JsonTokenType.String)
            {
                throw Damaged(file, $"Its __metadata__ has {CheckpointFormatException.Quote(key)} twice or not as text.");
            }

            reader.GetString();
        }
    }

    private static Entry ReadEntry(MappedFile file, string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw Broken(file, name, "its description is not an object");
        }

        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = reader.GetString()!;
            reader.Read();
            bool first = key switch
            {
                "dtype" => type is null,
                "shape" => shape is null,
                "data_offsets" => offsets is null,
                _ => throw Broken(file, name, $"it has a field {CheckpointFormatException.Quote(key)} that the format does not know"),
            };
            if (!first)
            {
                throw Broken(file, name, $"it has the field '{key}' twice");
            }

            switch (key)
            {
                case "dtype" when reader.TokenType == JsonTokenType.String:
                    type = reader.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(file, name, ref reader);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(file, name, ref reader);
                    break;
                default:
                    throw Broken(file, name, "its dtype is not text");
            }
        }

        if (type is null || shape is null || offsets is not [long begin, long end])
        {
            throw Broken(file, name, "it needs a dtype, a shape and two data_offsets");
        }

        TensorElementKind kind = KindOf(file, name, type);
        if (TensorLayout.TryCreate(shape, [], rowMajor: true, out string problem) is not TensorLayout layout)
        {
            throw Broken(file, name, problem);
        }

        if (begin > end || layout.ElementCount > long.MaxValue / kind.ByteSize() || end - begin != layout.ElementCount * kind.ByteSize())
        {
            throw Broken(file, name, $"bytes {begin} to {end} do not hold {layout.ElementCount} elements of {kind.ByteSize()} bytes");
        }

        return new Entry(name, kind, layout, begin, end);
    }

    private static long[] ReadNumbers(MappedFile file, string name, ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Broken(file, name, "its shape or data_offsets is not an array");
        }

        List<long> numbers = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
            {
                throw Broken(file, name, "its shape or data_offsets has something else than whole numbers from 0");
            }

            if (numbers.Count == TensorLayout.MaximumRank)
            {
                throw Broken(file, name, $"it has more than {TensorLayout.MaximumRank} dimensions");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static TensorElementKind KindOf(MappedFile file, string name, string type) => type switch
    {
        "F32" => TensorElementKind.Float32,
        "F16" => TensorElementKind.Float16,
        "BF16" => TensorElementKind.BFloat16,
        "F64" => TensorElementKind.Float64,
        "I64" => TensorElementKind.Int64,
        "I32" => TensorElementKind.Int32,
        "I16" => TensorElementKind.Int16,
        "I8" => TensorElementKind.Int8,
        "U8" => TensorElementKind.UInt8,
        "BOOL" => TensorElementKind.Bool,
        "F8_E4M3" or "F8_E5M2" or "F8_E8M0" or "F8_E4M3FNUZ" or "F8_E5M2FNUZ" => TensorElementKind.Float8,
        _ => throw new CheckpointFormatException(
            file.Name,
            $"Tensor {CheckpointFormatException.Quote(name)} has the type {CheckpointFormatException.Quote(type)}, which is not read. " +
            (type.StartsWith('F') || type.StartsWith('U') || type.StartsWith('I')
                ? "A type of so few or such odd bits holds quantised weights: take the checkpoint that was not quantised, or dequantise it with its own library and save it in float16 or bfloat16."
                : "Convert the model to float16 or bfloat16 first: model.half().save_pretrained(folder).")),
    };

    private static List<CheckpointTensor> Place(MappedFile file, List<Entry> entries, long dataStart)
    {
        long dataLength = file.Length - dataStart;
        long expected = 0;
        foreach (Entry entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != expected)
            {
                throw Broken(file, entry.Name, $"it begins at byte {entry.Begin} of the data where byte {expected} is due, which is a {(entry.Begin < expected ? "overlap" : "hole")}");
            }

            expected = entry.End;
        }

        if (expected != dataLength)
        {
            throw Damaged(file, $"Its tensors take {expected} bytes, but {dataLength} follow its header.");
        }

        List<CheckpointTensor> tensors = new(entries.Count);
        foreach (Entry entry in entries)
        {
            tensors.Add(new CheckpointTensor(entry.Name, entry.Kind, entry.Layout, file, dataStart + entry.Begin));
        }

        return tensors;
    }

    private static CheckpointFormatException Damaged(MappedFile file, string problem) =>
        new(file.Name, $"{problem} {CheckpointFormatException.FetchAgainAdvice}");

    private static CheckpointFormatException Broken(MappedFile file, string name, string problem) =>
        new(file.Name, $"Tensor {CheckpointFormatException.Quote(name)} is broken: {problem}. {CheckpointFormatException.FetchAgainAdvice}");

    private readonly record struct Entry(string Name, TensorElementKind Kind, TensorLayout Layout, long Begin, long End);
}
