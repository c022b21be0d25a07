using System.Globalization;
using System.Threading.RateLimiting;
using MGLMM.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace MGLMM.Server.Security;

/// <summary>
/// How many requests are worked on and may wait: of one owner, in a minute and at once, and of all together. What is beyond is told when to come
/// again (429, Retry-After). A waiting request whose client leaves gives its place back.
/// </summary>
internal static class RequestLimits
{
    private const int SecondsUntilRoom = 2;

    public static void Configure(RateLimiterOptions options, Bounds bounds)
    {
        options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        options.OnRejected = async (context, _) =>
        {
            int wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? (int)Math.Ceiling(after.TotalSeconds) : SecondsUntilRoom;
            await BusyAsync(context.HttpContext, wait).ConfigureAwait(false);
        };

        // The rate is counted last: a bucket does not take its token back from a request that the others refuse, nor from the first, unwaiting try of one that then waits.
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => TakesNoPlace(context)
                ? RateLimitPartition.GetNoLimiter("free")
                : RateLimitPartition.GetConcurrencyLimiter(PartitionOf(context), _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = bounds.AtOncePerOwner,
                    QueueLimit = bounds.WaitingPerOwner,
                })),
            PartitionedRateLimiter.Create<HttpContext, string>(context => TakesNoPlace(context)
                ? RateLimitPartition.GetNoLimiter("free")
                : RateLimitPartition.GetConcurrencyLimiter("all", _ => new ConcurrencyLimiterOptions { PermitLimit = bounds.AtOnce, QueueLimit = bounds.Waiting })),
            PartitionedRateLimiter.Create<HttpContext, string>(context => IsFree(context)
                ? RateLimitPartition.GetNoLimiter("free")
                : RateLimitPartition.GetTokenBucketLimiter(PartitionOf(context), _ => RateOf(bounds.PerMinute))));
    }

    /// <summary>So many requests in a minute, one by one; a quarter of a minute's at once.</summary>
    public static TokenBucketRateLimiterOptions RateOf(int perMinute) => new()
    {
        TokenLimit = Math.Max(1, perMinute / 4),
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromTicks(Math.Max(1, TimeSpan.TicksPerMinute / perMinute)),
        QueueLimit = 0,
    };

    /// <summary>Tells a caller to come again.</summary>
    public static Task BusyAsync(HttpContext context, int seconds)
    {
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return Problems.WriteAsync(
            context, StatusCodes.Status429TooManyRequests, "busy", "The server has as many requests as it takes.",
            string.Create(CultureInfo.InvariantCulture, $"Send it again in {seconds} s."));
    }

    // What orchestrators ask must be answered under any load, and costs nothing.
    private static bool IsFree(HttpContext context) => context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal);

    // Numbers are wanted most while every place is taken, and are told at once; how often is bounded all the same.
    private static bool TakesNoPlace(HttpContext context) => IsFree(context) || context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal);

    /// <summary>Who is counted: an owner, or the address of a caller whom no key has let in.</summary>
    private static string PartitionOf(HttpContext context) => context.User.Identity is { IsAuthenticated: true }
        ? "owner " + ConversationOwner.Of(context.User)
        : $"address {context.Connection.RemoteIpAddress}";

    /// <summary>The numbers.</summary>
    internal sealed record Bounds(int AtOnce, int Waiting, int AtOncePerOwner, int WaitingPerOwner, int PerMinute);
}
