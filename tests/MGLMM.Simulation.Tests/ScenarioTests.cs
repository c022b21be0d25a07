using System.Globalization;
using System.Net;
using MGLMM.Orleans.Pictures;
using MGLMM.Orleans.Workers;
using MGLMM.Simulation.Costs;
using MGLMM.Simulation.Load;
using MGLMM.Simulation.Machines;
using Orleans.Runtime;

namespace MGLMM.Simulation.Tests;

/// <summary>A whole simulation.</summary>
public sealed class ScenarioTests
{
    private static readonly Scenario Small = new()
    {
        Costs = StageCosts.Of(Hardware.H100), Workers = 8, QuestionsPerSecond = 12, WarmSeconds = 200, Seconds = 1_500,
    };

    [Fact]
    public void A_seed_gives_one_course_of_things()
    {
        Assert.Equal(Small.Run(), Small.Run());
        Assert.NotEqual(Small.Run(), (Small with { Seed = 2 }).Run());
    }

    [Fact]
    public void What_is_asked_is_answered_at_the_rate_that_was_wanted()
    {
        Outcome outcome = Small.Run();
        Assert.InRange(outcome.QuestionsPerSecond, 11.2, 12.8);
        Assert.InRange(outcome.Growth, -0.02, 0.02);

        // Busy time is questions times what one costs.
        double expected = outcome.QuestionsPerSecond * Small.SecondsPerQuestion() / 8;
        Assert.InRange(outcome.Busy, 0.95 * expected, 1.05 * expected);
    }

    [Fact]
    public void Affinity_finds_pictures_where_turns_do_not()
    {
        Outcome affinity = Small.Run(), turns = (Small with { Placement = Placement.Turns }).Run();

        // Three of four questions are about a picture that was just asked about: they find it. By turns over eight workers a question finds what chance left there.
        Assert.InRange(affinity.Encoded, 0.72, 0.85);
        Assert.InRange(turns.Encoded, 0.1, 0.45);
        Assert.True(affinity.Busy < turns.Busy);
    }

    [Fact]
    public void A_picture_goes_where_the_cluster_itself_would_place_it()
    {
        EventQueue events = new();
        Cluster cluster = new(events, 5, StageCosts.Of(Hardware.H100), 1, Placement.Affinity);
        WorkerReport[] idle = [.. Enumerable.Range(0, 5).Select(number => new WorkerReport(SiloAddress.New(new IPEndPoint(new IPAddress([10, 0, 0, (byte)number]), 11111), 1), "simulated", "{}", 0, false))];
        for (long picture = 0; picture < 100; picture++)
        {
            cluster.Ask(picture, 5, 0, _ => { });
            int worker = Enumerable.Range(0, 5).Single(number => cluster.Devices[number].UnderWay == 1);
            WorkerReport expected = PictureDirector.Choose(new PictureKey("simulated", 0, picture.ToString("x16", CultureInfo.InvariantCulture)), idle);
            Assert.Equal(expected.Silo.Endpoint.Address.GetAddressBytes()[3], worker);
            events.RunUntil(events.Now + 10);
            Assert.Equal(0, cluster.UnderWay);
        }
    }

    [Fact]
    public void A_picture_that_everybody_asks_about_comes_to_more_workers()
    {
        EventQueue events = new();
        Cluster cluster = new(events, 5, StageCosts.Of(Hardware.H100), 1, Placement.Affinity);
        for (int number = 0; number < 20; number++)
        {
            cluster.Ask(1, 5, 0, _ => { });
        }

        Assert.All(cluster.Devices, device => Assert.Equal(4, device.UnderWay));
    }

    [Fact]
    public void Costs_of_a_GPU_are_its_bytes_and_operations()
    {
        StageCosts costs = StageCosts.Of(Hardware.H100 with { BandwidthShare = 1, ArithmeticShare = 1 });

        // 13.48 GB of weights and 785 positions of half a megabyte, at 3.35 TB/s; 13.48 GFLOP a position at 989 TFLOP/s.
        Assert.Equal((13.48e9 + (785 * 524_288.0)) / 3.35e12, costs.Token, 6);
        Assert.Equal(13.48e9 / 989e12, costs.PrefillPosition, 9);
        Assert.InRange(costs.CacheBytes, 60e9, 64e9);
    }
}
