using MGLMM.Runtime.Bundles;
using MGLMM.Vision.Functions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <summary>
/// Loads the model once, in the background, and owns it: it is unloaded when the services are disposed. Starts with the host, or with the
/// first call where there is none. What cannot be loaded is tried again after a while: a disk that is not mounted yet or a device that another process holds passes by, and nobody
/// starts a process again that says that it lives. Thread-safe.
/// </summary>
internal sealed partial class ModelLoader : IHostedService, IAsyncDisposable, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    // Each time twice as long: reading a whole bundle in vain costs as much as loading it.
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly ModelFactory _load;
    private readonly IOptions<MglmmOptions> _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private Task<IGroundingModel>? _loading;
    private WorkProgress? _progress;
    private TimeSpan _pause = FirstPause;
    private bool _disposed;

    public ModelLoader(ModelFactory load, IOptions<MglmmOptions> options, ILoggerFactory loggerFactory, TimeProvider? time = null)
    {
        _load = load;
        _options = options;
        _logger = loggerFactory.CreateLogger<ModelLoader>();
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Never waits.</summary>
    public ModelStatus Status
    {
        get
        {
            Task<IGroundingModel>? loading;
            lock (_gate)
            {
                if (_disposed || _stopping.IsCancellationRequested)
                {
                    return new ModelStatus(ModelState.Stopped, "The application is shutting down.");
                }

                loading = _loading;
            }

            return loading switch
            {
                null or { IsCompleted: false } => Volatile.Read(ref _progress) is { } progress
                    ? new ModelStatus(ModelState.Loading, $"The model is being loaded: {progress}.") { Progress = progress.Fraction }
                    : new ModelStatus(ModelState.Loading, "The model is being loaded."),
                { IsCompletedSuccessfully: true } => StatusOf(loading.Result),
                _ => new ModelStatus(ModelState.Failed, ReasonOf(loading.Exception?.GetBaseException())),
            };
        }
    }

    /// <summary>What the model says of itself: one elsewhere may be away again after it was found, and knows how many answer for it. It need not name itself.</summary>
    private static ModelStatus StatusOf(IGroundingModel model) => model.Status is { State: ModelState.Ready, Model: null } status ? status with { Model = model.Card.Name } : model.Status;

    /// <summary>The model; waits for it as long as <see cref="MglmmOptions.LoadWait"/> says.</summary>
    /// <exception cref="VisionNotReadyException">It is not there in time, or could not be loaded.</exception>
    public async ValueTask<IGroundingModel> GetAsync(CancellationToken cancellationToken)
    {
        Task<IGroundingModel> loading;
        try
        {
            loading = Begin();
            return await loading.WaitAsync(_options.Value.LoadWait, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new VisionNotReadyException(RetryAfter);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VisionNotReadyException(_stopping.IsCancellationRequested ? "The application is shutting down." : ReasonOf(exception), exception);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        Begin();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (StopLoading() is { } loading)
        {
            // How it ended was logged; the host's own patience bounds the wait.
            await ((Task)loading).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (BeginDispose(out Task<IGroundingModel>? loading) && loading is not null)
        {
            await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Unload(loading);
        }
    }

    public void Dispose()
    {
        if (BeginDispose(out Task<IGroundingModel>? loading) && loading is not null)
        {
            // Without blocking: whatever is still being loaded goes as soon as it is there.
            loading.ContinueWith(Unload, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private Task<IGroundingModel> Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_loading is null && _stopping.IsCancellationRequested)
            {
                throw new OperationCanceledException(_stopping.Token);
            }

            return _loading ??= Task.Run(LoadAsync);
        }
    }

    private async Task<IGroundingModel> LoadAsync()
    {
        CancellationToken token = _stopping.Token;
        IGroundingModel? model = null;
        try
        {
            MglmmOptions options = _options.Value;
            options.LoadingProgress = new Latest(this);
            model = await _load(options, token).ConfigureAwait(false);
            token.ThrowIfCancellationRequested();
            if (options.WarmUp)
            {
                await WarmUpAsync(model, token).ConfigureAwait(false);
            }

            return model;
        }
        catch (Exception exception)
        {
            model?.Dispose();
            if (!token.IsCancellationRequested)
            {
                TimeSpan pause = _pause;
                _pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                LogFailure(_logger, pause.TotalSeconds, exception);
                _ = LoadAgainAsync(pause);
            }

            throw;
        }
    }

    private async Task LoadAgainAsync(TimeSpan pause)
    {
        await Task.Delay(pause, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (!_stopping.IsCancellationRequested)
            {
                Volatile.Write(ref _progress, null);
                _loading = Task.Run(LoadAsync);
            }
        }
    }

    /// <summary>One short answer about a grey picture: what is made on first use is made then.</summary>
    private static async Task WarmUpAsync(IGroundingModel model, CancellationToken cancellationToken)
    {
        const int Side = 32;
        byte[] grey = new byte[Side * Side * 3];
        Array.Fill(grey, (byte)128);
        IOpenedImage image = await model.OpenImageAsync(RgbImage.FromPixels(grey, Side, Side), cancellationToken).ConfigureAwait(false);
        await image.AskAsync("Describe the image.", new AskOptions { MaximumNewTokens = 4 }, cancellationToken).ConfigureAwait(false);
    }

    private Task<IGroundingModel>? StopLoading()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                _stopping.Cancel();
            }

            return _loading;
        }
    }

    private bool BeginDispose(out Task<IGroundingModel>? loading)
    {
        lock (_gate)
        {
            loading = _loading;
            if (_disposed)
            {
                return false;
            }

            _stopping.Cancel();
            _disposed = true;
            return true;
        }
    }

    /// <summary>Keeps the last report, on the thread that makes it.</summary>
    private sealed class Latest(ModelLoader loader) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => Volatile.Write(ref loader._progress, value);
    }

    private static void Unload(Task<IGroundingModel> loading)
    {
        if (loading.IsCompletedSuccessfully)
        {
            loading.Result.Dispose();
        }
    }

    private static string ReasonOf(Exception? exception) => exception switch
    {
        BundleException => "The model bundle cannot be used; the host's log says why.",
        OptionsValidationException => "The model's options are not valid; the host's log says why.",
        InvalidOperationException => "The accelerator that was asked for is not to be had; the host's log says why.",
        _ => "The model could not be loaded; the host's log says why.",
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "The vision model could not be loaded; it is tried again in {Seconds} s.")]
    private static partial void LogFailure(ILogger logger, double seconds, Exception exception);
}
