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

    public Match Match(string clause) => _pattern.Match(clause);

    public IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context) => _steps(match, context);
}
