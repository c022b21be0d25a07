using System.Text.RegularExpressions;

namespace MGLMM.Planning;

/// <summary>A way to say something that is put into words which the table of requests reads.</summary>
internal sealed class Rephrasing
{
    private readonly Regex _pattern;
    private readonly MatchEvaluator _replacement;

    /// <param name="example">A request that is worded so.</param>
    /// <param name="means">The request in other words.</param>
    /// <param name="pattern">A regular expression, whatever the case.</param>
    /// <param name="replacement">What is put in its place.</param>
    public Rephrasing(string example, string means, string pattern, string replacement)
        : this(example, means, pattern, match => match.Result(replacement))
    {
    }

    /// <param name="example">A request that is worded so.</param>
    /// <param name="means">The request in other words.</param>
    /// <param name="pattern">A regular expression, whatever the case.</param>
    /// <param name="replacement">What is put in the place of a match.</param>
    public Rephrasing(string example, string means, string pattern, MatchEvaluator replacement)
    {
        (Example, Means, _replacement) = (example, means, replacement);
        _pattern = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    public string Example { get; }

    public string Means { get; }

    /// <summary>The text in other words; as it is where it is too long to be read in time.</summary>
    public string Apply(string text)
    {
        try
        {
            return _pattern.Replace(text, _replacement);
        }
        catch (RegexMatchTimeoutException)
        {
            return text;
        }
    }
}
