using System.Runtime.InteropServices;

namespace MGLMM.Runtime.Inference;

/// <summary>The libraries that ONNX Runtime's CUDA provider loads.</summary>
internal static class CudaLibraries
{
    /// <summary>Where the libraries come from.</summary>
    public const string Needed = "a driver for CUDA 13, CUDA 13 and cuDNN 9";

    /// <summary>File names on this system.</summary>
    public static IReadOnlyList<string> Names { get; } = OperatingSystem.IsWindows()
        ? ["nvcuda.dll", "cudart64_13.dll", "cublasLt64_13.dll", "cublas64_13.dll", "curand64_10.dll", "cudnn64_9.dll"]
        : ["libcuda.so.1", "libcudart.so.13", "libcublasLt.so.13", "libcublas.so.13", "libcurand.so.10", "libcudnn.so.9"];

    /// <summary>Those of them that cannot be loaded.</summary>
    public static List<string> Missing() => [.. Names.Where(name => !NativeLibrary.TryLoad(name, out _))];
}
