namespace MGLMM.Hub.Http;

/// <summary>Something that may go better in a moment.</summary>
/// <param name="problem">What it is if it does not.</param>
/// <param name="message">What happened.</param>
/// <param name="retryAfter">How long to wait, where the server says so.</param>
/// <param name="cause">What brought it to light.</param>
internal sealed class TransientException(HubProblem problem, string message, TimeSpan? retryAfter = null, Exception? cause = null) : Exception(message, cause)
{
    public HubProblem Problem => problem;

    public TimeSpan? RetryAfter => retryAfter;
}
