using MGLMM.Data.Import;
using MGLMM.Data.Input;

namespace MGLMM.Data.Readers;

/// <summary>The files of a split, one name a line.</summary>
internal static class NameList
{
    /// <summary>The names, each once.</summary>
    /// <param name="path">The list.</param>
    /// <param name="of">What it names, for a message.</param>
    /// <exception cref="InvalidDataException">A line is no name, or there is none.</exception>
    public static string[] Read(string path, string of)
    {
        List<string> names = new();
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach ((int index, string line) in TextFile.ReadLines(path).Index())
        {
            string name = line.Trim();
            if (name.Length == 0 || !known.Add(name))
            {
                continue;
            }

            names.Add(PictureName.IsSafe(name) && Path.GetFileName(name) == name ? name : throw Fault.At(path, $"line {index + 1}", $"'{name}' is no name of {of}."));
        }

        return names.Count > 0 ? [.. names] : throw Fault.At(path, null, $"it names nothing; it has to hold a name of {of} a line.");
    }
}
