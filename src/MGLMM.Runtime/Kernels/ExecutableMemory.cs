using System.Runtime.InteropServices;

namespace MGLMM.Runtime.Kernels;

/// <summary>Memory for machine code that is made while the program runs. It is written first and executable then, never both, and stays as long as the process.</summary>
internal static unsafe partial class ExecutableMemory
{
    /// <summary>Places code; null where the system has no such memory to give.</summary>
    public static void* Place(ReadOnlySpan<byte> code)
    {
        try
        {
            return OperatingSystem.IsLinux() ? OnLinux(code) : OperatingSystem.IsWindows() ? OnWindows(code) : null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    private static void* OnLinux(ReadOnlySpan<byte> code)
    {
        const int ReadWrite = 1 | 2;
        const int ReadExecute = 1 | 4;
        const int PrivateAnonymous = 2 | 32;
        nuint length = (nuint)code.Length;
        void* memory = Map(null, length, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)memory == -1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(memory, code.Length));
        if (Protect(memory, length, ReadExecute) == 0)
        {
            return memory;
        }

        _ = Unmap(memory, length);
        return null;
    }

    private static void* OnWindows(ReadOnlySpan<byte> code)
    {
        const uint CommitReserve = 0x3000;
        const uint ReadWrite = 4;
        const uint ExecuteRead = 0x20;
        const uint Release = 0x8000;
        nuint length = (nuint)code.Length;
        void* memory = Allocate(null, length, CommitReserve, ReadWrite);
        if (memory is null)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(memory, code.Length));
        if (Protect(memory, length, ExecuteRead, out _) != 0 && Flush(-1, memory, length) != 0)
        {
            return memory;
        }

        _ = Free(memory, 0, Release);
        return null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("kernel32", EntryPoint = "VirtualAlloc")]
    private static partial void* Allocate(void* address, nuint length, uint kind, uint protection);

    [LibraryImport("kernel32", EntryPoint = "VirtualProtect")]
    private static partial int Protect(void* address, nuint length, uint protection, out uint before);

    [LibraryImport("kernel32", EntryPoint = "VirtualFree")]
    private static partial int Free(void* address, nuint length, uint kind);

    [LibraryImport("kernel32", EntryPoint = "FlushInstructionCache")]
    private static partial int Flush(nint process, void* address, nuint length);
}
