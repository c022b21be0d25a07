using System.Text.RegularExpressions;
using MGLMM.Planning.Requests;

namespace MGLMM.Planning;

/// <summary>
/// A message as steps, each one or more function calls that may run at once. A step is made when the results of those before it are known.
/// </summary>
internal sealed partial class Plan
{
    private readonly Recollection _recollection;
    private readonly PlanContext? _context;

    private readonly string _withoutPicture;

    public Plan(Recollection recollection, string withoutPicture)
    {
        _recollection = recollection;
        _withoutPicture = withoutPicture;
        _context = recollection.Image is { } image ? new PlanContext(image, recollection.Size, recollection.Regions, recollection.Spoken, recollection.Listed, recollection.Chosen, recollection.First) : null;
    }

    /// <summary>The answer, once all steps are done.</summary>
    public string Words =>
        _context is null ? _withoutPicture
        : _context.Words.Length > 0 ? _context.Words
        : UnplannedRequest.Refusal(string.Empty);

    public IEnumerable<IReadOnlyList<PlannedCall>> Run()
    {
        if (_context is null)
        {
            yield break;
        }

        foreach (string clause in Asked())
        {
            _context.Begin(clause);

            // What "it" stands for was not understood: nothing is done to something else. Where it was not found, who resolves an "it" says so.
            if (_context.Lost == PlanContext.NotUnderstood && PointsBack().IsMatch(clause))
            {
                _context.LeaveOut();
                continue;
            }

            foreach (IReadOnlyList<PlannedCall> calls in Run(clause, _context))
            {
                yield return calls;
            }

            // What the table reads by half may be read by its gist.
            if (_context.IsRefused && !UnplannedRequest.IsBeyondPictures(clause) && Gist.Read(clause) is { } again && !again.Contains(clause, StringComparer.OrdinalIgnoreCase))
            {
                _context.TakeBack();
                foreach (IReadOnlyList<PlannedCall> calls in again.SelectMany(other => Run(other, _context)))
                {
                    yield return calls;
                }
            }

            if (_context.IsRefused)
            {
                _context.Lose(PlanContext.NotUnderstood);
            }
        }
    }

    [GeneratedRegex(@"\b(?:it|them|they|its|their|that|those)\b", RegexOptions.IgnoreCase)]
    private static partial Regex PointsBack();

    private static IEnumerable<IReadOnlyList<PlannedCall>> Run(string clause, PlanContext context)
    {
        foreach (IReadOnlyList<PlannedCall> calls in RequestPatterns.Read(clause, context))
        {
            yield return calls;
            context.Learn(calls);
        }
    }

    /// <summary>The clauses of the request; where one of them is not read, those that its gist gives.</summary>
    private IReadOnlyList<string> Asked()
    {
        IReadOnlyList<string> all = FollowUps.Of(_recollection.Request, _recollection.Earlier);
        IReadOnlyList<string> clauses = [.. all.Where(clause => RequestPatterns.Find(clause) is not null || !Clauses.IsAside(clause))];
        clauses = clauses.Count > 0 ? clauses : all;
        bool isRead = clauses.All(clause => RequestPatterns.Find(clause) is not null);
        return isRead || clauses.Any(UnplannedRequest.IsBeyondPictures) ? clauses : Gist.Read(all.Count == clauses.Count ? Clauses.Whole(_recollection.Request) : string.Join(", ", clauses)) ?? clauses;
    }
}
