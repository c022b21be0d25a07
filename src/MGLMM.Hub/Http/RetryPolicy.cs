namespace MGLMM.Hub.Http;

/// <summary>How often and after what time a request is made again.</summary>
/// <param name="time">The clock.</param>
/// <param name="onWait">Told of each wait after it has begun: how long, and what for.</param>
internal sealed class RetryPolicy(TimeProvider time, Action<TimeSpan, string>? onWait = null)
{
    /// <summary>Failures in a row after which it is given up.</summary>
    public const int MostFailures = 6;

    /// <summary>A server that wants more patience than this is not waited for.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(20);

    /// <summary>Waits before the next try.</summary>
    /// <param name="failures">Failures in a row so far, the last among them.</param>
    /// <param name="failure">The last.</param>
    /// <param name="doing">What is being done, for the message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="HubException">It was the last try.</exception>
    public async Task WaitAsync(int failures, TransientException failure, string doing, CancellationToken cancellationToken)
    {
        if (failure.RetryAfter > LongestWait)
        {
            throw new HubException(
                failure.Problem, $"{doing}: {failure.Message} It asks to wait {failure.RetryAfter.Value.TotalMinutes:0} minutes: run the same command then; it goes on from where it stopped.", failure);
        }

        if (failures >= MostFailures)
        {
            string way = failure.Problem == HubProblem.RateLimited
                ? "Wait some minutes, or set HF_TOKEN (requests with a token have a higher limit), and run the same command again; it goes on from where it stopped."
                : "Look at the connection (and at HF_ENDPOINT and HTTPS_PROXY, if they are set) and run the same command again; it goes on from where it stopped.";
            throw new HubException(failure.Problem, $"{doing}: {failure.Message} That was the {failures}th failure in a row. {way}", failure);
        }

        // Many clients that fail together do not come back together.
        TimeSpan backOff = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, failures - 1), LongestBackOff.TotalSeconds) * (0.75 + (Random.Shared.NextDouble() / 4)));
        TimeSpan wait = failure.RetryAfter ?? backOff;
        Task delay = Task.Delay(wait, time, cancellationToken);
        onWait?.Invoke(wait, failure.Message);
        await delay.ConfigureAwait(false);
    }

    /// <summary>Runs something that may fail for the moment.</summary>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> action, string doing, CancellationToken cancellationToken)
    {
        for (int failures = 1; ; failures++)
        {
            try
            {
                return await action(cancellationToken).ConfigureAwait(false);
            }
            catch (TransientException failure)
            {
                await WaitAsync(failures, failure, doing, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
