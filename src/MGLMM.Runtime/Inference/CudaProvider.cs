using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>How ONNX Runtime's CUDA provider is set up.</summary>
internal static class CudaProvider
{
    /// <summary>Adds the provider to the settings of a session.</summary>
    /// <param name="settings">Of the session.</param>
    /// <param name="device">The device's number.</param>
    /// <param name="changes">Options of the provider to set in another way, for measurements.</param>
    /// <exception cref="OnnxRuntimeException">The provider cannot be loaded, or there is no such device.</exception>
    public static void Append(SessionOptions settings, int device, IReadOnlyDictionary<string, string>? changes = null)
    {
        Dictionary<string, string> options = new(StringComparer.Ordinal)
        {
            ["device_id"] = device.ToString(CultureInfo.InvariantCulture),

            // What computes in fp32 does so because it needs to; TF32 would keep 10 bits of each factor.
            ["use_tf32"] = "0",

            // Trying every kernel of every convolution takes seconds of the first picture; there are a handful of convolutions in all.
            ["cudnn_conv_algo_search"] = "HEURISTIC",

            // Doubling would take up to twice the memory of the weights.
            ["arena_extend_strategy"] = "kSameAsRequested",
        };
        foreach ((string name, string value) in changes ?? new Dictionary<string, string>())
        {
            options[name] = value;
        }

        using OrtCUDAProviderOptions provider = new();
        provider.UpdateOptions(options);
        settings.AppendExecutionProvider_CUDA(provider);
    }
}
