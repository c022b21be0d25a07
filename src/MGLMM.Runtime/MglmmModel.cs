using MGLMM.Imaging;
using MGLMM.Runtime.Answers;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Caching;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Kernels;
using MGLMM.Runtime.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.Tokenizers;

namespace MGLMM.Runtime;

/// <summary>
/// A loaded model. Load it once and share it: all members are thread-safe, and many pictures may be asked at once. What a
/// picture has cost is kept within <see cref="ModelOptions.ImageCacheBytes"/>, by content, for as long as the model lives.
/// Disposing it refuses new requests at once; its memory goes when the last request under way has ended.
/// </summary>
public sealed partial class MglmmModel : IGroundingModel
{
    private const long LeastCacheBytes = 512L << 20;

    private readonly Lock _sync = new();
    private readonly ModelSessions _sessions;
    private readonly TokenEmbeddings _embeddings;
    private readonly LanguageDecoder _decoder;
    private int _uses;
    private bool _disposed;

    private MglmmModel(ModelBundle bundle, ModelOptions options, ModelSessions sessions, TokenEmbeddings embeddings, GroundingTokenizer tokenizer)
    {
        Bundle = bundle;
        Options = options;
        _sessions = sessions;
        _embeddings = embeddings;
        GroundingTokenizer = tokenizer;
        Tokenizer = new ModelTokenizer(tokenizer);
        _decoder = new LanguageDecoder(sessions, bundle.Manifest, embeddings, options.DeviceId, options.MaximumDraftTokens);
        Vision = new VisionEncoders(sessions, bundle.Manifest);
        long cacheBytes = options.ImageCacheBytes ?? Math.Max(LeastCacheBytes, 2 * bundle.Manifest.Decoder.MaximumLength * _decoder.BytesPerPosition);
        Store = new ImageStateStore(cacheBytes);
        Sharing = new StepSharing(_decoder, Math.Min(options.MaximumSharedSequences, options.MaximumConcurrentRequests), cacheBytes);
        Queue = new RequestQueue(
            options.MaximumConcurrentRequests, options.MaximumQueuedRequests, options.MaximumConcurrentRequestsPerRequester, options.MaximumQueuedRequestsPerRequester, options.LongestQueueWait);
        Generator = new AnswerGenerator(bundle.Manifest, options.MaximumDraftTokens, options.PrefillChunk, tokenizer, Vision, _decoder, Sharing, Store);
        Card = bundle.Manifest.ToCard(options.ImageLimits) with { Fingerprint = bundle.Fingerprint };
    }

    /// <summary>What the bundle says about the model.</summary>
    public BundleManifest Manifest => Bundle.Manifest;

    /// <summary>The bundle that was loaded.</summary>
    public ModelBundle Bundle { get; }

    /// <summary>The options it was loaded with.</summary>
    public ModelOptions Options { get; }

    /// <inheritdoc/>
    public ModelCard Card { get; }

    /// <inheritdoc/>
    public ModelStatus Status
    {
        get
        {
            lock (_sync)
            {
                return _disposed ? new ModelStatus(ModelState.Stopped, "The model was unloaded.")
                    : _sessions.IsLoaded ? new ModelStatus(ModelState.Ready, "The model is ready.", Manifest.Name)
                    : new ModelStatus(ModelState.Ready, "The model takes questions; what is not loaded yet is loaded for them.", Manifest.Name);
            }
        }
    }

    /// <summary>The model's own wordings of each task.</summary>
    public InstructionTemplates Instructions => Card.Instructions;

    /// <summary>
    /// The model's tokenizer, to count and to cut text before it is asked: the ids that the official code gives, begin-of-sequence first, each with its place in
    /// the text. It stays usable when the model is unloaded. Prompts hold more than a text: the template around it, and the picture's positions.
    /// </summary>
    public Tokenizer Tokenizer { get; }

    /// <summary>Whether the model runs on CUDA; false means the CPU.</summary>
    public bool OnCuda => _sessions.OnCuda;

    internal GroundingTokenizer GroundingTokenizer { get; }

    internal LanguageDecoder Decoder => _decoder;

    internal ModelSessions Sessions => _sessions;

