using System.Globalization;

namespace MGLMM.Runtime.Inference;

/// <summary>How many threads a run of a graph gets where nobody says.</summary>
internal static class ThreadCount
{
    /// <summary>
    /// Weights of a graph that is worth all cores. Below it a run takes milliseconds, and what the cores would save is lost when they wait for one another:
    /// `-- threads` of the benchmarks.
    /// </summary>
    private const long LargeGraphBytes = 32L << 20;

    private static readonly Lazy<int> Cores = new(() => CountCores("/sys/devices/system/cpu", ReadAllowed("/proc/self/status"), Environment.ProcessorCount));

    /// <summary>The threads of a run of one graph.</summary>
    /// <param name="asked">What the options say; 0 decides by the graph's size.</param>
    /// <param name="weightBytes">Bytes of the graph's weights.</param>
    public static int For(int asked, long weightBytes) =>
        asked != 0 ? asked : weightBytes < LargeGraphBytes ? 1 : Cores.Value;

    /// <summary>
    /// Cores that this process may use. Two hyper-threads of a core count once: they share its arithmetic units, which is what a graph needs.
    /// </summary>
    /// <param name="topology">The folder with <c>cpuN/topology/thread_siblings_list</c>; where it has none, every processor counts as a core.</param>
    /// <param name="allowed">The processors that this process may run on, as Linux lists them; null where it is not known.</param>
    /// <param name="processors">Processors that this process may keep busy, with limits on its time counted in.</param>
    internal static int CountCores(string topology, string? allowed, int processors)
    {
        if (allowed is null)
        {
            return processors;
        }

        HashSet<string> cores = new(StringComparer.Ordinal);
        foreach (int processor in Expand(allowed))
        {
            string file = Path.Combine(topology, string.Create(CultureInfo.InvariantCulture, $"cpu{processor}"), "topology", "thread_siblings_list");
            try
            {
                cores.Add(File.ReadAllText(file).Trim());
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return processors;
            }
        }

        return Math.Clamp(cores.Count, 1, processors);
    }

    /// <summary>A list such as <c>0-3,8</c>, number by number.</summary>
    private static IEnumerable<int> Expand(string list)
    {
        foreach (string part in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            int first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            int last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
            for (int processor = first; processor <= last; processor++)
            {
                yield return processor;
            }
        }
    }

    private static string? ReadAllowed(string status)
    {
        const string Field = "Cpus_allowed_list:";
        try
        {
            return File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal))?[Field.Length..].Trim() : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
