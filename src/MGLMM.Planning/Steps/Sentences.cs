using System.Globalization;
using MGLMM.Language;

namespace MGLMM.Planning.Steps;

/// <summary>How answers are worded.</summary>
internal static class Sentences
{
    private static readonly string[] Examples = ["How many trees are there?", "Which is bigger, the house or the tree?", "Blur everything but the house."];

    /// <summary>That a clause cannot be planned, and three that can.</summary>
    /// <param name="clause">The clause; empty says "that".</param>
    /// <param name="unread">The words of it that nothing can read; null where it is the whole.</param>
    public static string Unplanned(string clause, string? unread = null) =>
        $"I cannot plan {(clause.Length == 0 ? "that" : $"\"{Short(clause)}\"")}{(unread is null ? string.Empty : $": I do not understand \"{Short(unread)}\" in it")}. {Can}";

    /// <summary>Requests that can be planned.</summary>
    public static string Can => $"What I can, for example:\n{string.Join('\n', Examples.Select(example => "- " + example))}";

    private static string Short(string words) => words.Length <= LongestQuoted ? words : words[..LongestQuoted].TrimEnd() + " ...";

    private const int LongestQuoted = 120;

    public static string Listed(Target found) =>
        found.Count > found.Regions.Count ? $"{found.Count} regions [{found.Handles}]" : Listed(found.Regions);

    public static string Listed(IReadOnlyList<KnownRegion> regions) => regions.Count switch
    {
        0 => "nothing",
        1 => regions[0].ToString(),
        <= 6 => string.Join(", ", regions.Take(regions.Count - 1)) + " and " + regions[^1],
        _ => string.Join(", ", regions.Take(5)) + $" and {regions.Count - 5} more",
    };

    /// <summary>All of them, however many.</summary>
    public static string All(IReadOnlyList<KnownRegion> regions) =>
        regions.Count < 2 ? Listed(regions) : string.Join(", ", regions.Take(regions.Count - 1)) + " and " + regions[^1];

    /// <summary>That what was marked when asked for by name is none of what the model names by itself.</summary>
    public static string Doubt(string label, Target found) =>
        $"The model names no {label} among the objects of the picture; asked for {EnglishPhrases.Plural(label)}, it marks {Listed(found)}, which may be something else.";

    /// <summary>How something was chosen, as an insertion; empty where that needs no words.</summary>
    public static string How(Target found) => found.How.Length == 0 ? string.Empty : $" ({found.How})";

    public static string File(PlannedCall call) => $"{call.Text("file_name")} [{call.Text("artifact")}]";

    public static string Capital(string words) => words.Length == 0 ? words : char.ToUpperInvariant(words[0]) + words[1..];

    public static string Lower(string words) => words.Length == 0 ? words : char.ToLowerInvariant(words[0]) + words[1..];

    public static string Pixels(double pixels) => string.Create(CultureInfo.InvariantCulture, $"{pixels:0.#} px");
}
