using System.Runtime.ExceptionServices;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Kernels;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>The ONNX Runtime sessions of a bundle on one device. Thread-safe; disposal must not overlap with runs.</summary>
internal sealed partial class ModelSessions : IDisposable
{
    private const string LoadingGraphs = "loading the model";

    private const string Graphs = "graphs";

    private readonly CancellationTokenSource _ending = new();
    private Task _loading = Task.CompletedTask;

    private ModelSessions(BundleManifest manifest, Func<string, bool, LoadedGraph> create, bool mapsDecoder, bool keepsEncoders, RegionSessions? region, bool onCuda)
    {
        GlobalEncoder = new GraphSession(() => create(manifest.GlobalEncoder.Graph, false), keepsEncoders);
        Decoder = new GraphSession(() => create(manifest.Decoder.Graph, true), isKept: true) { IsMapped = mapsDecoder };
        GroundingEncoder = new GraphSession(() => create(manifest.GroundingEncoder.Graph, false), keepsEncoders);
        MaskDecoder = new GraphSession(() => create(manifest.MaskDecoder.Graph, false), isKept: true);
        Region = region;
        OnCuda = onCuda;
    }

    public GraphSession GlobalEncoder { get; }

    public GraphSession Decoder { get; }

    public GraphSession GroundingEncoder { get; }

    public GraphSession MaskDecoder { get; }

    /// <summary>The region encoder's two graphs; null where the bundle has none.</summary>
    public RegionSessions? Region { get; }

    /// <summary>Whether the sessions run on CUDA; false means the CPU.</summary>
    public bool OnCuda { get; }

    /// <summary>Whether all graphs that stay are loaded.</summary>
    public bool IsLoaded => Kept.All(graph => graph.IsLoaded);

    // In the order in which an answer needs them.
    private GraphSession[] Kept => [.. ((GraphSession[])[GlobalEncoder, Decoder, GroundingEncoder, MaskDecoder]).Where(graph => graph.IsKept)];

    /// <summary>The graphs of a verified bundle, none of them loaded yet.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <param name="packed">The bundle's packed graphs; null where there are none.</param>
    /// <param name="device">Where the graphs run.</param>
    /// <param name="keepsEncoders">Whether the encoders of pictures stay loaded.</param>
    /// <param name="logger">Told why CUDA is not used.</param>
    /// <exception cref="InvalidOperationException">CUDA was demanded and is not to be had.</exception>
    public static ModelSessions Of(ModelBundle bundle, PackedGraphs? packed, DeviceSettings device, bool keepsEncoders, ILogger logger)
    {
        BundleManifest manifest = bundle.Manifest;
        bool onCuda = ChooseCuda(manifest, device, logger);
        packed = onCuda ? null : packed;
        if (!onCuda && device.OwnProducts && BlockProductOperator.IsSupported)
        {
            BlockProductOperator.Prepare();
        }

        // Only questions with boxes need it, so it is loaded with the first of them.
        RegionSessions? region = manifest.RegionEncoder is { } encoder
            ? new RegionSessions(
                () => Create(bundle, null, encoder.PyramidGraph, device, onCuda, isDecoder: false, keepsMemory: false),
                () => Create(bundle, null, encoder.Graph, device, onCuda, isDecoder: false, keepsMemory: false))
            : null;

        // What ONNX Runtime packed it packs again, to compare.
        string decoder = manifest.Decoder.Graph;
        bool mapsDecoder = device.OwnProducts && packed?.PathOf(decoder) is not null && packed.HasOwnProducts(decoder);
        return new ModelSessions(manifest, (graph, isDecoder) => Create(bundle, packed, graph, device, onCuda, isDecoder), mapsDecoder, keepsEncoders, region, onCuda);
    }

