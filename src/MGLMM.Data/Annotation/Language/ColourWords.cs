namespace MGLMM.Data.Annotation.Language;

/// <summary>The words for colours that claims are checked on. English.</summary>
internal static class ColourWords
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "red", "orange", "yellow", "green", "blue", "purple", "violet", "pink", "brown", "black", "white", "grey", "gray", "dark",
    };

    public static bool Is(string word) => Names.Contains(word);

    /// <summary>The name that pixels are compared by.</summary>
    public static string Usual(string word) => word.ToLowerInvariant() switch
    {
        "gray" => "grey",
        "violet" => "purple",
        string other => other,
    };
}
