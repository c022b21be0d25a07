using MGLMM.Planning.Requests;

namespace MGLMM.Planning;

/// <summary>
/// A message as steps, each one or more function calls that may run at once. A step is made when the results of those before it are known.
/// </summary>
internal sealed class Plan
{
    private readonly Recollection _recollection;
    private readonly PlanContext? _context;

    private readonly string _withoutPicture;

    public Plan(Recollection recollection, string withoutPicture)
    {
        _recollection = recollection;
        _withoutPicture = withoutPicture;
        _context = recollection.Image is { } image ? new PlanContext(image, recollection.Size, recollection.Regions, recollection.Spoken) : null;
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

        foreach (string clause in FollowUps.Of(_recollection.Request, _recollection.Earlier))
        {
            foreach (IReadOnlyList<PlannedCall> calls in RequestPatterns.Read(clause, _context))
            {
                yield return calls;
                foreach (PlannedCall call in calls)
                {
                    _context.Learn(call);
                }
            }
        }
    }
}
