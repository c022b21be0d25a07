using MGLMM.Language;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Geometry;

/// <summary>
/// Which phrases a label fits: all of its words are among the phrase's, whole, in any case and number, articles aside. Several labels
/// are separated by commas, semicolons, bars or "or"; one that fits is enough.
/// </summary>
/// <remarks>
/// "tree" fits "two tall trees" and, less well, "a bird on a tree", which is no tree: <see cref="IsNamed"/> tells the two apart.
/// </remarks>
internal sealed class LabelMatch
{
    private static readonly string[] Separators = [",", ";", "|", " or ", " OR "];

    private static readonly string[] Ands = [" and ", " AND ", " & "];

    private readonly string[][] _labels;
    private readonly string _text;

    public LabelMatch(string labels)
    {
        _text = labels;
        _labels = [.. labels.Split(Separators, StringSplitOptions.RemoveEmptyEntries).Select(Stems).Where(label => label.Length > 0)];
    }

    /// <summary>False where the text has no word to look for.</summary>
    public bool HasWords => _labels.Length > 0;

    /// <summary>The same with a label for each thing that "and" joins; null where it joins none.</summary>
    public LabelMatch? Parted => Ands.Any(and => _text.Contains(and, StringComparison.Ordinal)) ? new LabelMatch(Ands.Aggregate(_text, (text, and) => text.Replace(and, ", ", StringComparison.Ordinal))) : null;

    /// <summary>Whether a label's words occur in a phrase.</summary>
    public bool IsMentioned(string? phrase) =>
        phrase is not null && Stems(phrase) is var words && _labels.Any(label => label.All(words.Contains));

    /// <summary>Whether a label fits a phrase and names the thing itself, not what it is in, on or with.</summary>
    public bool IsNamed(string? phrase)
    {
        if (phrase is null)
        {
            return false;
        }

        string[] words = Stems(phrase);
        Span<string> head = words.AsSpan(0, EnglishPhrases.HeadLength(EnglishPhrases.WordsOf(phrase)));
        foreach (string[] label in _labels)
        {
            string noun = label[EnglishPhrases.HeadLength(label) - 1];
            if (label.All(words.Contains) && head.Contains(noun))
            {
                return true;
            }
        }

        return false;
    }

    private static string[] Stems(string phrase) => [.. EnglishPhrases.WordsOf(phrase).Select(EnglishNouns.Singular)];
}
