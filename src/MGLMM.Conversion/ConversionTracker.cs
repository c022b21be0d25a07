namespace MGLMM.Conversion;

/// <summary>Counts the weights that a conversion has read, in whatever thread. Thread-safe.</summary>
internal sealed class ConversionTracker(long total, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken)
{
    private long _done;
    private volatile string _part = string.Empty;

    /// <summary>Says which part is being written.</summary>
    public void Begin(string part)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _part = part;
        Tell(Interlocked.Read(ref _done));
    }

    /// <summary>Counts weights.</summary>
    public void Read(long elements)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Tell(Interlocked.Add(ref _done, elements));
    }

    private void Tell(long done) => progress?.Report(new ConversionProgress(_part, Math.Min(done, total), total));
}
