using System.Threading.RateLimiting;
using MGLMM.Server.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace MGLMM.Server.Tests;

/// <summary>What the limits count, asked as ASP.NET asks them: first without waiting, then with.</summary>
public sealed class RequestLimitsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(59)]
    [InlineData(61)]
    [InlineData(100)]
    [InlineData(119)]
    [InlineData(1_200)]
    [InlineData(1_201)]
    [InlineData(99_999)]
    [InlineData(100_000)]
    public void A_minute_has_as_many_requests_as_it_says(int perMinute)
    {
        TokenBucketRateLimiterOptions rate = RequestLimits.RateOf(perMinute);
        Assert.InRange(rate.TokensPerPeriod * (TimeSpan.FromMinutes(1) / rate.ReplenishmentPeriod), 0.99 * perMinute, 1.01 * perMinute);
        Assert.Equal(Math.Max(1, perMinute / 4), rate.TokenLimit);
    }

    [Fact]
    public async Task A_request_that_waits_is_counted_once()
    {
        PartitionedRateLimiter<HttpContext> limiter = Limiter(new RequestLimits.Bounds(AtOnce: 1, Waiting: 8, AtOncePerOwner: 1, WaitingPerOwner: 8, PerMinute: 16));
        RateLimitLease first = await AcquireAsync(limiter);
        Assert.True(first.IsAcquired);
        Task<RateLimitLease>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => AcquireAsync(limiter))];
        Assert.All(waiting, one => Assert.False(one.IsCompleted));
        first.Dispose();
        foreach (Task<RateLimitLease> one in waiting)
        {
            using RateLimitLease lease = await one;
            Assert.True(lease.IsAcquired);
        }
    }

    [Fact]
    public async Task A_request_that_is_refused_a_place_is_not_counted()
    {
        PartitionedRateLimiter<HttpContext> limiter = Limiter(new RequestLimits.Bounds(AtOnce: 1, Waiting: 0, AtOncePerOwner: 1, WaitingPerOwner: 0, PerMinute: 16));
        using (await AcquireAsync(limiter))
        {
            for (int call = 0; call < 20; call++)
            {
                Assert.False((await AcquireAsync(limiter)).IsAcquired);
            }
        }

        using RateLimitLease next = await AcquireAsync(limiter);
        Assert.True(next.IsAcquired);
    }

    [Fact]
    public async Task Metrics_wait_for_no_place_but_have_a_rate()
    {
        PartitionedRateLimiter<HttpContext> limiter = Limiter(new RequestLimits.Bounds(AtOnce: 1, Waiting: 0, AtOncePerOwner: 1, WaitingPerOwner: 0, PerMinute: 16));
        using RateLimitLease answering = await AcquireAsync(limiter);
        for (int call = 0; call < 3; call++)
        {
            using RateLimitLease scrape = await AcquireAsync(limiter, "/metrics");
            Assert.True(scrape.IsAcquired);
        }

        Assert.False((await AcquireAsync(limiter, "/metrics")).IsAcquired);
        Assert.True((await AcquireAsync(limiter, "/health/ready")).IsAcquired);
    }

    private static PartitionedRateLimiter<HttpContext> Limiter(RequestLimits.Bounds bounds)
    {
        RateLimiterOptions options = new();
        RequestLimits.Configure(options, bounds);
        return options.GlobalLimiter!;
    }

    private static async Task<RateLimitLease> AcquireAsync(PartitionedRateLimiter<HttpContext> limiter, string path = "/api/model")
    {
        DefaultHttpContext context = new();
        context.Request.Path = path;
        RateLimitLease lease = limiter.AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            return lease;
        }

        lease.Dispose();
        return await limiter.AcquireAsync(context);
    }
}
