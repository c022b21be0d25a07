using MGLMM.Conversion;

namespace MGLMM.Hub.Pulling;

/// <summary>Puts together what fetching and converting say of themselves. Thread-safe.</summary>
internal sealed class PullReporter(IProgress<PullProgress>? progress) : IProgress<ConversionProgress>
{
    private readonly Lock _lock = new();
    private PullProgress _state = new("asking the hub", 0, 0, 0, 0);
    private long _received;

    /// <summary>Bytes that this run received.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _received);

    public void Doing(string what) => Change(state => state with { Doing = what });

    public void Note(string note)
    {
        lock (_lock)
        {
            progress?.Report(_state with { Note = note });
        }
    }

    /// <summary>Says how much there is to fetch, and what is there already.</summary>
    public void Fetch(long bytes, long alreadyThere) => Change(state => state with { FetchBytes = bytes, FetchedBytes = alreadyThere });

    /// <summary>Counts bytes; a negative number where some were thrown away.</summary>
    public void Fetched(long bytes)
    {
        if (bytes > 0)
        {
            Interlocked.Add(ref _received, bytes);
        }

        Change(state => state with { FetchedBytes = Math.Max(0, state.FetchedBytes + bytes) });
    }

    /// <summary>Counts the bytes of a file that was there.</summary>
    public void Present(long bytes) => Change(state => state with { FetchedBytes = state.FetchedBytes + bytes });

    public void Report(ConversionProgress value) => Change(state => state with
    {
        ConvertedElements = value.Elements,
        ConvertElements = value.TotalElements,
        Doing = value.Stage == "hashes" ? "hashing the bundle" : state.Doing,
    });

    private void Change(Func<PullProgress, PullProgress> change)
    {
        lock (_lock)
        {
            _state = change(_state);
            progress?.Report(_state);
        }
    }
}
