namespace MGLMM.Runtime;

/// <summary>Where the graphs run.</summary>
public enum Accelerator
{
    /// <summary>CUDA where the bundle is laid out for it and the native library and a device are there; else the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>CUDA, or an error that says what is missing.</summary>
    Cuda,
}
