using MGLMM.Simulation.Load;
using MGLMM.Simulation.Machines;

namespace MGLMM.Simulation.Tests;

/// <summary>What a worker keeps, beside a closed form.</summary>
public sealed class PictureCacheTests
{
    [Theory]
    [InlineData(50, 0.8)]
    [InlineData(300, 0.8)]
    [InlineData(300, 1.1)]
    public void Hits_are_those_of_Ches_approximation(int capacity, double exponent)
    {
        const int Pictures = 2_000, Asked = 400_000;
        Zipf popularity = new(Pictures, exponent);
        PictureCache cache = new(capacity, 1, 0);
        Random random = new(3);
        int hits = 0;
        for (int number = 0; number < Asked * 2; number++)
        {
            bool hit = cache.Use(popularity.Draw(random), wantsMasks: false).Encoded;
            hits += hit && number >= Asked ? 1 : 0;
        }

        // Che, Tung and Wang 2002: a picture is there if it came within the time T in which so many different ones come as there is room for.
        double low = 0, high = 1e9;
        for (int halving = 0; halving < 200; halving++)
        {
            double time = (low + high) / 2;
            double different = Enumerable.Range(0, Pictures).Sum(number => 1 - Math.Exp(-popularity.ProbabilityOf(number) * time));
            (low, high) = different < capacity ? (time, high) : (low, time);
        }

        double expected = Enumerable.Range(0, Pictures).Sum(number => popularity.ProbabilityOf(number) * (1 - Math.Exp(-popularity.ProbabilityOf(number) * low)));
        Assert.InRange((double)hits / Asked, expected - 0.01, expected + 0.01);
        Assert.Equal(capacity, cache.Count);
    }

    [Fact]
    public void Keys_and_values_go_before_encodings()
    {
        PictureCache cache = new(100, 10, 30, Eviction.StatesFirst);
        Assert.Equal((false, false, false), cache.Use(1, true));
        Assert.Equal((true, true, true), cache.Use(1, true));
        cache.Use(2, false); // 80 bytes
        cache.Use(3, false); // 120: the keys and values of 1 go
        Assert.Equal(90, cache.Bytes);
        Assert.Equal((true, false, true), cache.Use(2, true));
        Assert.Equal((true, true, false), cache.Use(1, true)); // comes back, and 3 loses its own
        Assert.Equal((true, false, false), cache.Use(3, false));
        for (int other = 10; other < 30; other++)
        {
            cache.Use(other, false);
        }

        Assert.Equal((false, false, false), cache.Use(1, true));
        Assert.InRange(cache.Bytes, 0, 100);
    }

    [Fact]
    public void A_worker_that_is_full_of_old_encodings_keeps_no_keys_and_values_unless_the_oldest_go_first()
    {
        PictureCache states = new(100, 10, 30, Eviction.StatesFirst, isOld: true);
        states.Use(1, true);
        Assert.Equal((true, true, false), states.Use(1, true));
        PictureCache oldest = new(100, 10, 30, Eviction.OldestPicture, isOld: true);
        oldest.Use(1, true);
        Assert.Equal((true, true, true), oldest.Use(1, true));
        Assert.Equal((100.0, 1), (oldest.Bytes, oldest.Count));
        oldest.Use(2, true);
        oldest.Use(3, true);
        Assert.Equal(80, oldest.Bytes); // 1 went whole
        Assert.Equal((true, true, true), oldest.Use(2, true));
        Assert.Equal((false, false, false), oldest.Use(1, true));
    }
}
