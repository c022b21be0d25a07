namespace MGLMM.Data.Input;

/// <summary>Errors about data sets: they name the file and the place in it, and what to do where that is not plain.</summary>
internal static class Fault
{
    /// <summary>An error at a place of a file.</summary>
    public static InvalidDataException At(string file, string? place, string what, Exception? cause = null) =>
        new(OnOneLine(string.IsNullOrEmpty(place) ? $"'{Path.GetFileName(file)}': {what}" : $"'{Path.GetFileName(file)}', {place}: {what}"), cause);

    /// <summary>An error about a folder that lacks what a reader needs.</summary>
    public static FileNotFoundException Missing(string what, IEnumerable<string> looked) =>
        new($"{what} was not found; looked for {string.Join(", ", looked.Select(path => $"'{path}'"))}.");

    /// <summary>What is quoted out of a damaged file may hold anything.</summary>
    private static string OnOneLine(string message) => string.Concat(message.Select(character => char.IsControl(character) ? '?' : character));
}
