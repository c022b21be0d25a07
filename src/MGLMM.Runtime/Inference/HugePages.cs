using System.Runtime.InteropServices;

namespace MGLMM.Runtime.Inference;

/// <summary>Asks Linux for pages of 2 MiB, where it gives them on request: touching gigabytes for the first time costs a fault a page, which is seconds with those of 4 KiB.</summary>
internal static unsafe partial class HugePages
{
    /// <summary>Where such a page begins.</summary>
    public const nuint Size = 2u << 20;

    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>Asks for them. Where there are none, nothing changes.</summary>
    public static void Advise(void* pointer, nuint bytes)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            _ = Advise(pointer, bytes, Advice);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system without it has pages all the same.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* pointer, nuint length, int advice);
}
