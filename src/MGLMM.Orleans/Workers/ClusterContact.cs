using Microsoft.Extensions.Logging;

namespace MGLMM.Orleans.Workers;

/// <summary>
/// Whether the cluster answers. The log says why it does not, and when it does again; not each time that is tried, but when something else is the matter. Thread-safe.
/// </summary>
internal sealed partial class ClusterContact(ILogger logger)
{
    private Type? _fault;
    private volatile bool _answered;

    /// <summary>Whether the last call was answered.</summary>
    public bool Holds => Volatile.Read(ref _fault) is null;

    /// <summary>Asks something; false where the cluster cannot be asked now.</summary>
    public async Task<bool> TryAsync(Func<Task> ask)
    {
        try
        {
            await ask().ConfigureAwait(false);
        }
        catch (Exception exception) when (ClusterFaults.KeepsFromCalling(exception))
        {
            // By its kind: words may name the very call.
            if (Interlocked.Exchange(ref _fault, exception.GetType()) != exception.GetType())
            {
                // A gateway that is started before the first worker has nothing to worry about yet.
                LogLost(logger, _answered ? LogLevel.Warning : LogLevel.Information, exception);
            }

            return false;
        }

        _answered = true;
        if (Interlocked.Exchange(ref _fault, null) is not null)
        {
            LogFound(logger);
        }

        return true;
    }

    [LoggerMessage(Message = "The cluster cannot be reached; it is tried again.")]
    private static partial void LogLost(ILogger logger, LogLevel level, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The cluster is reached again.")]
    private static partial void LogFound(ILogger logger);
}
