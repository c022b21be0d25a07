using System.Net;
using MGLMM.Orleans.Pictures;
using MGLMM.Orleans.Workers;
using Orleans.Runtime;

namespace MGLMM.Orleans.Tests;

/// <summary>Which worker a picture goes to.</summary>
public sealed class PictureDirectorTests
{
    [Fact]
    public void A_worker_that_goes_moves_its_own_pictures_alone()
    {
        WorkerReport[] all = [.. Enumerable.Range(0, 5).Select(number => Worker(number))];
        WorkerReport[] without = [.. all.Skip(1)];
        int moved = 0;
        for (int number = 0; number < 500; number++)
        {
            PictureKey key = new("m", 0, Pictures.Number(number).ContentHash);
            WorkerReport before = PictureDirector.Choose(key, all);
            if (before == all[0])
            {
                moved++;
            }
            else
            {
                Assert.Equal(before, PictureDirector.Choose(key, without));
            }
        }

        Assert.InRange(moved, 60, 140); // a fifth
    }

    [Fact]
    public void A_worker_that_was_started_again_is_the_same_one()
    {
        WorkerReport[] before = [Worker(0), Worker(1), Worker(2)];
        WorkerReport[] after = [Worker(0, generation: 9), Worker(1), Worker(2)];
        Assert.All(Enumerable.Range(0, 50), number =>
        {
            PictureKey key = new("m", 0, Pictures.Number(number).ContentHash);
            Assert.Equal(PictureDirector.Choose(key, before).Silo.Endpoint, PictureDirector.Choose(key, after).Silo.Endpoint);
        });
    }

    [Fact]
    public void A_busy_worker_is_passed_over_and_an_idle_cluster_spreads()
    {
        WorkerReport[] workers = [Worker(0, underWay: 20), Worker(1), Worker(2)];
        IEnumerable<WorkerReport> chosen = Enumerable.Range(0, 60).Select(number => PictureDirector.Choose(new PictureKey("m", 0, Pictures.Number(number).ContentHash), workers));
        Assert.Equal([Worker(1), Worker(2)], chosen.Distinct().OrderBy(worker => worker.Silo.Endpoint.Port));
    }

    [Fact]
    public void Many_workers_have_equal_shares_and_each_picture_an_order_of_its_own()
    {
        WorkerReport[] workers = [.. Enumerable.Range(0, 200).Select(number => Worker(number))];
        int[] shares = new int[200];
        for (int number = 0; number < 4_000; number++)
        {
            shares[PictureDirector.Choose(new PictureKey("m", 0, $"{number:x}"), workers).Silo.Endpoint.Port - 1_000]++;
        }

        // Poisson with a mean of 20: chi-squared of 199 degrees is 199 with a deviation of 20.
        Assert.InRange(shares.Sum(share => (share - 20.0) * (share - 20) / 20), 199 - 100, 199 + 100);
        Assert.True(Enumerable.Range(0, 50).Select(number => PictureDirector.Choose(new PictureKey("m", 1, $"{number:x}"), workers)).Distinct().Count() > 35);
    }

    [Theory]
    [InlineData(3, 0, 0, 2, true)]
    [InlineData(2, 0, 0, 2, false)]
    [InlineData(6, 4, 4, 2, false)] // all are busy
    [InlineData(20, 4, 4, 2, true)]
    [InlineData(20, 4, 4, 30, false)]
    public void A_worker_is_crowded_beside_the_others(int own, int second, int third, int patience, bool crowded) =>
        Assert.Equal(crowded, PictureDirector.IsCrowded(own, [Worker(0, second), Worker(1, second), Worker(2, third)], patience));

    [Fact]
    public void Copies_of_a_picture_are_on_different_workers()
    {
        WorkerReport[] workers = [.. Enumerable.Range(0, 3).Select(number => Worker(number))];
        string hash = Pictures.Number(1).ContentHash;
        Assert.Equal(3, Enumerable.Range(0, 3).Select(copy => PictureDirector.Choose(new PictureKey("m", copy, hash), workers)).Distinct().Count());
    }

    [Fact]
    public void Keys_read_back_whatever_a_model_is_called()
    {
        PictureKey key = new("org/name v1@0123", 2, "abc");
        Assert.Equal(key, PictureKey.Parse(key.ToString()));
        Assert.Throws<FormatException>(() => PictureKey.Parse("abc"));
    }

    private static WorkerReport Worker(int number, int underWay = 0, int generation = 1) =>
        new(SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1000 + number), generation), "m", "{}", underWay, false);
}
