namespace MGLMM.Vision.Files;

/// <summary>Tells a disk without room from other faults.</summary>
internal static class DiskFull
{
    private const int NoSpaceUnix = 28;
    private const int QuotaLinux = 122;
    private const int QuotaApple = 69;
    private const int DiskFullWindows = 112;
    private const int HandleDiskFullWindows = 39;

    public static bool Is(IOException exception)
    {
        int code = exception.HResult & 0xFFFF;
        return OperatingSystem.IsWindows() ? code is DiskFullWindows or HandleDiskFullWindows
            : code == NoSpaceUnix || code == (OperatingSystem.IsLinux() ? QuotaLinux : QuotaApple);
    }
}
