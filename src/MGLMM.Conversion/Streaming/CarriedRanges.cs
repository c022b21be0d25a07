using System.Buffers.Binary;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Streaming;

/// <summary>
/// What is still needed of a file that was deleted: some of its ranges, in a small file of their own. That there is such a file, even one without
/// ranges, says that the other is done with.
/// </summary>
internal sealed class CarriedRanges : IDisposable
{
    private const int CopyBytes = 4 << 20;

    private readonly MappedFile _file;
    private readonly (long Offset, long Length, long Place)[] _ranges;

    private CarriedRanges(MappedFile file, (long Offset, long Length, long Place)[] ranges)
    {
        _file = file;
        _ranges = ranges;
    }

    private static ReadOnlySpan<byte> Magic => "mglmmcr1"u8;

    /// <summary>Bytes that are carried.</summary>
    public long Length => _ranges.Sum(range => range.Length);

    /// <summary>Writes a file of ranges, complete or not at all.</summary>
    /// <param name="path">The file to make.</param>
    /// <param name="extents">The ranges; they may overlap.</param>
    /// <param name="map">Shows bytes of the file that will be deleted.</param>
    public static unsafe void Write(string path, IEnumerable<(long Offset, long Length)> extents, Func<long, long, MappedWindow> map)
    {
        List<(long Offset, long Length)> ranges = Merge(extents);
        string partial = path + ".partial";
        using (FileStream stream = new(partial, FileMode.Create, FileAccess.Write))
        {
            byte[] header = new byte[Magic.Length + sizeof(int) + (2 * sizeof(long) * ranges.Count)];
            Magic.CopyTo(header);
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(Magic.Length), ranges.Count);
            for (int index = 0; index < ranges.Count; index++)
            {
                Span<byte> place = header.AsSpan(Magic.Length + sizeof(int) + (2 * sizeof(long) * index));
                BinaryPrimitives.WriteInt64LittleEndian(place, ranges[index].Offset);
                BinaryPrimitives.WriteInt64LittleEndian(place[sizeof(long)..], ranges[index].Length);
            }

            stream.Write(header);
            foreach ((long offset, long length) in ranges)
            {
                for (long done = 0L; done < length; done += CopyBytes)
                {
                    int count = (int)Math.Min(CopyBytes, length - done);
                    using MappedWindow window = map(offset + done, count);
                    stream.Write(new ReadOnlySpan<byte>(window.Start, count));
                }
            }

            stream.Flush(flushToDisk: true);
        }

        File.Move(partial, path, overwrite: true);
    }

    /// <summary>Opens a file of ranges.</summary>
    /// <exception cref="ArrivalLostException">It is damaged.</exception>
    public static CarriedRanges Open(string path)
    {
        MappedFile file = MappedFile.Open(path);
        try
        {
            byte[] head = new byte[Magic.Length + sizeof(int)];
            if (file.Length < head.Length)
            {
                throw Damaged(path);
            }

            file.Read(0, head);
            int count = BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(Magic.Length));
            if (!head.AsSpan().StartsWith(Magic) || count < 0 || count > (file.Length - head.Length) / (2 * sizeof(long)))
            {
                throw Damaged(path);
            }

            byte[] table = new byte[2 * sizeof(long) * count];
            file.Read(head.Length, table);
            (long Offset, long Length, long Place)[] ranges = new (long Offset, long Length, long Place)[count];
            long place = (long)head.Length + table.Length;
            for (int index = 0; index < count; index++)
            {
                Span<byte> entry = table.AsSpan(2 * sizeof(long) * index);
                ranges[index] = (BinaryPrimitives.ReadInt64LittleEndian(entry), BinaryPrimitives.ReadInt64LittleEndian(entry[sizeof(long)..]), place);
                place += ranges[index].Length;
            }

            return place == file.Length ? new CarriedRanges(file, ranges) : throw Damaged(path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Shows bytes of the deleted file; null where they were not kept.</summary>
    public MappedWindow? TryMap(long offset, long length)
    {
        foreach ((long Offset, long Length, long Place) range in _ranges)
        {
            if (offset >= range.Offset && offset + length <= range.Offset + range.Length)
            {
                return _file.Map(range.Place + offset - range.Offset, length);
            }
        }

        return null;
    }

    public void Dispose() => _file.Dispose();

    private static List<(long Offset, long Length)> Merge(IEnumerable<(long Offset, long Length)> extents)
    {
        List<(long Offset, long Length)> merged = new();
        foreach ((long offset, long length) in extents.Order())
        {
            if (merged.Count > 0 && merged[^1].Offset + merged[^1].Length > offset)
            {
                (long Offset, long Length) last = merged[^1];
                merged[^1] = (last.Offset, Math.Max(last.Length, offset + length - last.Offset));
            }
            else
            {
                merged.Add((offset, length));
            }
        }

        return merged;
    }

    private static ArrivalLostException Damaged(string path) => new($"'{Path.GetFileName(path)}' is damaged.");
}