    /// <summary>Begins to load the graphs that stay. What does not load is told to whoever needs it.</summary>
    public void LoadInBackground(IProgress<WorkProgress>? progress)
    {
        _loading = Task.Factory.StartNew(() => Load(progress, _ending.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _ = _loading.ContinueWith(static task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>Loads the graphs that stay, side by side.</summary>
    /// <param name="progress">Told of each.</param>
    /// <param name="cancellationToken">Observed before each.</param>
    /// <exception cref="BundleException">A graph does not load.</exception>
    public void Load(IProgress<WorkProgress>? progress, CancellationToken cancellationToken)
    {
        GraphSession[] graphs = Kept;
        int loaded = 0;
        Lock reporting = new();
        progress?.Report(new WorkProgress(LoadingGraphs, 0, graphs.Length, Graphs));
        try
        {
            Parallel.For(0, graphs.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken }, index =>
            {
                graphs[index].Acquire(cancellationToken).Dispose();
                lock (reporting)
                {
                    progress?.Report(new WorkProgress(LoadingGraphs, ++loaded, graphs.Length, Graphs));
                }
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions is [Exception first, ..])
        {
            // Of several graphs that fail, the first one's fault tells what to do.
            ExceptionDispatchInfo.Throw(first);
        }
    }

    /// <summary>
    /// Writes a graph with its weights in the order in which this processor reads them: with products of our own where it has such, otherwise as ONNX Runtime has it once loaded and optimised.
    /// </summary>
    /// <returns>The most bits of a weight in its products of our own; null where it has none.</returns>
    /// <exception cref="BundleException">The graph does not load.</exception>
    public static int? Pack(ModelBundle bundle, string graph, string target, CancellationToken cancellationToken)
    {
        try
        {
            if (BlockProductOperator.IsSupported && BlockGraph.Write(bundle.PathOf(graph), target, cancellationToken) is { } bits)
            {
                // What does not load must be found now, not at the next start.
                using SessionOptions settings = Settings(0, WeightBytes(bundle, graph), isDecoder: true);
                BlockProductOperator.AddTo(settings);
                new InferenceSession(target, settings).Dispose();
                return bits;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or OnnxRuntimeException or InvalidOperationException)
        {
            throw new BundleException($"'{graph}' of the bundle '{bundle.Folder}' cannot be packed: {exception.Message}", exception);
        }

        DeviceSettings device = new(CudaUse.Never, 0, 0)
        {
            AdjustSettings = (_, settings) => SavePacked(settings, target),
        };
        Create(bundle, null, graph, device, onCuda: false, isDecoder: graph == bundle.Manifest.Decoder.Graph).Dispose();
        return null;
    }

    /// <summary>Has a session write its graph as it is once loaded.</summary>
    internal static void SavePacked(SessionOptions settings, string target)
    {
        settings.OptimizedModelFilePath = target;
        settings.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", Path.GetFileName(target) + ".data");

        // ONNX Runtime lays out at page boundaries what is larger than 1 MiB, and the rest anywhere, from where its kernels' aligned reads crash. Smaller
        // weights stay in the graph itself; they cost nothing to pack.
        settings.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "2097152");
        settings.AddSessionConfigEntry("session.save_external_prepacked_constant_initializers", "1");
    }

    /// <summary>Bytes of a graph's weights.</summary>
    public static long WeightBytes(ModelBundle bundle, string graph)
    {
        // The converter writes a graph's weights beside it; a bundle of another origin may have them inside.
        FileInfo data = new(bundle.PathOf(graph) + ".data");
        return data.Exists ? data.Length : new FileInfo(bundle.PathOf(graph)).Length;
    }

    public void Dispose()
    {
        _ending.Cancel();
        ((IAsyncResult)_loading).AsyncWaitHandle.WaitOne();
        _ending.Dispose();
        GlobalEncoder.Dispose();
        Decoder.Dispose();
        GroundingEncoder.Dispose();
        MaskDecoder.Dispose();
        Region?.Dispose();
    }

    /// <summary>What every graph is loaded with, apart from the device. The caller disposes it.</summary>
    internal static SessionOptions Settings(int threads, long weightBytes, bool isDecoder, bool keepsMemory = true)
    {
        SessionOptions settings = new()
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,

            // Shapes change from run to run; a pattern per shape would only pile up.
            EnableMemoryPattern = false,
            IntraOpNumThreads = ThreadCount.For(threads, weightBytes),
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        if (!keepsMemory)
        {
            // Seldom run and large: what it needs on the way goes back at once, and weights that are read once a run are not kept twice.
            settings.EnableCpuMemArena = false;
            settings.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        // Only the decoder runs in quick succession; threads of the others that spin after a run would take its cores.
        settings.AddSessionConfigEntry("session.intra_op.allow_spinning", isDecoder ? "1" : "0");
        return settings;
    }

    /// <summary>Loads a graph, however long ago the bundle was opened.</summary>
    private static LoadedGraph Create(ModelBundle bundle, PackedGraphs? packed, string graph, DeviceSettings device, bool onCuda, bool isDecoder, bool keepsMemory = true)
    {
        // Before, so that what another bundle lacks or has otherwise is not told as damage; behind, for one that came meanwhile.
        bundle.RequireUnchanged();
        LoadedGraph loaded = CreateSession(bundle, packed, graph, device, onCuda, isDecoder, keepsMemory);
        try
        {
            bundle.RequireUnchanged();
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    private static LoadedGraph CreateSession(ModelBundle bundle, PackedGraphs? packed, string graph, DeviceSettings device, bool onCuda, bool isDecoder, bool keepsMemory)
    {
        using SessionOptions settings = Settings(device.Threads, WeightBytes(bundle, graph), isDecoder, keepsMemory);
        try
        {
            if (onCuda)
            {
                settings.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
                settings.AddSessionConfigEntry("ep.cuda.fpa_intb_gemm", "1");
                CudaProvider.Append(settings, device.DeviceId);
            }

            if (packed?.PathOf(graph) is { } path && (device.OwnProducts || !packed.HasOwnProducts(graph)))
            {
                if (packed.HasOwnProducts(graph))
                {
                    BlockProductOperator.AddTo(settings);
                }
                else
                {
                    // It was optimised for this very machine when it was written.
                    settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
                }

                device.AdjustSettings?.Invoke(graph, settings);
                return new LoadedGraph(new InferenceSession(path, settings), []);
            }

            device.AdjustSettings?.Invoke(graph, settings);
            if (keepsMemory && !onCuda && device.OwnProducts && BlockProductOperator.IsSupported && BlockGraph.Load(bundle.PathOf(graph), settings) is { } own)
            {
                return own;
            }

            return new LoadedGraph(new InferenceSession(bundle.PathOf(graph), settings), []);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            throw new BundleException($"'{graph}' of the bundle '{bundle.Folder}' cannot be loaded: {exception.Message}", exception);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new BundleException($"ONNX Runtime does not load '{graph}' of the bundle '{bundle.Folder}': {exception.Message}", exception);
        }
    }

    private static bool ChooseCuda(BundleManifest manifest, DeviceSettings device, ILogger logger)
    {
        if (device.Cuda == CudaUse.Never)
        {
            return false;
        }

        string? obstacle = null;
        if (manifest.Accelerator != "cuda" && !device.CudaForAnyLayout)
        {
            obstacle = "the bundle is laid out for the CPU; convert it with '--accelerator cuda'";
        }
        else if (!OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider"))
        {
            obstacle = "the native ONNX Runtime of this application has no CUDA provider; build it with '-p:MglmmAccelerator=cuda'";
        }
        else if (CudaLibraries.Missing() is { Count: > 0 } missing)
        {
            // ONNX Runtime would print a line of its own and name the first one only.
            obstacle = $"{string.Join(", ", missing)} cannot be loaded; install {CudaLibraries.Needed} and put their folders where the system looks for libraries (LD_LIBRARY_PATH, PATH on Windows)";
        }
        else
        {
            try
            {
                using SessionOptions probe = new();
                CudaProvider.Append(probe, device.DeviceId);
            }
            catch (OnnxRuntimeException exception)
            {
                obstacle = $"CUDA device {device.DeviceId} cannot be used: {exception.Message}";
            }
        }

        if (obstacle is null)
        {
            return true;
        }

        if (device.Cuda == CudaUse.Demanded)
        {
            throw new InvalidOperationException($"CUDA was asked for, but {obstacle}.");
        }

        // A bundle for CUDA was converted to run there: whoever runs it should hear that it does not.
        LogFallback(logger, manifest.Accelerator == "cuda" ? LogLevel.Warning : LogLevel.Information, manifest.Name, obstacle);
        return false;
    }

    [LoggerMessage(Message = "Model {Model} runs on the CPU: {Obstacle}.")]
    private static partial void LogFallback(ILogger logger, LogLevel level, string model, string obstacle);
}
