namespace MGLMM.Hub;

/// <summary>A model cannot be fetched. The message is one sentence or two, and ends with the way out.</summary>
public sealed class HubException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="problem">The kind of problem.</param>
    /// <param name="message">What happened and what to do, for a person.</param>
    /// <param name="innerException">What caused it.</param>
    public HubException(HubProblem problem, string message, Exception? innerException = null)
        : base(message, innerException) => Problem = problem;

    /// <summary>The kind of problem.</summary>
    public HubProblem Problem { get; }
}
