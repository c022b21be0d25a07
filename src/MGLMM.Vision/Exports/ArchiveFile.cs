using System.IO.Compression;

namespace MGLMM.Vision.Exports;

/// <summary>Zip archives that come out the same for the same content.</summary>
internal static class ArchiveFile
{
    // The earliest time that the format can hold.
    private static readonly DateTimeOffset Epoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Of(long maximumBytes, IEnumerable<(string Name, byte[] Content)> files)
    {
        using LimitedStream stream = new(maximumBytes);
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                // A PNG is compressed already.
                CompressionLevel level = name.EndsWith(".png", StringComparison.Ordinal) ? CompressionLevel.NoCompression : CompressionLevel.Optimal;
                ZipArchiveEntry entry = archive.CreateEntry(name, level);
                entry.LastWriteTime = Epoch;
                using Stream target = entry.Open();
                target.Write(content);
            }
        }

        return stream.ToArray();
    }
}
