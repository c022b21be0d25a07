using System.Text;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Writes zip files field by field, right or wrong as the test asks.</summary>
internal sealed class StoredZipBuilder
{
    private readonly List<Entry> _entries = [];

    /// <summary>Write saturated 32-bit fields and zip64 records, as for files beyond 4 GB.</summary>
    public bool Zip64 { get; init; }

    /// <summary>General-purpose flags of every entry; bit 3 also leaves the sizes out of the local headers.</summary>
    public ushort Flags { get; init; }

    /// <summary>The compression method that every entry claims.</summary>
    public ushort Method { get; init; }

    /// <summary>Added to the stored size in the directory.</summary>
    public int StoredSizeError { get; init; }

    /// <summary>Added to the size in the local header.</summary>
    public int LocalSizeError { get; init; }

    /// <summary>Added to the local header offsets of all entries but the first.</summary>
    public int OffsetError { get; init; }

    /// <summary>A torch archive of a pickle and storages.</summary>
    public static byte[] Torch(byte[] pickle, params ReadOnlySpan<(string Key, byte[] Bytes)> storages) => new StoredZipBuilder().AddTorch(pickle, storages).Build();

    public StoredZipBuilder AddTorch(byte[] pickle, params ReadOnlySpan<(string Key, byte[] Bytes)> storages)
    {
        Add("m/data.pkl", pickle);
        foreach ((string key, byte[] bytes) in storages)
        {
            Add("m/data/" + key, bytes);
        }

        return Add("m/version", "3\n"u8.ToArray());
    }

    public StoredZipBuilder Add(string name, byte[] bytes)
    {
        _entries.Add(new Entry(Encoding.UTF8.GetBytes(name), bytes));
        return this;
    }

    public byte[] Build()
    {
        MemoryStream stream = new();
        BinaryWriter writer = new(stream);
        List<long> offsets = [];
        foreach (Entry entry in _entries)
        {
            offsets.Add(stream.Position);
            bool hidden = (Flags & 8) != 0;
            uint size = hidden ? 0 : Zip64 ? uint.MaxValue : (uint)(entry.Bytes.Length + LocalSizeError);
            byte[] extra = Zip64 && !hidden ? Extra(entry.Bytes.Length, entry.Bytes.Length) : [];
            writer.Write(0x04034B50u);
            WriteCommon(writer, entry, size, size, extra.Length);
            writer.Write(entry.Name);
            writer.Write(extra);
            writer.Write(entry.Bytes);
        }

        long directory = stream.Position;
        for (int i = 0; i < _entries.Count; i++)
        {
            Entry entry = _entries[i];
            long offset = offsets[i] + (i == 0 ? 0 : OffsetError);
            byte[] extra = Zip64 ? Extra(entry.Bytes.Length, entry.Bytes.Length + StoredSizeError, offset) : [];
            writer.Write(0x02014B50u);
            writer.Write((ushort)45);
            WriteCommon(writer, entry, Zip64 ? uint.MaxValue : (uint)(entry.Bytes.Length + StoredSizeError), Zip64 ? uint.MaxValue : (uint)entry.Bytes.Length, extra.Length);
            writer.Write(0ul);
            writer.Write((ushort)0);
            writer.Write(Zip64 ? uint.MaxValue : (uint)offset);
            writer.Write(entry.Name);
            writer.Write(extra);
        }

        long end = stream.Position;
        if (Zip64)
        {
            writer.Write(0x06064B50u);
            writer.Write(44ul);
            writer.Write((ushort)45);
            writer.Write((ushort)45);
            writer.Write(0ul);
            writer.Write((ulong)_entries.Count);
            writer.Write((ulong)_entries.Count);
            writer.Write((ulong)(end - directory));
            writer.Write((ulong)directory);
            writer.Write(0x07064B50u);
            writer.Write(0u);
            writer.Write((ulong)end);
            writer.Write(1u);
        }

        ushort count = Zip64 ? ushort.MaxValue : (ushort)_entries.Count;
        writer.Write(0x06054B50u);
        writer.Write(0u);
        writer.Write(count);
        writer.Write(count);
        writer.Write(Zip64 ? uint.MaxValue : (uint)(end - directory));
        writer.Write(Zip64 ? uint.MaxValue : (uint)directory);
        writer.Write((ushort)0);
        return stream.ToArray();
    }

    private static byte[] Extra(params ReadOnlySpan<long> values)
    {
        MemoryStream stream = new();
        BinaryWriter writer = new(stream);
        writer.Write((ushort)1);
        writer.Write((ushort)(values.Length * 8));
        foreach (long value in values)
        {
            writer.Write(value);
        }

        return stream.ToArray();
    }

    // The fields that local and central headers share, from "version needed" to "extra field length".
    private void WriteCommon(BinaryWriter writer, Entry entry, uint stored, uint size, int extraLength)
    {
        writer.Write((ushort)45);
        writer.Write(Flags);
        writer.Write(Method);
        writer.Write(0u);
        writer.Write(0u);
        writer.Write(stored);
        writer.Write(size);
        writer.Write((ushort)entry.Name.Length);
        writer.Write((ushort)extraLength);
    }

    private sealed record Entry(byte[] Name, byte[] Bytes);
}
