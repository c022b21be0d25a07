using MGLMM.Hub.Fetching;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>
/// Reads the header of a file that is still on the hub: all names and shapes of a checkpoint are checked before its gigabytes are fetched. What it fetches for
/// that is the beginning of the file's own part. Remembers what it read. Not thread-safe.
/// </summary>
/// <param name="files">The model's files.</param>
/// <param name="file">The file, with its length.</param>
/// <param name="cancellationToken">Ends reads.</param>
internal sealed class RemoteHeader(RepositoryFiles files, HubFile file, CancellationToken cancellationToken)
{
    /// <summary>Headers lie at the beginning or at the end; one request of this size brings most of one.</summary>
    private const int ReadAhead = 512 << 10;

    private readonly List<(long Offset, byte[] Bytes)> _known = [];

    /// <summary>Fills <paramref name="destination"/> from the file.</summary>
    public void Read(long offset, Span<byte> destination)
    {
        if (TryFind(offset, destination))
        {
            return;
        }

        long length = file.Length!.Value;
        long start = Math.Max(0, Math.Min(offset, length - ReadAhead));
        long end = Math.Min(length, Math.Max(offset + destination.Length, start + ReadAhead));
        byte[] bytes = new byte[end - start];
        using (PartFile part = files.OpenPart(file))
        {
            files.FetchRangeAsync(file, part, start, end, cancellationToken).GetAwaiter().GetResult();
            part.Read(start, bytes);
        }

        _known.Add((start, bytes));
        bytes.AsSpan((int)(offset - start), destination.Length).CopyTo(destination);
    }

    /// <summary>Whether the verified file begins and ends as it was read.</summary>
    public bool Matches(Fetching.PartFile part)
    {
        foreach ((long offset, byte[] bytes) in _known)
        {
            byte[] actual = new byte[bytes.Length];
            part.Read(offset, actual);
            if (!actual.AsSpan().SequenceEqual(bytes))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryFind(long offset, Span<byte> destination)
    {
        foreach ((long start, byte[] bytes) in _known)
        {
            if (offset >= start && offset + destination.Length <= start + bytes.Length)
            {
                bytes.AsSpan((int)(offset - start), destination.Length).CopyTo(destination);
                return true;
            }
        }

        return false;
    }
}
