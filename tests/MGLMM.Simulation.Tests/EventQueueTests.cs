using MGLMM.Simulation.Load;

namespace MGLMM.Simulation.Tests;

/// <summary>The course of things, and what is drawn for it.</summary>
public sealed class EventQueueTests
{
    [Fact]
    public void Things_happen_by_time_and_then_by_when_they_were_planned()
    {
        EventQueue events = new();
        List<string> happened = [];
        events.At(2, () => happened.Add("c"));
        events.At(1, () =>
        {
            happened.Add("a");
            events.After(1, () => happened.Add("d"));
            events.After(0, () => happened.Add("b"));
        });
        events.At(9, () => happened.Add("late"));
        events.RunUntil(5);
        Assert.Equal(["a", "b", "c", "d"], happened);
        Assert.Equal((5.0, 1), (events.Now, events.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => events.At(4, () => { }));
        Assert.Throws<ArgumentOutOfRangeException>(() => events.After(double.NaN, () => { }));
    }

    [Fact]
    public void Drawn_numbers_have_the_frequencies_of_their_formulas()
    {
        Random random = new(5);
        Zipf zipf = new(4, 1);
        int[] counts = new int[4];
        double exponential = 0, geometric = 0;
        for (int number = 0; number < 100_000; number++)
        {
            counts[zipf.Draw(random)]++;
            exponential += random.Exponential(3) / 100_000;
            geometric += random.Geometric(4) / 100_000.0;
        }

        // 1 + 1/2 + 1/3 + 1/4 = 25/12.
        double[] expected = [0.48, 0.24, 0.16, 0.12];
        Assert.All(Enumerable.Range(0, 4), number => Assert.InRange(counts[number] / 100_000.0, expected[number] - 0.005, expected[number] + 0.005));
        Assert.InRange(exponential, 2.95, 3.05);
        Assert.InRange(geometric, 3.95, 4.05);
        Assert.Equal(24, Enumerable.Range(0, 24).Sum(LoadModel.HourFactor), 9);
    }
}
