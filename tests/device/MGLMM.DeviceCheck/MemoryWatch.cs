using System.Diagnostics;

namespace MGLMM.DeviceCheck;

/// <summary>The most memory of the device that was taken since the watch began; on the CPU, of the process.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private const int PauseMilliseconds = 20;

    private readonly bool _cpu;
    private readonly long _before;
    private readonly Thread _thread;
    private volatile bool _stopped;
    private long _peak;

    public MemoryWatch(bool cpu)
    {
        _cpu = cpu;
        _before = Taken();
        _thread = new Thread(() =>
        {
            while (!_stopped)
            {
                Look();
                Thread.Sleep(PauseMilliseconds);
            }
        })
        { IsBackground = true };
        _thread.Start();
    }

    /// <summary>Bytes now, over what was taken at the beginning.</summary>
    public long Now => Taken() - _before;

    /// <summary>The most bytes so far, over what was taken at the beginning.</summary>
    public long Peak
    {
        get
        {
            if (!_stopped)
            {
                Look();
            }

            return Math.Max(0, Volatile.Read(ref _peak) - _before);
        }
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
    }

    private void Look()
    {
        long taken = Taken();
        if (taken > Volatile.Read(ref _peak))
        {
            Volatile.Write(ref _peak, taken);
        }
    }

    private long Taken()
    {
        if (_cpu)
        {
            using Process process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }

        (long free, long total) = CudaRuntime.Memory();
        return total - free;
    }
}
