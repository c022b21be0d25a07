using System.Text.Json;

namespace MGLMM.Conversion.Checkpoints;

/// <summary>The bytes of a JSON file as editors, clones and downloads leave them.</summary>
internal static class JsonText
{
    /// <summary>The text behind a UTF-8 byte order mark, which editors on Windows write and JSON parsers refuse.</summary>
    public static ReadOnlyMemory<byte> WithoutMark(byte[] file) => file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? file.AsMemory(3) : file;

    /// <summary>Why the file is no JSON at all and what to do, or null if its first bytes may be.</summary>
    public static string? Problem(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || file.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])
            ? "It is written in UTF-16. Save it as UTF-8."
            : ForeignFile.Describe(file);

    /// <summary>
    /// The text with NaN and Infinity as strings. Python writes and reads them as they are, JSON has no such numbers; a value that is read as
    /// a number is then told of, and any other is no obstacle.
    /// </summary>
    public static ReadOnlyMemory<byte> WithNumbersQuoted(ReadOnlyMemory<byte> text)
    {
        ReadOnlySpan<byte> bytes = text.Span;
        List<byte>? quoted = null;
        bool isInString = false;
        for (int at = 0; at < bytes.Length; at++)
        {
            byte current = bytes[at];
            int length = isInString ? 0 : NumberLength(bytes[at..]);
            if (length > 0)
            {
                quoted ??= [.. bytes[..at]];
                quoted.Add((byte)'"');
                quoted.AddRange(bytes.Slice(at, length));
                quoted.Add((byte)'"');
                at += length - 1;
                continue;
            }

            quoted?.Add(current);
            if (isInString && current == (byte)'\\' && at + 1 < bytes.Length)
            {
                at++;
                quoted?.Add(bytes[at]);
            }
            else if (current == (byte)'"')
            {
                isInString = !isInString;
            }
        }

        return quoted is null ? text : quoted.ToArray();
    }

    /// <summary>Where the parser stopped and why, in an editor's numbers and without words about the parser's own options.</summary>
    public static string Describe(JsonException exception)
    {
        string reason = exception.Message;
        int places = reason.IndexOf(" Path:", StringComparison.Ordinal) is >= 0 and int path ? path : reason.IndexOf(" LineNumber:", StringComparison.Ordinal);
        reason = (places < 0 ? reason : reason[..places])
            .Replace(" in this mode", string.Empty, StringComparison.Ordinal)
            .Replace(" Change the reader options.", string.Empty, StringComparison.Ordinal);
        string where = exception.LineNumber is { } line ? $"line {line + 1}: " : string.Empty;
        return $"{where}{reason} Correct it there, or take the file from where it comes from.";
    }

    private static int NumberLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("NaN"u8) ? 3 : text.StartsWith("Infinity"u8) ? 8 : text.StartsWith("-Infinity"u8) ? 9 : 0;
}
