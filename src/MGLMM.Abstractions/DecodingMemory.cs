namespace MGLMM;

/// <summary>
/// A budget of memory for all who decode at the same time: whoever needs some waits until there is enough, strictly in the order of asking, so that
/// small pictures do not hold up a large one for ever. Thread-safe; waiting holds no thread where it is awaited.
/// </summary>
internal sealed class DecodingMemory(long maximum)
{
    private const long Most = 1L << 30;

    private readonly Lock _gate = new();
    private readonly LinkedList<Applicant> _waiting = [];
    private long _maximum = maximum;
    private long _taken;

    /// <summary>That of the process.</summary>
    public static DecodingMemory Shared { get; } = new(Math.Min(Most, Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2)));

    public long Maximum
    {
        get => Volatile.Read(ref _maximum);
        set
        {
            Volatile.Write(ref _maximum, value);
            Release(0);
        }
    }

    /// <summary>Bytes that are taken at this moment.</summary>
    public long Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Takes memory; dispose the result to give it back. More than there is in all is given to who is alone.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Share Take(long bytes, CancellationToken cancellationToken)
    {
        ValueTask<Share> taking = TakeAsync(bytes, cancellationToken);
        return taking.IsCompletedSuccessfully ? taking.Result : taking.AsTask().GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Take"/>
    public async ValueTask<Share> TakeAsync(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        LinkedListNode<Applicant> applicant;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(bytes))
            {
                _taken += bytes;
                return new Share(this, bytes);
            }

            applicant = _waiting.AddLast(new Applicant(bytes));
        }

        using CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(
            _ =>
            {
                bool waited;
                lock (_gate)
                {
                    waited = applicant.List is not null;
                    if (waited)
                    {
                        _waiting.Remove(applicant);
                    }
                }

                if (waited)
                {
                    applicant.Value.Admitted.TrySetCanceled(cancellationToken);

                    // Whoever stood behind a large one may fit.
                    Release(0);
                }
            },
            null);
        await applicant.Value.Admitted.Task.ConfigureAwait(false);
        return new Share(this, bytes);
    }

    /// <summary>What decoding a picture needs, once it is known that it may take so much.</summary>
    /// <param name="bytes">The need, by the file's header.</param>
    /// <param name="format">The file's.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ImageFormatException">It is more than there is in all.</exception>
    public long Allowed(long bytes, ImageFormats format, int width, int height) => bytes <= Maximum
        ? bytes
        : throw new ImageFormatException(
            $"Reading this {PictureFile.NameOf(format).ToUpperInvariant()} picture of {width}x{height} pixels would take about {bytes >> 20:N0} MB of memory; at most {Maximum >> 20:N0} MB may be taken. "
            + "Scale it down, or save it without interlacing or progressive steps.") { IsTooLarge = true };

    private bool Fits(long bytes) => _taken == 0 || bytes <= _maximum - _taken;

    private void Release(long bytes)
    {
        List<Applicant> admitted = [];
        lock (_gate)
        {
            _taken -= bytes;
            while (_waiting.First is { } first && Fits(first.Value.Bytes))
            {
                _waiting.RemoveFirst();
                _taken += first.Value.Bytes;
                admitted.Add(first.Value);
            }
        }

        admitted.ForEach(applicant => applicant.Admitted.TrySetResult());
    }

    /// <summary>Memory that was taken.</summary>
    internal sealed class Share(DecodingMemory memory, long bytes) : IDisposable
    {
        private int _given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _given, 1) == 0)
            {
                memory.Release(bytes);
            }
        }
    }

    private sealed class Applicant(long bytes)
    {
        public long Bytes => bytes;

        public TaskCompletionSource Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
