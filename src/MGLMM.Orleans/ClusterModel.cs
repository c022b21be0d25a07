using MGLMM.Orleans.Pictures;
using MGLMM.Orleans.Workers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;

namespace MGLMM.Orleans;

/// <summary>
/// The model of a cluster: each picture is asked on the worker that has encoded it. Everything else is as with a model in this process: the same answers, the same
/// exceptions, cancellation within one token. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// A worker that ends or is lost costs a repetition, not an answer: the question is asked again on another worker, and text that was told already is not told
/// again. Answers of the same weights are the same on every worker of the same kind.
/// </para>
/// <para>
/// Where all workers with the model have gone and there are some with another one of its name, asked in the same words, that is asked from then on: weights are replaced by newer ones
/// worker by worker. <see cref="ClusterModelOptions.Model"/> bounds it: a whole id stays with these very weights.
/// </para>
/// </remarks>
public sealed partial class ClusterModel : IGroundingModel
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(2);

    private readonly HotPictures _asked;
    private readonly WorkerTable _workers = new();
    private readonly ClusterContact _contact;
    private readonly ILogger _logger;
    private readonly ITimer _refreshing;
    private int _turn;
    private volatile OfferedModel _served;
    private volatile bool _disposed;

    private ClusterModel(IGrainFactory grains, OfferedModel served, ClusterModelOptions options, TimeProvider time, WorkerList workers, ClusterContact contact, ILogger logger)
    {
        Grains = grains;
        _served = served;
        _contact = contact;
        _logger = logger;
        Options = options;
        _asked = new HotPictures(options.HotAfter);
        Time = time;
        _workers.Update(workers);
        _refreshing = time.CreateTimer(_ => _ = RefreshAsync(), null, RefreshInterval, RefreshInterval);
    }

    /// <inheritdoc/>
    public ModelCard Card => _served.Card;

    /// <inheritdoc/>
    public ModelStatus Status => (_disposed, _contact.Holds, _workers.OfModel(Id).Count) switch
    {
        (true, _, _) => new ModelStatus(ModelState.Stopped, "The connection to the cluster was closed."),
        (_, false, _) => new ModelStatus(ModelState.Loading, "The cluster cannot be reached."),
        (_, _, 0) => new ModelStatus(ModelState.Loading, WhyNone()),
        (_, _, int workers) => new ModelStatus(ModelState.Ready, $"The model is ready on {workers} {(workers == 1 ? "worker" : "workers")}.", Card.Name),
    };

    internal IGrainFactory Grains { get; }

    /// <summary>The <see cref="ModelId"/>.</summary>
    internal string Id => _served.Id;

    internal ClusterModelOptions Options { get; }

    internal TimeProvider Time { get; }

    /// <summary>Finds the model in a cluster, waiting until a worker has it.</summary>
    /// <param name="grains">The way into the cluster, such as an <c>IClusterClient</c>.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="time">Null takes the system's.</param>
    /// <param name="progress">Told what is waited for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ModelUnavailableException">Workers are there, but none has the model that the options name, or there are several and they name none; the message lists them.</exception>
    public static Task<ClusterModel> ConnectAsync(
        IGrainFactory grains, ClusterModelOptions? options = null, TimeProvider? time = null, IProgress<WorkProgress>? progress = null, CancellationToken cancellationToken = default) =>
        ConnectAsync(grains, options, time, progress, NullLogger.Instance, cancellationToken);

    /// <inheritdoc cref="ConnectAsync(IGrainFactory, ClusterModelOptions?, TimeProvider?, IProgress{WorkProgress}?, CancellationToken)"/>
    /// <param name="grains">The way into the cluster.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="time">Null takes the system's.</param>
    /// <param name="progress">Told what is waited for.</param>
    /// <param name="logger">Told why the cluster cannot be reached, then and later, and that another model is asked.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal static async Task<ClusterModel> ConnectAsync(
        IGrainFactory grains, ClusterModelOptions? options, TimeProvider? time, IProgress<WorkProgress>? progress, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(grains);
        options ??= new ClusterModelOptions();
        options.Validate();
        time ??= TimeProvider.System;
        ClusterContact contact = new(logger);
        while (true)
        {
            progress?.Report(new WorkProgress("waiting for a worker of the cluster"));
            WorkerList workers = new(Guid.Empty, []);
            await contact.TryAsync(async () => workers = await WorkersOf(grains).ListAsync().ConfigureAwait(false)).WaitAsync(cancellationToken).ConfigureAwait(false);
            OfferedModels models = new(workers.Workers);
            if (models.Find(options.Model) is { } found)
            {
                return new ClusterModel(grains, found, options, time, workers, contact, logger);
            }

            if (models.WhyNotFound(options.Model) is { } reason)
            {
                throw reason;
            }

            await Task.Delay(RefreshInterval, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ObjectDisposedException.ThrowIf(_disposed, this);
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IOpenedImage>(new ClusterImage(this, image));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Closes the model; the connection to the cluster is its maker's.</summary>
    public void Dispose()
    {
        _disposed = true;
        _refreshing.Dispose();
    }

    /// <summary>Counts a question about a picture until the result is disposed, and says which copy of it to ask.</summary>
    internal Question BeginQuestion(string contentHash)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int copies = Math.Max(1, _workers.OfModel(Id).Count);
        return Options.KeepsPicturesTogether
            ? new Question(_asked, contentHash, _asked.Begin(contentHash, copies))
            : new Question(null, contentHash, (Interlocked.Increment(ref _turn) & int.MaxValue) % copies);
    }

    private async Task RefreshAsync()
    {
        bool answered = await _contact.TryAsync(async () =>
        {
            IWorkersGrain workers = WorkersOf(Grains);
            await _workers.UpdateAsync(await workers.ListAsync().ConfigureAwait(false), workers).ConfigureAwait(false);
        }).ConfigureAwait(false);
        if (answered)
        {
            Follow();
        }
    }

    /// <summary>Where the last worker with the model has gone, takes the one that has come in its place.</summary>
    private void Follow()
    {
        OfferedModel served = _served;
        if (_workers.OfModel(served.Id).Count == 0
            && new OfferedModels(_workers.All).SuccessorOf(served, Options.Model) is { } next
            && Interlocked.CompareExchange(ref _served, next, served) == served)
        {
            LogFollowed(_logger, served.Id, next.Id);
        }
    }

    private string WhyNone()
    {
        OfferedModels others = new(_workers.All);
        return others.IsEmpty
            ? "No worker of the cluster has the model at the moment."
            : $"No worker of the cluster has the model '{Id}' at the moment. It has: {others}. Start a worker with that model, or start the gateway again for another one.";
    }

    private static IWorkersGrain WorkersOf(IGrainFactory grains) => grains.Reach(reached => reached.GetGrain<IWorkersGrain>(0));

    [LoggerMessage(Level = LogLevel.Warning, Message = "No worker has the model {Before} any more; {Now} is asked from now on.")]
    private static partial void LogFollowed(ILogger logger, string before, string now);

    /// <summary>A question that is under way.</summary>
    internal sealed class Question(HotPictures? asked, string contentHash, int copy) : IDisposable
    {
        /// <summary>The copy of the picture that is asked.</summary>
        public int Copy => copy;

        public void Dispose() => asked?.End(contentHash, copy);
    }
}
