using System.Runtime.InteropServices;

namespace MGLMM.DeviceCheck;

/// <summary>The few calls of CUDA's own library that measuring needs: memory, copies, versions.</summary>
internal static unsafe partial class CudaRuntime
{
    private const string Library = "libcudart.so.13";

    private const int DeviceToDevice = 3;

    /// <summary>From and to wherever the addresses say.</summary>
    private const int AnyDirection = 4;

    public static int RuntimeVersion
    {
        get
        {
            Require(RuntimeGetVersion(out int version), "cudaRuntimeGetVersion");
            return version;
        }
    }

    public static int DriverVersion
    {
        get
        {
            Require(DriverGetVersion(out int version), "cudaDriverGetVersion");
            return version;
        }
    }

    /// <summary>Bytes that are free on the device, and all that it has.</summary>
    public static (long Free, long Total) Memory()
    {
        Require(MemGetInfo(out nuint free, out nuint total), "cudaMemGetInfo");
        return ((long)free, (long)total);
    }

    public static nint Allocate(long bytes)
    {
        Require(Malloc(out nint pointer, (nuint)bytes), "cudaMalloc");
        Require(Memset(pointer, 0, (nuint)bytes), "cudaMemset");
        return pointer;
    }

    public static void Release(nint pointer) => _ = Free(pointer);

    public static void Copy(nint target, nint source, long bytes)
    {
        Require(Memcpy(target, source, (nuint)bytes, AnyDirection), "cudaMemcpy");
        Synchronize();
    }

    /// <summary>Starts a copy within the device.</summary>
    public static void CopyOnDevice(nint target, nint source, long bytes) => Require(MemcpyAsync(target, source, (nuint)bytes, DeviceToDevice, 0), "cudaMemcpyAsync");

    public static void Synchronize() => Require(DeviceSynchronize(), "cudaDeviceSynchronize");

    private static void Require(int error, string call)
    {
        if (error != 0)
        {
            throw new InvalidOperationException($"{call} failed with {error}: {Marshal.PtrToStringUTF8(GetErrorString(error))}");
        }
    }

    [LibraryImport(Library, EntryPoint = "cudaRuntimeGetVersion")]
    private static partial int RuntimeGetVersion(out int version);

    [LibraryImport(Library, EntryPoint = "cudaDriverGetVersion")]
    private static partial int DriverGetVersion(out int version);

    [LibraryImport(Library, EntryPoint = "cudaMemGetInfo")]
    private static partial int MemGetInfo(out nuint free, out nuint total);

    [LibraryImport(Library, EntryPoint = "cudaMalloc")]
    private static partial int Malloc(out nint pointer, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cudaMemset")]
    private static partial int Memset(nint pointer, int value, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cudaFree")]
    private static partial int Free(nint pointer);

    [LibraryImport(Library, EntryPoint = "cudaMemcpy")]
    private static partial int Memcpy(nint target, nint source, nuint bytes, int kind);

    [LibraryImport(Library, EntryPoint = "cudaMemcpyAsync")]
    private static partial int MemcpyAsync(nint target, nint source, nuint bytes, int kind, nint stream);

    [LibraryImport(Library, EntryPoint = "cudaDeviceSynchronize")]
    private static partial int DeviceSynchronize();

    [LibraryImport(Library, EntryPoint = "cudaGetErrorString")]
    private static partial nint GetErrorString(int error);
}
