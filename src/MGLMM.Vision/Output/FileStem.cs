using System.Text;

namespace MGLMM.Vision.Output;

/// <summary>Names for files inside archives: small letters, digits and dashes only, whatever a picture or a phrase says.</summary>
internal static class FileStem
{
    private const int Longest = 40;

    /// <summary>The text as a name; the other one where nothing of it is left.</summary>
    public static string Of(string? text, string otherwise)
    {
        var stem = new StringBuilder();
        foreach (var character in text ?? string.Empty)
        {
            if (stem.Length == Longest)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(character))
            {
                stem.Append(char.ToLowerInvariant(character));
            }
            else if (stem.Length > 0 && stem[^1] != '-')
            {
                stem.Append('-');
            }
        }

        var name = stem.ToString().Trim('-');
        return name.Length > 0 ? name : otherwise;
    }

    /// <summary>A picture's name without its extension.</summary>
    public static string Of(VisionImage image) => Of(Path.GetFileNameWithoutExtension(image.Name), image.Handle);
}