    internal VisionEncoders Vision { get; }

    internal ImageStateStore Store { get; }

    internal StepSharing Sharing { get; }

    internal RequestQueue Queue { get; }

    /// <summary>What requests take of the device.</summary>
    internal RequestCosts Costs { get; } = new();

    internal AnswerGenerator Generator { get; }

    /// <summary>Loads a model from a bundle folder.</summary>
    /// <param name="bundleFolder">The folder with <c>mglmm-bundle.json</c>.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="loggerFactory">Null logs nothing.</param>
    /// <param name="cancellationToken">Observed between the steps.</param>
    /// <exception cref="BundleException">The bundle cannot be used; each fault is named.</exception>
    /// <exception cref="InvalidOperationException">CUDA was demanded and is not to be had.</exception>
    public static MglmmModel Load(
        string bundleFolder, ModelOptions? options = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default)
    {
        options ??= new ModelOptions();
        options.Validate();
        ILogger logger = (ILogger?)loggerFactory?.CreateLogger<MglmmModel>() ?? NullLogger.Instance;
        PackedGraphs? packed = options.UsePackedWeights ? PackedGraphs.Find(bundleFolder, BlockProductOperator.Takes) : null;
        if (packed is null && options.UsePackedWeights && PackedGraphs.IsLeft(bundleFolder))
        {
            LogLeftPacked(logger, PackedGraphs.FolderOf(bundleFolder));
        }

        if (packed?.LeftOut is { Count: > 0 } leftOut)
        {
            LogLeftOut(logger, string.Join(", ", leftOut), PackedGraphs.FolderOf(bundleFolder));
        }

        ModelBundle bundle = ModelBundle.Open(bundleFolder, path => options.VerifyHashes && packed?.Stands(path) != true, options.Progress, cancellationToken);
        GroundingTokenizer tokenizer = LoadTokenizer(bundle);
        cancellationToken.ThrowIfCancellationRequested();
        if (MemoryNeed.Shortage(MemoryNeed.Of(bundle, packed), MemoryNeed.Available()) is { } shortage)
        {
            LogShortage(logger, bundle.Manifest.Name, shortage);
        }

        ModelSessions sessions = ModelSessions.Of(bundle, packed, options.Device, options.KeepEncoders, logger);
        TokenEmbeddings? embeddings = null;
        try
        {
            switch (options.GraphLoading)
            {
                case GraphLoading.AtStart:
                    sessions.Load(options.Progress, cancellationToken);
                    break;
                case GraphLoading.InBackground:
                    sessions.LoadInBackground(options.Progress);
                    break;
            }

            embeddings = new TokenEmbeddings(bundle.PathOf(bundle.Manifest.Decoder.Embeddings), bundle.Manifest.Decoder);

            // The tokenizer and these are of the bundle that was opened, too.
            bundle.RequireUnchanged();
            MglmmModel model = new(bundle, options, sessions, embeddings, tokenizer);
            LogLoaded(logger, bundle.Manifest.Name, bundle.Manifest.Precision, sessions.OnCuda ? "CUDA" : "the CPU");
            return model;
        }
        catch
        {
            embeddings?.Dispose();
            sessions.Dispose();
            throw;
        }
    }

    /// <summary>Loads a model without blocking the caller.</summary>
    /// <inheritdoc cref="Load"/>
    public static Task<MglmmModel> LoadAsync(
        string bundleFolder, ModelOptions? options = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Load(bundleFolder, options, loggerFactory, cancellationToken), cancellationToken);

    /// <summary>Opens a picture file (PNG, JPEG or WebP by default). Nothing is computed yet.</summary>
    /// <exception cref="ImageFormatException">The file is no picture that the limits allow, or is damaged.</exception>
    public OpenedImage OpenImage(string path) => OpenImage(ImageDecoder.DecodeFile(path, Options.ImageLimits));

    /// <summary>Opens a picture from a stream, which stays the caller's.</summary>
    /// <exception cref="ImageFormatException">The stream holds no picture that the limits allow, or a damaged one.</exception>
    public OpenedImage OpenImage(Stream stream) => OpenImage(ImageDecoder.Decode(stream, Options.ImageLimits));

