using MGLMM.Data.Input;

namespace MGLMM.Data.Import;

/// <summary>Names of pictures in data sets: paths below a folder, and never out of it.</summary>
internal static class PictureName
{
    /// <summary>Whether a name stays below the folder that it is looked for in.</summary>
    public static bool IsSafe(string name) =>
        name.Length > 0 && !name.Contains('\0', StringComparison.Ordinal) && !Path.IsPathRooted(name) && !name.Split('/', '\\').Contains("..");

    /// <summary>The name that stands at a place.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static string Of(JsonPlace place) => place.Text() is var name && IsSafe(name) ? name : throw place.Says("it is no name of a picture within a data set.");
}
