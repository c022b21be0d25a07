using System.Runtime.InteropServices;

namespace MGLMM.Conversion;

/// <summary>Swaps two folders in one step, where the system and its file system have one: there is then no moment without either.</summary>
internal static partial class AtomicExchange
{
    private const int CurrentFolder = -100;

    private const uint Exchange = 2;

    /// <summary>True if the two have changed places; false if that cannot be done here, and nothing has changed.</summary>
    public static bool TrySwap(string one, string other)
    {
        try
        {
            return OperatingSystem.IsLinux() ? RenameAt2(CurrentFolder, one, CurrentFolder, other, Exchange) == 0
                : OperatingSystem.IsMacOS() && RenameX(one, other, Exchange) == 0;
        }
        catch (Exception exception) when (exception is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library from before the call.
            return false;
        }
    }

    // RENAME_EXCHANGE, Linux 3.15 and glibc 2.28: renameat2(2).
    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    // RENAME_SWAP: renamex_np(2).
    [LibraryImport("libc", EntryPoint = "renamex_np", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameX(string from, string to, uint flags);
}
