using System.Diagnostics;

namespace MGLMM.Samples.Cluster;

/// <summary>A disk of a few megabytes in memory, that can be filled to the last byte. Needs Linux and root.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _ballast;

    private SmallDisk(string folder)
    {
        Folder = folder;
        _ballast = Path.Combine(folder, "ballast");
    }

    public string Folder { get; }

    public static SmallDisk Mount(int megabytes)
    {
        SmallDisk disk = new(Directory.CreateTempSubdirectory("mglmm-disk-").FullName);
        Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "mglmm", disk.Folder);
        return disk;
    }

    /// <summary>Writes until no byte is free.</summary>
    public void Fill()
    {
        byte[] block = new byte[1 << 20];
        using FileStream stream = new(_ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int size = block.Length; size > 0;)
        {
            try
            {
                stream.Write(block, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Free() => File.Delete(_ballast);

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        Directory.Delete(Folder);
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' failed: {error.Trim()}. A disk in memory needs Linux and root.");
        }
    }
}
