using System.Text.Json;

namespace MGLMM.Data.Input;

/// <summary>
/// Reads JSON files of any size, value by value. A file is an object whose properties hold values or lists of values, or one list. Values can be
/// read again by where they stand. Not thread-safe.
/// </summary>
internal sealed class JsonFile : IDisposable
{
    private const int FirstBuffer = 1 << 20;
    private const int LargestValue = 1 << 30;
    private const int MaximumDepth = 128;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaximumDepth };

    /// <summary>Of two properties of one name one would be lost without a word: that is damage.</summary>
    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaximumDepth, AllowDuplicateProperties = false };

    private readonly FileStream _file;

    private JsonFile(FileStream file, string path) => (_file, FilePath) = (file, path);

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length => _file.Length;

    /// <summary>Opens a file; it is walked through once, and values are read again by <see cref="Read"/>.</summary>
    public static JsonFile Open(string path) => new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan), path);

    /// <summary>Opens a file, walks it and closes it.</summary>
    /// <exception cref="InvalidDataException">It is no JSON file, or the handler found a fault.</exception>
    public static void Walk(string path, JsonValueHandler handler, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        using JsonFile file = Open(path);
        file.Walk(handler, progress, cancellationToken);
    }

    /// <summary>
    /// Goes through the file once. Of a file that is one list, each item is handled (property ""); of an object, each item of its lists and each
    /// value that is no list.
    /// </summary>
    /// <param name="handler">Gets each value; its bytes are the handler's only during the call.</param>
    /// <param name="progress">Told of bytes read and bytes in all.</param>
    /// <param name="cancellationToken">Observed at every buffer.</param>
    /// <exception cref="InvalidDataException">The file is no JSON, or the handler found a fault.</exception>
    public void Walk(JsonValueHandler handler, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        (byte[] buffer, int filled, long offset, JsonReaderState state) = (new byte[FirstBuffer], 0, 0L, new JsonReaderState(ReaderOptions));
        (string property, long index, bool inList) = (string.Empty, -1L, false);
        (int keep, int consumed, bool ended) = (0, 0, false);
        _file.Position = 0;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                filled = Fill(ref buffer, filled, ref keep, ref consumed, ref offset);
                bool final = _file.Position == _file.Length;
                if (offset == 0 && consumed == 0 && buffer.AsSpan(0, filled).StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
                {
                    consumed = keep = 3;
                }

                Utf8JsonReader reader = new(buffer.AsSpan(consumed, filled - consumed), final, state);
                int start = consumed;
                while (true)
                {
                    // After a value whose end was not there yet, the reader stands at its beginning still.
                    bool waiting = keep < consumed;
                    if (!waiting && !reader.Read())
                    {
                        // Of the last buffer this is the end: had something been missing, the reader would have said so.
                        ended = final;
                        consumed = keep = start + (int)reader.BytesConsumed;
                        break;
                    }

                    if (!waiting)
                    {
                        // What lies deeper is skipped as a part of its value, so only names, list ends and the file's own object are met here.
                        switch (reader.TokenType)
                        {
                            case JsonTokenType.PropertyName:
                                (property, index) = (Text(ref reader, offset + start), -1);
                                continue;
                            case JsonTokenType.StartArray when !inList:
                                (inList, index) = (true, 0);
                                continue;
                            case JsonTokenType.EndArray:
                                (inList, index) = (false, -1);
                                continue;
                            case JsonTokenType.StartObject when reader.CurrentDepth == 0:
                            case JsonTokenType.EndObject:
                                continue;
                        }

                        keep = start + (int)reader.TokenStartIndex;
                    }

                    if (!reader.TrySkip())
                    {
                        consumed = start + (int)reader.BytesConsumed;
                        break;
                    }

                    int end = start + (int)reader.BytesConsumed;
                    handler(new JsonFileValue(property, index, offset + keep, buffer.AsSpan(keep, end - keep)));
                    index += inList ? 1 : 0;
                    consumed = keep = end;
                }

                state = reader.CurrentState;
                progress?.Invoke(_file.Position, _file.Length);
                if (ended)
                {
                    return;
                }
            }
        }
        catch (JsonException exception)
        {
            throw Unreadable(FilePath, exception);
        }
    }

    /// <summary>Reads a value again; the caller disposes it.</summary>
    public JsonFileElement Read(string property, long index, long offset, int length)
    {
        byte[] bytes = new byte[length];
        for (int read = 0; read < length;)
        {
            int count = RandomAccess.Read(_file.SafeFileHandle, bytes.AsSpan(read), offset + read);
            read += count > 0 ? count : throw Fault.At(FilePath, null, "the file became shorter while it was read.");
        }

        return Parse(FilePath, property, index, bytes);
    }

    /// <summary>Parses a value; the caller disposes it.</summary>
    public static JsonFileElement Parse(string path, string property, long index, ReadOnlyMemory<byte> json)
    {
        string place = Place(property, index);
        try
        {
            JsonDocument document = JsonDocument.Parse(json, DocumentOptions);
            return new JsonFileElement(document, new JsonPlace(document.RootElement, path, place));
        }
        catch (JsonException exception)
        {
            // A value that stands on its own is the file.
            throw place.Length == 0 ? Unreadable(path, exception) : Fault.At(path, place, Plain(exception), exception);
        }
    }

    /// <summary>Reads a small file whole; the caller disposes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">Its bytes, where they were read already.</param>
    public static JsonFileElement ReadWhole(string path, byte[]? bytes = null)
    {
        bytes ??= File.ReadAllBytes(path);
        Memory<byte> json = bytes.AsMemory();
        return Parse(path, string.Empty, -1, json.Span.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]) ? json[3..] : json);
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What a place within a file is called.</summary>
    public static string Place(string property, long index) => index < 0 ? property : $"{property}[{index}]";

    /// <summary>The first sentence of what the parser says; line and byte are told apart from it.</summary>
    internal static string Plain(JsonException exception)
    {
        int end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return end < 0 ? exception.Message : exception.Message[..end];
    }

    private static InvalidDataException Unreadable(string path, JsonException exception) =>
        Fault.At(path, null, $"this is no JSON that can be read, at line {(exception.LineNumber ?? 0) + 1}, byte {exception.BytePositionInLine ?? 0}: {Plain(exception)}", exception);

    private string Text(ref Utf8JsonReader reader, long offset)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException exception)
        {
            throw Fault.At(FilePath, $"byte {offset + reader.TokenStartIndex}", "the name of a property is no UTF-8, or holds half a character.", exception);
        }
    }

    /// <summary>Moves what is kept to the front, makes room if there is none, and reads on.</summary>
    private int Fill(ref byte[] buffer, int filled, ref int keep, ref int consumed, ref long offset)
    {
        if (keep > 0)
        {
            Buffer.BlockCopy(buffer, keep, buffer, 0, filled - keep);
            (filled, consumed, offset, keep) = (filled - keep, consumed - keep, offset + keep, 0);
        }

        if (filled == buffer.Length)
        {
            if (buffer.Length >= LargestValue)
            {
                throw Fault.At(FilePath, null, $"the value at byte {offset} is longer than {LargestValue} bytes.");
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }

        return filled + _file.Read(buffer, filled, buffer.Length - filled);
    }
}

/// <summary>Handles a value of a JSON file.</summary>
internal delegate void JsonValueHandler(JsonFileValue value);

/// <summary>A value of a JSON file and where it stands.</summary>
/// <param name="property">The property of the file's object; "" for a file that is a list.</param>
/// <param name="index">Its number in the list; -1 for what is no item of one.</param>
/// <param name="offset">The file's byte at which it begins.</param>
/// <param name="json">Its bytes.</param>
internal readonly ref struct JsonFileValue(string property, long index, long offset, ReadOnlySpan<byte> json)
{
    public string Property { get; } = property;

    public long Index { get; } = index;

    public long Offset { get; } = offset;

    public ReadOnlySpan<byte> Json { get; } = json;
}

/// <summary>A parsed value, alive until it is disposed.</summary>
internal sealed class JsonFileElement(JsonDocument document, JsonPlace value) : IDisposable
{
    public JsonPlace Value { get; } = value;

    public void Dispose() => document.Dispose();
}
