namespace MGLMM.Vision.Files;

/// <summary>Names that are those of a file in a folder and lead nowhere else, on any platform.</summary>
internal static class PlainFileName
{
    private const int Longest = 200;

    public static bool Is(string name) =>
        name.Length is >= 1 and <= Longest
        && name is not ("." or "..")
        && !name.AsSpan().ContainsAny("/\\:*?\"<>|")
        && !name.Any(char.IsControl)
        && !char.IsWhiteSpace(name[0]) && name[^1] is not ('.' or ' ');
}
