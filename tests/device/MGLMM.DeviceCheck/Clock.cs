using System.Diagnostics;

namespace MGLMM.DeviceCheck;

/// <summary>How long something takes.</summary>
internal static class Clock
{
    /// <summary>Milliseconds of one run.</summary>
    public static double Milliseconds(Action run)
    {
        long started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }

    /// <summary>The best and the median of a number of runs, in milliseconds, after a few that are not counted.</summary>
    public static (double Best, double Median) Repeat(int count, Action run, int warmUp = 3)
    {
        for (int index = 0; index < warmUp; index++)
        {
            run();
        }

        double[] times = [.. Enumerable.Range(0, count).Select(_ => Milliseconds(run)).Order()];
        return (times[0], times[times.Length / 2]);
    }
}
