using MGLMM.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace MGLMM.Orleans;

/// <summary>The factory of a gateway: the cluster's model, however long it takes until it is clear which one that is.</summary>
internal sealed partial class ClusterModelFactory(IGrainFactory grains, ClusterModelOptions? cluster, TimeProvider time, ILogger<ClusterModel> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <inheritdoc cref="ModelFactory"/>
    public async Task<IGroundingModel> ConnectAsync(MglmmOptions options, CancellationToken cancellationToken)
    {
        string? told = null;
        while (true)
        {
            try
            {
                return await ClusterModel.ConnectAsync(grains, cluster, time, options.LoadingProgress, logger, cancellationToken).ConfigureAwait(false);
            }
            catch (ModelUnavailableException exception)
            {
                // While workers are replaced by others there are two models for some time, or not yet the one that is meant; and who named a wrong one may start a worker that has it.
                if (exception.Message != told)
                {
                    LogUnclear(logger, told = exception.Message, exception.InnerException);
                }

                options.LoadingProgress?.Report(new WorkProgress(told.TrimEnd('.')));
            }

            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no model to ask yet; the cluster is watched until there is. {Reason}")]
    private static partial void LogUnclear(ILogger logger, string reason, Exception? exception);
}
