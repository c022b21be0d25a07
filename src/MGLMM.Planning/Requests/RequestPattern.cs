using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>A way to word a kind of request, and what carries it out.</summary>
internal sealed class RequestPattern
{
    private readonly Regex _pattern;
    private readonly Func<Match, PlanContext, IEnumerable<IReadOnlyList<PlannedCall>>> _steps;

    /// <param name="example">A request that this row, and none above it, reads.</param>
    /// <param name="pattern">A regular expression, whatever the case; its named groups are what the steps read.</param>
    /// <param name="steps">What carries the request out.</param>
    public RequestPattern(string example, string pattern, Func<Match, PlanContext, IEnumerable<IReadOnlyList<PlannedCall>>> steps)
    {
        Example = example;
        _pattern = new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        _steps = steps;
    }

    public string Example { get; }

    /// <summary>The regular expression as it is written.</summary>
    public string Pattern => _pattern.ToString();

    /// <summary>How it reads a clause; no match where that is too long to be read in time.</summary>
    public Match Match(string clause)
    {
        try
        {
            return _pattern.Match(clause);
        }
        catch (RegexMatchTimeoutException)
        {
            return System.Text.RegularExpressions.Match.Empty;
        }
    }

    public IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context) => _steps(match, context);
}
