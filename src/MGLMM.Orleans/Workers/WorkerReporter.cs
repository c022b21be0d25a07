using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace MGLMM.Orleans.Workers;

/// <summary>
/// Tells the cluster each second that this worker is there and how busy it is; when the host stops, lets the questions under way end before the silo goes.
/// </summary>
internal sealed partial class WorkerReporter(
    Worker worker, WorkerTable table, IGrainFactory grains, ILocalSiloDetails silo, TimeProvider time, WorkerOptions options, ILogger<WorkerReporter> logger) : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task? _reporting;

    /// <summary>Ends once the cluster knows the worker.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Behind the silo, which is a hosted service as well and was added first.
        await ReportOnceAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        _reporting = ReportAsync(_stopping.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        worker.Drain();
        await TellAsync().ConfigureAwait(false);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(options.DrainTime);
        try
        {
            while (worker.UnderWay > 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, patience.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            LogCutShort(logger, worker.UnderWay);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_reporting is not null)
        {
            await _reporting.ConfigureAwait(false);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        using PeriodicTimer timer = new(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                await TellAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ReportOnceAsync()
    {
        IWorkersGrain workers = grains.GetGrain<IWorkersGrain>(0);
        await table.UpdateAsync(await workers.ReportAsync(worker.Report(silo.SiloAddress)).ConfigureAwait(false), workers).ConfigureAwait(false);
    }

    private async Task TellAsync()
    {
        try
        {
            await ReportOnceAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (ClusterFaults.KeepsFromCalling(exception))
        {
            // The worker that had the list has gone, or this one goes: the next second tells again.
            LogUnheard(logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The cluster did not hear this worker.")]
    private static partial void LogUnheard(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The worker stops with {Questions} questions under way; they are asked again elsewhere.")]
    private static partial void LogCutShort(ILogger logger, int questions);
}
