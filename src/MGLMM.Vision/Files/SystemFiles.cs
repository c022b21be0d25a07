using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MGLMM.Vision.Files;

/// <summary>The calls of the operating system that .NET has no words for, and their numbers.</summary>
internal static partial class SystemFiles
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;

    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockWithoutWaiting = 4;

    private static readonly bool IsApple = OperatingSystem.IsMacOS() || OperatingSystem.IsIOS();

    // Linux numbers these two differently on Arm (and on POWER).
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Armv6 or Architecture.Ppc64le;

    /// <summary>Whether <see cref="OpenAt(SafeHandle, string, int)"/> and <see cref="Lock"/> may be called here.</summary>
    public static bool AreKnown { get; } = OperatingSystem.IsLinux() || IsApple;

    public static int NoLinks { get; } = IsApple ? 0x100 : IsArm ? 0x8000 : 0x2_0000;

    public static int OnlyFolders { get; } = IsApple ? 0x10_0000 : IsArm ? 0x4000 : 0x1_0000;

    public static int WithoutWaiting { get; } = IsApple ? 0x4 : 0x800;

    public static int NotInherited { get; } = IsApple ? 0x100_0000 : 0x8_0000;

    public static int NoSuchEntry => 2;

    public static int NotPermitted => 1;

    public static int AccessDenied => 13;

    public static int WouldBlock { get; } = IsApple ? 35 : 11;

    /// <summary>Opens what is at a path. No mode is passed, so nothing can be created.</summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle Open(string path, int flags);

    /// <summary>Opens what is at a name in an open folder.</summary>
    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle OpenAt(SafeHandle folder, string name, int flags);

    /// <summary>Locks an open file, as .NET does where a file is shared with nobody.</summary>
    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(SafeHandle file, int operation);
}
