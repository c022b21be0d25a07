using System.Diagnostics;
using System.Globalization;

namespace MGLMM.Benchmarks.Attack;

/// <summary>What this process takes, as Linux tells it.</summary>
internal static class ProcessMemory
{
    /// <summary>Forgets the highest figure so far.</summary>
    public static void Reset() => File.WriteAllText("/proc/self/clear_refs", "5");

    /// <summary>Bytes at this moment.</summary>
    public static long Now => Read("VmRSS:");

    /// <summary>The most bytes since <see cref="Reset"/>.</summary>
    public static long Peak => Read("VmHWM:");

    /// <summary>Runs this program again with other arguments.</summary>
    public static Process Again(params string[] arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ProcessMemory).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static long Read(string name) =>
        long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..^2].Trim(), CultureInfo.InvariantCulture) << 10;
}
