using System.Text;

namespace MGLMM.Vision.Exports;

/// <summary>Labels as parts of file names: small letters and digits of any script, and dashes, whatever a label says.</summary>
internal static class LabelName
{
    private const int Longest = 40;

    /// <summary>The label as a name; <see cref="ExportRegion.Unnamed"/> where nothing of it is left.</summary>
    public static string Of(string label)
    {
        StringBuilder stem = new();
        foreach (char character in label)
        {
            if (stem.Length == Longest)
            {
                break;
            }

            if (char.IsLetterOrDigit(character))
            {
                stem.Append(char.ToLowerInvariant(character));
            }
            else if (stem.Length > 0 && stem[^1] != '-')
            {
                stem.Append('-');
            }
        }

        string name = stem.ToString().Trim('-');
        return name.Length > 0 ? name : ExportRegion.Unnamed;
    }
}
