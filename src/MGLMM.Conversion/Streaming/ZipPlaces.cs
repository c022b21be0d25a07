using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Torch;

namespace MGLMM.Conversion.Streaming;

/// <summary>
/// Where the data of a zip file's entries begins, by where their local headers begin: what an outline counts from, against what the file itself says.
/// </summary>
internal sealed class ZipPlaces
{
    private readonly long[] _headers;
    private readonly long[] _data;

    private ZipPlaces(long[] headers, long[] data)
    {
        _headers = headers;
        _data = data;
    }

    /// <summary>Reads the places out of a file that is there; null for a file that is no zip, whose outline knew them already.</summary>
    public static ZipPlaces? Read(MappedFile file)
    {
        Span<byte> start = stackalloc byte[2];
        if (file.Length < start.Length)
        {
            return null;
        }

        file.Read(0, start);
        if (!start.SequenceEqual("PK"u8))
        {
            return null;
        }

        IReadOnlyDictionary<string, StoredZipEntry> outline = StoredZipDirectory.Read(new Outline(file)).Entries;
        (long Header, long Data)[] places = StoredZipDirectory.Read(file).Entries.Values
            .Select(entry => (Header: outline[entry.Name].Offset, Data: entry.Offset)).OrderBy(place => place.Header).ToArray();
        return new ZipPlaces([.. places.Select(place => place.Header)], [.. places.Select(place => place.Data)]);
    }

    /// <summary>The true place of a byte that an outline counts from its entry's header.</summary>
    public long Locate(long offset)
    {
        int index = Array.BinarySearch(_headers, offset);
        index = index >= 0 ? index : ~index - 1;
        return offset - _headers[index] + _data[index];
    }

    /// <summary>The same file seen as one of which only the header is there.</summary>
    private sealed class Outline(MappedFile file) : MappedFile(file.Name, file.Length)
    {
        public override bool IsOutline => true;

        public override void Read(long offset, Span<byte> destination) => file.Read(offset, destination);

        public override MappedWindow Map(long offset, long length) => throw new NotSupportedException();

        public override void Dispose()
        {
        }
    }
}
