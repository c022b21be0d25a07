namespace MGLMM.Runtime.Inference;

/// <summary>What one owner has in a <see cref="RequestQueue"/>. Its members are read and written under the queue's lock.</summary>
internal sealed class OwnerLine(string? owner)
{
    /// <summary>Whose it is; null for requests that name no owner.</summary>
    public string? Owner => owner;

    /// <summary>Requests that have a place.</summary>
    public int Inside { get; set; }

    /// <summary>Requests that wait for one, the oldest first.</summary>
    public LinkedList<TaskCompletionSource<RequestQueue.Place>> Waiting { get; } = [];

    /// <summary>When the owner was let in last, as a number that grows with every admission.</summary>
    public long LastAdmission { get; set; }

    /// <summary>When the owner had the device last, as a number that grows with every turn. Of the device alone, under its lock.</summary>
    public long LastTurn { get; set; }
}
