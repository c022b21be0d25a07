using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Vision.Language;

/// <summary>Noun phrases of answers, made to fit the sentences of instructions. English.</summary>
internal static partial class ObjectPhrase
{
    /// <summary>
    /// What to put where a template says <c>{object}</c>. The object is known by now, so it gets a definite article ("the {object}"
    /// or, where the template has none, "the red car"), and so does what it wears or holds: "man in a blue shirt" is asked for as
    /// "the man in the blue shirt".
    /// </summary>
    public static string ForObject(string template, string phrase)
    {
        string bare = EnglishPhrases.Known(phrase);
        return HasArticleBefore(template, "{object}") ? bare : "the " + bare;
    }

    /// <summary>What to put where a template says <c>{expression}</c>: the caller's words, but never two articles in a row.</summary>
    public static string ForExpression(string template, string expression) =>
        HasArticleBefore(template, "{expression}") ? EnglishPhrases.WithoutArticle(expression) : expression.Trim();

    private static bool HasArticleBefore(string template, string placeholder)
    {
        int at = template.IndexOf(placeholder, StringComparison.Ordinal);
        return at > 0 && ArticleAtEnd().IsMatch(template[..at]);
    }

    [GeneratedRegex(@"\b(?:an?|the|this|that)\s+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ArticleAtEnd();
}
