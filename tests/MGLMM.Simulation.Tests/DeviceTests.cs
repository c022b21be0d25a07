using MGLMM.Simulation.Load;
using MGLMM.Simulation.Machines;

namespace MGLMM.Simulation.Tests;

/// <summary>A device beside the formulas of queueing theory.</summary>
public sealed class DeviceTests
{
    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.8)]
    public void One_at_once_is_an_M_M_1_queue(double load)
    {
        (double wait, double busy, double p99) = Measure(load, servers: 1, _ => 1);

        // W = 1 / (mu - lambda), exponentially distributed.
        double expected = 1 / (1 - load);
        Assert.InRange(wait, 0.95 * expected, 1.05 * expected);
        Assert.InRange(p99, 0.92 * expected * Math.Log(100), 1.08 * expected * Math.Log(100));
        Assert.InRange(busy, load - 0.01, load + 0.01);
    }

    [Theory]
    [InlineData(4, 0.5)]
    [InlineData(4, 0.85)]
    [InlineData(16, 0.9)]
    public void Steps_that_cost_the_same_for_all_are_an_M_M_c_queue(int servers, double load)
    {
        (double wait, _, _) = Measure(load * servers, servers, _ => 1);

        // Erlang's C: the probability of waiting, and what the wait then is.
        double offered = load * servers, sum = 0, term = 1;
        for (int k = 0; k < servers; k++)
        {
            sum += term;
            term *= offered / (k + 1);
        }

        double waits = term / (1 - load) / (sum + (term / (1 - load)));
        double expected = 1 + (waits / (servers * (1 - load)));
        Assert.InRange(wait, 0.95 * expected, 1.05 * expected);
    }

    [Theory]
    [InlineData(0.7)]
    public void Steps_that_share_the_device_are_processor_sharing(double load)
    {
        // M/G/1 with sharing: 1 / (1 - rho), whatever the lengths' distribution: here they are all the same.
        (double wait, _, _) = Measure(load, 100_000, answers => answers, equal: true);
        Assert.InRange(wait, 0.95 / (1 - load), 1.05 / (1 - load));
    }

    [Fact]
    public void Work_before_and_behind_decoding_holds_the_others_up()
    {
        EventQueue events = new();
        Device device = new(events, 2, _ => 1);
        List<double> ends = [];
        for (int number = 0; number < 2; number++)
        {
            device.Take(new Job(10, () => ends.Add(events.Now)) { Before = () => 3, Behind = () => 2 });
        }

        events.RunUntil(double.PositiveInfinity);

        // 3 + 3 of prefill, 10 steps together, 2 of masks each; both end decoding at once.
        Assert.Equal([18, 20], ends);
        Assert.Equal((0, 20.0), (device.UnderWay, device.BusySeconds));
    }

    [Fact]
    public void Decoding_waits_for_the_next_ones_prefill_and_then_goes_on()
    {
        EventQueue events = new();
        Device device = new(events, 2, _ => 1);
        List<double> ends = [];
        device.Take(new Job(10, () => ends.Add(events.Now)));
        events.At(4, () => device.Take(new Job(2, () => ends.Add(events.Now)) { Before = () => 5 }));
        events.RunUntil(double.PositiveInfinity);
        Assert.Equal([11, 15], ends);
    }

    private static (double Wait, double Busy, double P99) Measure(double arrivals, int servers, Func<int, double> step, bool equal = false)
    {
        const int Count = 200_000;
        EventQueue events = new();
        Device device = new(events, servers, step);
        Random random = new(7);
        List<double> times = [];
        int left = Count;
        void Come()
        {
            double came = events.Now;
            device.Take(new Job(equal ? 1 : random.Exponential(1), () => times.Add(events.Now - came)));
            if (--left > 0)
            {
                events.After(random.Exponential(1 / arrivals), Come);
            }
        }

        events.After(0, Come);
        events.RunUntil(double.PositiveInfinity);
        Assert.Equal(Count, times.Count);
        times.Sort();
        return (times.Average(), device.BusySeconds / events.Now, Outcome.Percentile([.. times], 0.99));
    }
}
