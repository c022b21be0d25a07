namespace MGLMM.Vision.Tools;

/// <summary>One value of an argument that takes one of several, with what else models call it.</summary>
/// <param name="name">The value, as the schema names it.</param>
/// <param name="synonyms">Other words that mean it, in lower case with underscores.</param>
internal sealed class Choice(string name, params string[] synonyms)
{
    public string Name => name;

    public bool IsMeantBy(string word) => word == name || Array.IndexOf(synonyms, word) >= 0;

    /// <summary>The value that a word means: its own name before a synonym, and the singular or plural of either.</summary>
    public static string? Find(IReadOnlyList<Choice> choices, string said)
    {
        string word = ArgumentText.Word(said);
        foreach (string form in (string[])[word, word.TrimEnd('s'), word + "s"])
        {
            if ((choices.FirstOrDefault(choice => choice.Name == form) ?? choices.FirstOrDefault(choice => choice.IsMeantBy(form))) is { } meant)
            {
                return meant.Name;
            }
        }

        return null;
    }
}
