using MGLMM.Runtime.Bundles;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>The ONNX Runtime sessions of a bundle on one device. Thread-safe; disposal must not overlap with runs.</summary>
internal sealed partial class ModelSessions : IDisposable
{
    private ModelSessions(
        InferenceSession globalEncoder, InferenceSession decoder, InferenceSession groundingEncoder, InferenceSession maskDecoder, RegionSessions? region, bool onCuda)
    {
        Region = region;
        GlobalEncoder = globalEncoder;
        Decoder = decoder;
        GroundingEncoder = groundingEncoder;
        MaskDecoder = maskDecoder;
        OnCuda = onCuda;
    }

    public InferenceSession GlobalEncoder { get; }

    public InferenceSession Decoder { get; }

    public InferenceSession GroundingEncoder { get; }

    public InferenceSession MaskDecoder { get; }

    /// <summary>The region encoder's two graphs; null where the bundle has none.</summary>
    public RegionSessions? Region { get; }

    /// <summary>Whether the sessions run on CUDA; false means the CPU.</summary>
    public bool OnCuda { get; }

    /// <summary>Loads the graphs of a verified bundle.</summary>
    /// <exception cref="BundleException">A graph does not load.</exception>
    /// <exception cref="InvalidOperationException">CUDA was demanded and is not to be had.</exception>
    public static ModelSessions Load(ModelBundle bundle, DeviceSettings device, ILogger logger, CancellationToken cancellationToken)
    {
        BundleManifest manifest = bundle.Manifest;
        bool onCuda = ChooseCuda(manifest, device, logger);
        List<InferenceSession> sessions = new();
        try
        {
            foreach (string graph in (string[])[manifest.GlobalEncoder.Graph, manifest.Decoder.Graph, manifest.GroundingEncoder.Graph, manifest.MaskDecoder.Graph])
            {
                cancellationToken.ThrowIfCancellationRequested();
                sessions.Add(Create(bundle, graph, device, onCuda, isDecoder: graph == manifest.Decoder.Graph));
            }

            // Only questions with boxes need it, so it is loaded with the first of them.
            RegionSessions? region = manifest.RegionEncoder is { } encoder
                ? new RegionSessions(
                    () => Create(bundle, encoder.PyramidGraph, device, onCuda, isDecoder: false, keepsMemory: false), () => Create(bundle, encoder.Graph, device, onCuda, isDecoder: false, keepsMemory: false))
                : null;
            return new ModelSessions(sessions[0], sessions[1], sessions[2], sessions[3], region, onCuda);
        }
        catch
        {
            sessions.ForEach(session => session.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
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

    private static InferenceSession Create(ModelBundle bundle, string graph, DeviceSettings device, bool onCuda, bool isDecoder, bool keepsMemory = true)
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

            device.AdjustSettings?.Invoke(graph, settings);

            return new InferenceSession(bundle.PathOf(graph), settings);
        }
        catch (OnnxRuntimeException exception)
        {
            throw new BundleException($"ONNX Runtime does not load '{graph}' of the bundle '{bundle.Folder}': {exception.Message}", exception);
        }
    }

    private static long WeightBytes(ModelBundle bundle, string graph)
    {
        // The converter writes a graph's weights beside it; a bundle of another origin may have them inside.
        FileInfo data = new(bundle.PathOf(graph) + ".data");
        return data.Exists ? data.Length : new FileInfo(bundle.PathOf(graph)).Length;
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

        LogFallback(logger, manifest.Name, obstacle);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Model} runs on the CPU: {Obstacle}.")]
    private static partial void LogFallback(ILogger logger, string model, string obstacle);
}
