using Microsoft.AspNetCore.Http;

namespace MGLMM.Server.Events;

/// <summary>
/// A response of events that are sent as they come, also through a proxy: it is asked not to gather them, and where nothing comes for a while a comment is sent, which clients leave
/// out, before the proxy takes the server for dead.
/// </summary>
internal sealed class EventStream(HttpContext context, TimeProvider time)
{
    /// <summary>Well below the minute after which proxies give up.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>The events, with signs of life while none comes: the response begins with the first of those, or with what is sent.</summary>
    /// <typeparam name="T">What an event is made of.</typeparam>
    /// <param name="events">They end by themselves when their reader has left.</param>
    public async IAsyncEnumerable<T> FollowAsync<T>(IAsyncEnumerable<T> events)
    {
        IAsyncEnumerator<T> each = events.GetAsyncEnumerator(CancellationToken.None);
        await using (each.ConfigureAwait(false))
        {
            while (await WaitAsync(each.MoveNextAsync().AsTask()).ConfigureAwait(false))
            {
                yield return each.Current;
            }
        }
    }

    /// <summary>Sends an event.</summary>
    /// <param name="data">Its data, one line.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task SendAsync(byte[] data, CancellationToken cancellationToken) => WriteAsync([.. "data: "u8, .. data, .. "\n\n"u8], cancellationToken);

    private async Task<bool> WaitAsync(Task<bool> next)
    {
        while (!next.IsCompleted)
        {
            await ((Task)next).WaitAsync(LongestSilence, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!next.IsCompleted)
            {
                await TellOfLifeAsync().ConfigureAwait(false);
            }
        }

        return await next.ConfigureAwait(false);
    }

    /// <summary>Whoever waits for the next event must not leave it half waited for: that the client is gone ends it, not this.</summary>
    private async Task TellOfLifeAsync()
    {
        try
        {
            await WriteAsync([.. ":\n\n"u8], context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // Gone.
        }
    }

    private async Task WriteAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Headers["X-Accel-Buffering"] = "no";
        }

        await context.Response.Body.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
