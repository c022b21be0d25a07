namespace MGLMM.Vision.Contents;

/// <summary>Names that hosts give: of owners and conversations, and of what is in them.</summary>
internal static class ContentNames
{
    public const int Longest = 200;

    public static bool Is(string name) => !string.IsNullOrWhiteSpace(name) && name.Length <= Longest && !name.Any(char.IsControl);

    public static void Check(string name, string parameter)
    {
        ArgumentNullException.ThrowIfNull(name, parameter);
        if (!Is(name))
        {
            throw new ArgumentException($"A name has 1 to {Longest} characters and no control characters.", parameter);
        }
    }
}
