namespace MGLMM.Cli.Output;

/// <summary>How fast bytes came lately: over the last seconds, so that neither a stop nor an earlier run's bytes count for long.</summary>
/// <param name="time">The clock.</param>
internal sealed class TransferRate(TimeProvider? time = null)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Queue<(long Stamp, long Bytes)> _samples = [];
    private (long Stamp, long Bytes) _last;

    /// <summary>Null until there is something to go by.</summary>
    public double? BytesPerSecond
    {
        get
        {
            if (_samples.Count < 2)
            {
                return null;
            }

            (long Stamp, long Bytes) first = _samples.Peek();
            double seconds = _time.GetElapsedTime(first.Stamp, _last.Stamp).TotalSeconds;
            return seconds > 0 ? Math.Max(0, _last.Bytes - first.Bytes) / seconds : null;
        }
    }

    /// <summary>Takes note of the bytes so far. Fewer than before, or many at once that were there already, begin anew.</summary>
    public void Add(long bytes)
    {
        long now = _time.GetTimestamp();
        if (_samples.Count > 0 && bytes < _last.Bytes)
        {
            _samples.Clear();
        }

        if (_samples.Count > 0 && _time.GetElapsedTime(_last.Stamp, now) < Step)
        {
            return;
        }

        _last = (now, bytes);
        _samples.Enqueue(_last);
        while (_time.GetElapsedTime(_samples.Peek().Stamp, now) > Window)
        {
            _samples.Dequeue();
        }
    }
}
