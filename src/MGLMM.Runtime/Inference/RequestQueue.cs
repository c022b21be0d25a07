using System.Diagnostics;

namespace MGLMM.Runtime.Inference;

/// <summary>
/// The bounded queue in front of a device. A request first waits for one of few places; those inside take turns on the device,
/// run by run, so that a short question is not held up by a long answer. Thread-safe.
/// </summary>
internal sealed class RequestQueue(int concurrent, int queued)
{
    private readonly SemaphoreSlim _places = new(concurrent, concurrent);
    private readonly DeviceLane _device = new();
    private int _waiting;
    private long _averageTicks = Stopwatch.Frequency;

    /// <summary>Waits for a place.</summary>
    /// <exception cref="EngineBusyException">Too many wait already.</exception>
    public async Task<Place> EnterAsync(CancellationToken cancellationToken)
    {
        if (!_places.Wait(0, CancellationToken.None))
        {
            if (Interlocked.Increment(ref _waiting) > queued)
            {
                Interlocked.Decrement(ref _waiting);
                double seconds = (double)Volatile.Read(ref _averageTicks) / Stopwatch.Frequency * (queued + 1) / concurrent;
                throw new EngineBusyException(queued, TimeSpan.FromSeconds(seconds));
            }

            try
            {
                await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }

        return new Place(this, Stopwatch.GetTimestamp());
    }

    /// <summary>Takes the device for one run; dispose the result to give it back. Allocates nothing.</summary>
    public DeviceLane.Turn TakeDevice(CancellationToken cancellationToken) => _device.Take(cancellationToken);

    /// <summary>A place of a request; disposing it lets the next one in.</summary>
    internal sealed class Place(RequestQueue queue, long entered) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                // A moving average over about eight requests, for the estimate of when a refused one may come back.
                long elapsed = Stopwatch.GetTimestamp() - entered;
                long average = Volatile.Read(ref queue._averageTicks);
                Volatile.Write(ref queue._averageTicks, average + ((elapsed - average) / 8));
                queue._places.Release();
            }
        }
    }
}
