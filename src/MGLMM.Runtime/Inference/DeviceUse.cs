using System.Diagnostics;

namespace MGLMM.Runtime.Inference;

/// <summary>How long a request has had the device. Written by one thread at a time, read by any.</summary>
internal sealed class DeviceUse
{
    private long _ticks;

    /// <summary>The time of all turns that are over.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds((double)Volatile.Read(ref _ticks) / Stopwatch.Frequency);

    /// <summary>Adds a turn.</summary>
    public void Add(long ticks) => Volatile.Write(ref _ticks, _ticks + ticks);
}
