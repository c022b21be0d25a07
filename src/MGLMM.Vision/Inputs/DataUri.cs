using MGLMM.Vision.Results;

namespace MGLMM.Vision.Inputs;

/// <summary>Pictures inside an address: <c>data:image/png;base64,...</c> (RFC 2397, of which only this form is read).</summary>
internal static class DataUri
{
    private const string Scheme = "data:";
    private const string Encoding = ";base64";
    private const int LongestHead = 64;

    public static bool Is(string source) => source.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>The file's bytes.</summary>
    /// <exception cref="ToolException">It is too long, no allowed kind of picture, or damaged.</exception>
    public static byte[] Decode(string source, int maximumLength, long maximumBytes)
    {
        if (source.Length > maximumLength)
        {
            throw ToolException.TooLarge($"The data URI has {source.Length:N0} characters; at most {maximumLength:N0} are accepted.");
        }

        int comma = source.AsSpan(0, Math.Min(source.Length, LongestHead)).IndexOf(',');
        string head = comma < 0 ? string.Empty : source[Scheme.Length..comma];
        if (!head.EndsWith(Encoding, StringComparison.OrdinalIgnoreCase) || !PictureMedia.IsAllowed(head[..^Encoding.Length]))
        {
            throw new ToolException(
                ToolErrorCodes.NotAllowed, "A data URI must hold a picture in base64.", "Begin it with data:image/png;base64, or the same with jpeg or webp.");
        }

        // Three bytes for four characters, less up to two of padding.
        ReadOnlySpan<char> text = source.AsSpan(comma + 1);
        if ((text.Length / 4L * 3) - 2 > maximumBytes)
        {
            throw ToolException.TooLarge($"The picture has more than the accepted {maximumBytes:N0} bytes.");
        }

        byte[] file = new byte[(text.Length / 4 * 3) + 3];
        return Convert.TryFromBase64Chars(text, file, out int length)
            ? file[..length]
            : throw ToolException.ImageUnreadable("The data URI is no valid base64: damaged or cut off.");
    }
}
