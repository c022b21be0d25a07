using MGLMM.Runtime.Inference;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>The threads of a graph where nobody says how many.</summary>
public sealed class ThreadCountTests : IDisposable
{
    private readonly string _topology = Directory.CreateTempSubdirectory("mglmm-topology-").FullName;

    [Fact]
    public void A_number_that_was_asked_for_holds_for_every_graph()
    {
        Assert.Equal(3, ThreadCount.For(3, weightBytes: 1));
        Assert.Equal(3, ThreadCount.For(3, weightBytes: 8L << 30));
    }

    [Fact]
    public void Large_graphs_get_every_core_and_small_ones_one()
    {
        Assert.Equal(1, ThreadCount.For(0, weightBytes: 10 << 20));
        Assert.InRange(ThreadCount.For(0, weightBytes: 6L << 30), 1, Environment.ProcessorCount);
        if (Environment.ProcessorCount > 2)
        {
            // Two hyper-threads a core are the most that a common processor has.
            Assert.True(ThreadCount.For(0, weightBytes: 6L << 30) > 1);
        }
    }

    // As /sys/devices/system/cpu and /proc/self/status write them.
    [Theory]
    [InlineData("0-3", "0|1|2|3", 4, 4)]
    [InlineData("0-3", "0-1|0-1|2-3|2-3", 4, 2)]
    [InlineData("0-3", "0,2|1,3|0,2|1,3", 4, 2)]
    [InlineData("1,3", "0-1|0-1|2-3|2-3", 2, 2)]
    [InlineData("0-3", "0|1|2|3", 2, 2)]
    [InlineData("0-7", "0|1", 8, 8)]
    [InlineData(null, "0|1", 2, 2)]
    public void Hyper_threads_of_a_core_count_once_and_limits_hold(string? allowed, string siblings, int processors, int expected)
    {
        foreach ((string list, int processor) in siblings.Split('|').Select((list, index) => (list, index)))
        {
            string folder = Directory.CreateDirectory(Path.Combine(_topology, $"cpu{processor}", "topology")).FullName;
            File.WriteAllText(Path.Combine(folder, "thread_siblings_list"), list + "\n");
        }

        Assert.Equal(expected, ThreadCount.CountCores(_topology, allowed, processors));
    }

    public void Dispose() => Directory.Delete(_topology, recursive: true);
}
