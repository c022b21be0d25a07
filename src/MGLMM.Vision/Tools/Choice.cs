using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace MGLMM.Vision.Tools;

/// <summary>One value of an argument that takes one of several, with what else models call it.</summary>
/// <param name="name">The value, as the schema names it.</param>
/// <param name="synonyms">Other words that mean it, in lower case with underscores.</param>
internal sealed partial class Choice(string name, params string[] synonyms)
{
    /// <summary>Words that say what kind of value follows, or that it is one; without them it is the same value.</summary>
    private static readonly FrozenSet<string> Empty = FrozenSet.Create("segmentation", "level", "mode", "style", "format", "operation", "most", "the", "by", "of", "file", "effect", "please");

    public string Name => name;

    public bool IsMeantBy(string word) => word == name || Array.IndexOf(synonyms, word) >= 0;

    /// <summary>The value that a word means: its own name before a synonym, and the singular or plural of either.</summary>
    public static string? Find(IReadOnlyList<Choice> choices, string said)
    {
        string word = ArgumentText.Word(said), parted = ArgumentText.Word(Joint().Replace(said, "$1_$2"));
        string bare = string.Join('_', parted.Split('_', StringSplitOptions.RemoveEmptyEntries).Where(part => !Empty.Contains(part)));
        foreach (string form in (string[])[word, word.TrimEnd('s'), word + "s", parted, bare, bare.TrimEnd('s')])
        {
            if ((choices.FirstOrDefault(choice => choice.Name == form) ?? choices.FirstOrDefault(choice => choice.IsMeantBy(form))) is { } meant)
            {
                return meant.Name;
            }
        }

        // "labelStudio", "GeoJSON", "COCORLE".
        string letters = ArgumentText.Name(said);
        return letters.Length == 0 ? null : choices.FirstOrDefault(choice => ArgumentText.Name(choice.Name) == letters)?.Name;
    }

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex Joint();
}
