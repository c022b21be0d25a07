using System.Text;

namespace MGLMM.Vision.Exports;

/// <summary>A picture's name without its extension, as it is but for what no file may be called.</summary>
internal static class PictureStem
{
    private const int LongestExtension = 5;
    private const int MostBytes = 245;

    private static readonly HashSet<string> Devices = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(number => (string[])[$"com{number}", $"lpt{number}"])], StringComparer.OrdinalIgnoreCase);

    /// <summary>The stem; the other name where nothing of the picture's is left.</summary>
    public static string Of(string name, string otherwise)
    {
        StringBuilder stem = new();
        int bytes = 0;
        foreach (Rune rune in WithoutExtension(name).EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MostBytes)
            {
                break;
            }

            stem.Append(rune.Value < ' ' || "/\\:*?\"<>|".Contains((char)Math.Min(rune.Value, char.MaxValue), StringComparison.Ordinal) ? "_" : rune.ToString());
        }

        // Blanks and points at the end are the picture's own too: an extension follows, so no system minds them.
        string safe = stem.ToString();
        return safe.All(letter => letter is '.' or ' ') ? otherwise : Devices.Contains(safe.Split('.')[0]) ? "_" + safe : safe;
    }

    /// <summary>An extension is a few letters and digits after the last point; a name may hold points of its own.</summary>
    private static string WithoutExtension(string name)
    {
        int point = name.LastIndexOf('.');
        ReadOnlySpan<char> extension = point < 0 ? [] : name.AsSpan(point + 1);
        if (point < 1 || extension.Length is 0 or > LongestExtension)
        {
            return name;
        }

        int letters = 0;
        foreach (char character in extension)
        {
            if (!char.IsAsciiLetterOrDigit(character))
            {
                return name;
            }

            letters += char.IsAsciiLetter(character) ? 1 : 0;
        }

        return letters > 0 ? name[..point] : name;
    }
}
