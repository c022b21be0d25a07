using System.Text.RegularExpressions;

namespace MGLMM.Vision.Language;

/// <summary>Noun phrases of answers, made to fit the sentences of instructions. English.</summary>
internal static partial class ObjectPhrase
{
    /// <summary>A phrase without its article: "a red car" is "red car".</summary>
    public static string WithoutArticle(string phrase)
    {
        string bare = Article().Replace(phrase.Trim(), string.Empty).TrimEnd('.', ',', ';', ':', '!', '?', ' ');
        return bare.Length == 0 ? phrase.Trim() : bare;
    }

    /// <summary>
    /// What to put where a template says <c>{object}</c>. The object is known by now, so it gets a definite article ("the {object}"
    /// or, where the template has none, "the red car"), and so does what it wears or holds: "man in a blue shirt" is asked for as
    /// "the man in the blue shirt".
    /// </summary>
    public static string ForObject(string template, string phrase)
    {
        string bare = InnerArticle().Replace(WithoutArticle(phrase), " $1 the ");
        return HasArticleBefore(template, "{object}") ? bare : "the " + bare;
    }

    /// <summary>What to put where a template says <c>{expression}</c>: the caller's words, but never two articles in a row.</summary>
    public static string ForExpression(string template, string expression) =>
        HasArticleBefore(template, "{expression}") ? WithoutArticle(expression) : expression.Trim();

    /// <summary>Whether two phrases name the same, articles and case aside.</summary>
    public static bool Same(string? first, string? second) =>
        first is not null && second is not null
        && string.Equals(WithoutArticle(first), WithoutArticle(second), StringComparison.OrdinalIgnoreCase);

    private static bool HasArticleBefore(string template, string placeholder)
    {
        int at = template.IndexOf(placeholder, StringComparison.Ordinal);
        return at > 0 && ArticleAtEnd().IsMatch(template[..at]);
    }

    [GeneratedRegex(@"^(?:(?:an?|the|some|this|that|these|those)\s+)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Article();

    [GeneratedRegex(@"\b(?:an?|the|this|that)\s+$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ArticleAtEnd();

    [GeneratedRegex(@"\s(in|with|on)\s+an?\s+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex InnerArticle();
}
