using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>Where graphs run.</summary>
/// <param name="Cuda">Whether CUDA is wanted.</param>
/// <param name="DeviceId">The CUDA device's number.</param>
/// <param name="Threads">Threads of one run on the CPU; 0 decides by the graph's size.</param>
internal sealed record DeviceSettings(CudaUse Cuda, int DeviceId, int Threads)
{
    /// <summary>Told of each graph that is loaded.</summary>
    public IProgress<WorkProgress>? Progress { get; init; }

    /// <summary>Runs a bundle that is laid out for the CPU on CUDA all the same, in fp32.</summary>
    public bool CudaForAnyLayout { get; init; }

    /// <summary>Whether a decoder of 4 bits runs with <see cref="Kernels.BlockProductOperator"/>, where the processor can.</summary>
    public bool OwnProducts { get; init; } = true;

    /// <summary>Has the last word on the settings of each graph.</summary>
    public Action<string, SessionOptions>? AdjustSettings { get; init; }
}

/// <summary>Whether CUDA is wanted.</summary>
internal enum CudaUse
{
    Never,

    WherePossible,

    Demanded,
}
