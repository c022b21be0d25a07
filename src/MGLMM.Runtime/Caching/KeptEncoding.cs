namespace MGLMM.Runtime.Caching;

/// <summary>An encoder's result for one picture: computed once however many ask at the same time, until it is dropped. Thread-safe.</summary>
internal sealed class KeptEncoding
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private float[]? _value;

    /// <summary>Bytes that are kept.</summary>
    public long Bytes => 4L * (Volatile.Read(ref _value)?.Length ?? 0);

    /// <summary>The kept result, or else a new one.</summary>
    /// <param name="compute">Runs under this encoding's gate; what it throws leaves nothing kept.</param>
    /// <param name="cancellationToken">Ends the wait for another request's computation.</param>
    /// <param name="computed">Whether this call computed it.</param>
    public float[] GetOrCompute(Func<float[]> compute, CancellationToken cancellationToken, out bool computed)
    {
        computed = false;
        if (Volatile.Read(ref _value) is { } known)
        {
            return known;
        }

        _gate.Wait(cancellationToken);
        try
        {
            if (Volatile.Read(ref _value) is { } meanwhile)
            {
                return meanwhile;
            }

            computed = true;
            float[] value = compute();
            Volatile.Write(ref _value, value);
            return value;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Keeps a result that came with another, unless one is kept already.</summary>
    public void Offer(float[] value) => Interlocked.CompareExchange(ref _value, value, null);

    /// <summary>Forgets the result; whoever holds it may go on using it.</summary>
    public void Drop() => Volatile.Write(ref _value, null);
}
