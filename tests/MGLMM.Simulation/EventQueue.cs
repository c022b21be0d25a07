namespace MGLMM.Simulation;

/// <summary>What happens next. Two things of the same moment happen in the order in which they were planned, so that a seed gives one course of things.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (double Time, long Number)> _events = new();
    private long _planned;

    /// <summary>Seconds since the beginning.</summary>
    public double Now { get; private set; }

    public int Count => _events.Count;

    public void At(double time, Action happens)
    {
        if (double.IsNaN(time) || time < Now)
        {
            throw new ArgumentOutOfRangeException(nameof(time), $"{time} is before {Now}: nothing can be planned for the past.");
        }

        _events.Enqueue(happens, (time, _planned++));
    }

    public void After(double seconds, Action happens) => At(Now + seconds, happens);

    /// <summary>Lets things happen until a time, or until nothing is planned.</summary>
    public void RunUntil(double end, CancellationToken cancellationToken = default)
    {
        while (_events.TryPeek(out Action? happens, out (double Time, long Number) when) && when.Time <= end)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _events.Dequeue();
            Now = when.Time;
            happens();
        }

        Now = double.IsPositiveInfinity(end) ? Now : end;
    }
}
