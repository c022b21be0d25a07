namespace MGLMM.Runtime.Inference;

/// <summary>What one owner has in a <see cref="RequestQueue"/>. Its members are read and written under the queue's lock.</summary>
internal sealed class OwnerLine(string? owner)
{
    /// <summary>Whose it is; null for requests that name no owner.</summary>
    public string? Owner => owner;

    /// <summary>Requests that have a place.</summary>
    public int Inside { get; set; }

    /// <summary>Requests that wait for a place and that somebody waits for, the oldest first.</summary>
    public LinkedList<Applicant> Waiting { get; } = [];

    /// <summary>Those that can wait.</summary>
    public LinkedList<Applicant> WaitingInBackground { get; } = [];

    /// <summary>How many wait in all.</summary>
    public int AllWaiting => Waiting.Count + WaitingInBackground.Count;

    /// <summary>When the owner was let in last, as a number that grows with every admission.</summary>
    public long LastAdmission { get; set; }

    /// <summary>When the owner had the device last, as a number that grows with every turn. Of the device alone, under its lock.</summary>
    public long LastTurn { get; set; }

    /// <summary>Those of a kind that wait.</summary>
    public LinkedList<Applicant> Line(bool background) => background ? WaitingInBackground : Waiting;

    /// <summary>A request that waits for a place.</summary>
    internal sealed class Applicant(RequestTerms terms)
    {
        public RequestTerms Terms => terms;

        public TaskCompletionSource<RequestQueue.Place> Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
