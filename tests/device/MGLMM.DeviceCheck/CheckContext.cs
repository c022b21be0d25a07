using MGLMM.Runtime.Inference;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.DeviceCheck;

/// <summary>Where a step runs and what it may use.</summary>
/// <param name="Cpu">On the CPU and at small sizes.</param>
/// <param name="Data">Folder of the oracles, the checkpoint and the pictures.</param>
/// <param name="Layers">Layers of decoders that are made.</param>
/// <param name="Only">A part of the names of the variants to run; empty runs all.</param>
internal sealed record CheckContext(bool Cpu, string Data, int Layers, string Only)
{
    /// <summary>Whether a variant was asked for.</summary>
    public bool Wants(string variant) => variant.Contains(Only, StringComparison.OrdinalIgnoreCase);

    /// <summary>A folder that is deleted with the result.</summary>
    public static TemporaryFolder NewFolder() => new();

    /// <summary>Loads a graph as the engine does.</summary>
    /// <param name="graph">Its file.</param>
    /// <param name="isDecoder">Whether it is the decoder's.</param>
    /// <param name="provider">Options of the CUDA provider to set in another way.</param>
    /// <param name="adjust">Has the last word on the settings.</param>
    public InferenceSession Load(string graph, bool isDecoder, IReadOnlyDictionary<string, string>? provider = null, Action<SessionOptions>? adjust = null)
    {
        using SessionOptions settings = ModelSessions.Settings(0, long.MaxValue, isDecoder);
        if (!Cpu)
        {
            settings.AddSessionConfigEntry("session.use_device_allocator_for_initializers", "1");
            CudaProvider.Append(settings, 0, provider);
        }

        adjust?.Invoke(settings);
        return new InferenceSession(graph, settings);
    }

    internal sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("mglmm-device-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