    /// <summary>Opens a picture from the bytes of its file.</summary>
    /// <exception cref="ImageFormatException">They are no picture that the limits allow, or a damaged one.</exception>
    public OpenedImage OpenImage(ReadOnlySpan<byte> file) => OpenImage(ImageDecoder.Decode(file, Options.ImageLimits));

    /// <summary>Opens raw RGB pixels from any imaging library.</summary>
    public OpenedImage OpenImage(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new OpenedImage(this, image);
    }

    ValueTask<IOpenedImage> IGroundingModel.OpenImageAsync(RgbImage image, CancellationToken cancellationToken) => ValueTask.FromResult<IOpenedImage>(OpenImage(image));

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;
    }

    /// <summary>Unloads the model, as soon as no request is under way. Further calls do nothing.</summary>
    public void Dispose()
    {
        lock (_sync)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            if (_uses > 0)
            {
                return;
            }
        }

        Unload();
    }

    /// <summary>What the queue has to know of a request, but for its deadline.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="options">Whose request it is, and whether it can wait.</param>
    /// <param name="words">Positions of its prompt beside the picture's.</param>
    /// <param name="newTokens">Tokens of its answer.</param>
    internal RequestTerms TermsOf(RgbImage image, AskOptions options, int words, int newTokens)
    {
        (bool encoded, bool grounded, int cached) = Store.Peek(image.ContentHash);
        int positions = words + Manifest.GlobalEncoder.TokenCount;
        return new RequestTerms(options.Requester)
        {
            IsBackground = options.Priority == AskPriority.Background,
            Cost = Costs.Predict(encoded, grounded, Math.Max(1, positions - cached), newTokens),
        };
    }

    /// <summary>Does ahead what answers about a picture need.</summary>
    internal async Task PrepareAsync(RgbImage image, AskOptions options, CancellationToken cancellationToken)
    {
        using Use use = BeginUse();
        using RequestQueue.Place place = await Queue.EnterAsync(TermsOf(image, options, words: 0, newTokens: 1), cancellationToken).ConfigureAwait(false);
        await AnswerThreads.Shared.RunAsync(
            () =>
            {
                Generator.Prepare(image, options.MaximumNewTokens, options.Progress, place, cancellationToken);
                return true;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps the model loaded until the result is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    internal Use BeginUse()
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _uses++;
        }

        return new Use(this);
    }

    private void EndUse()
    {
        lock (_sync)
        {
            if (--_uses > 0 || !_disposed)
            {
                return;
            }
        }

        Unload();
    }

    private void Unload()
    {
        Store.Dispose();
        Sharing.Dispose();
        _decoder.Dispose();
        _embeddings.Dispose();
        _sessions.Dispose();
    }

    private static GroundingTokenizer LoadTokenizer(ModelBundle bundle)
    {
        try
        {
            return GroundingTokenizer.Load(bundle.PathOf(bundle.Manifest.Tokens.Model), bundle.Manifest.Tokens);
        }
        catch (InvalidDataException exception)
        {
            throw new BundleException($"The tokenizer of the bundle '{bundle.Folder}' cannot be read: {exception.Message}", exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The packed weights in {Folder} are of another version or of another state of the bundle and are not used; run 'mglmm pack' again, or delete them.")]
    private static partial void LogLeftPacked(ILogger logger, string folder);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Graphs}: packed in {Folder} for instructions that this process cannot use (AVX-512 VNNI is switched off, or the system lets no code be made), and taken as converted.")]
    private static partial void LogLeftOut(ILogger logger, string graphs, string folder);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Model {Model} may not fit into memory: {Shortage}")]
    private static partial void LogShortage(ILogger logger, string model, string shortage);

    [LoggerMessage(Level = LogLevel.Information, Message = "Loaded model {Model} ({Precision}) on {Device}.")]
    private static partial void LogLoaded(ILogger logger, string model, string precision, string device);

    /// <summary>A request under way.</summary>
    internal sealed class Use(MglmmModel model) : IDisposable
    {
        private MglmmModel? _model = model;

        public void Dispose() => Interlocked.Exchange(ref _model, null)?.EndUse();
    }
}
