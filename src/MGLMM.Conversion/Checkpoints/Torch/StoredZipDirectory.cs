using System.Buffers.Binary;
using System.Text;

namespace MGLMM.Conversion.Checkpoints.Torch;

/// <summary>
/// The entries of a zip file in which everything is stored uncompressed, with the place of each entry's bytes.
/// </summary>
/// <remarks>
/// Written for <c>torch.save</c> files (PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5, with zip64). The library's own zip
/// reader does not say where an entry's data begins, which a mapped read needs. Sizes come from the central directory;
/// local headers must agree or, as PyTorch writes them, leave the sizes to it.
/// </remarks>
internal sealed class StoredZipDirectory
{
    private const uint EndSignature = 0x0605_4B50;
    private const uint End64Signature = 0x0606_4B50;
    private const uint End64LocatorSignature = 0x0706_4B50;
    private const uint CentralSignature = 0x0201_4B50;
    private const uint LocalSignature = 0x0403_4B50;
    private const int EndLength = 22;
    private const int End64Length = 56;
    private const int End64LocatorLength = 20;
    private const int CentralLength = 46;
    private const int LocalLength = 30;
    private const ushort Zip64FieldId = 0x0001;
    private const ushort Full16 = 0xFFFF;
    private const uint Full32 = 0xFFFF_FFFF;
    private const int FlagEncrypted = 1 << 0;
    private const int FlagSizesFollowData = 1 << 3;
    private const int FlagPatchData = 1 << 5;
    private const int FlagStrongEncryption = 1 << 6;
    private const int FlagMaskedHeader = 1 << 13;
    private const int MaximumDirectoryBytes = 64 << 20;
    private const int MaximumEntries = 500_000;
    private const int MaximumNameBytes = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, StoredZipEntry> _entries = new(StringComparer.Ordinal);
    private readonly MappedFile _file;

    private StoredZipDirectory(MappedFile file) => _file = file;

    /// <summary>The entries by their full names; folder entries are left out.</summary>
    public IReadOnlyDictionary<string, StoredZipEntry> Entries => _entries;

    /// <summary>Reads the central directory and every local header.</summary>
    /// <exception cref="CheckpointFormatException">The file is not such a zip.</exception>
    public static StoredZipDirectory Read(MappedFile file)
    {
        StoredZipDirectory directory = new(file);
        (long offset, long length, long count) = directory.FindCentralDirectory();
        directory.ReadCentralDirectory(offset, length, count);
        return directory;
    }

    private (long Offset, long Length, long Count) FindCentralDirectory()
    {
        int tailLength = (int)Math.Min(_file.Length, EndLength + Full16);
        byte[] tail = new byte[tailLength];
        long tailOffset = _file.Length - tailLength;
        _file.Read(tailOffset, tail);

        for (int at = tailLength - EndLength; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (UInt32(end, 0) != EndSignature || UInt16(end, 20) != end.Length - EndLength)
            {
                continue;
            }

            return ReadEnd(end, tailOffset + at);
        }

        throw Damaged("It begins as a zip file but has no end-of-directory record.");
    }

    private (long Offset, long Length, long Count) ReadEnd(ReadOnlySpan<byte> end, long endOffset)
    {
        long directoryEnd = endOffset;
        ulong disks = (ulong)(UInt16(end, 4) | UInt16(end, 6));
        ulong countHere = UInt16(end, 8);
        ulong count = UInt16(end, 10);
        ulong length = UInt32(end, 12);
        ulong offset = UInt32(end, 16);

        Span<byte> locator = stackalloc byte[End64LocatorLength];
        bool hasLocator = false;
        if (endOffset >= End64LocatorLength)
        {
            _file.Read(endOffset - End64LocatorLength, locator);
            hasLocator = UInt32(locator, 0) == End64LocatorSignature;
        }

        if (hasLocator)
        {
            ulong end64Offset = UInt64(locator, 8);
            long locatorOffset = endOffset - End64LocatorLength;
            if (UInt32(locator, 4) != 0 || UInt32(locator, 16) > 1 || end64Offset > (ulong)locatorOffset || locatorOffset - (long)end64Offset < End64Length)
            {
                throw Damaged("Its zip64 locator points outside the file.");
            }

            Span<byte> end64 = stackalloc byte[End64Length];
            _file.Read((long)end64Offset, end64);
            if (UInt32(end64, 0) != End64Signature || UInt64(end64, 4) != (ulong)(locatorOffset - (long)end64Offset - 12))
            {
                throw Damaged("Its zip64 end-of-directory record is broken.");
            }

            // The 32-bit record is either saturated or says the same.
            ulong disks64 = UInt32(end64, 16) | UInt32(end64, 20);
            disks = disks == Full16 ? disks64 : disks | disks64;
            countHere = Merge(countHere, Full16, UInt64(end64, 24), "entry count");
            count = Merge(count, Full16, UInt64(end64, 32), "entry count");
            length = Merge(length, Full32, UInt64(end64, 40), "directory size");
            offset = Merge(offset, Full32, UInt64(end64, 48), "directory offset");
            directoryEnd = (long)end64Offset;
        }

        if (disks != 0 || countHere != count)
        {
            throw new CheckpointFormatException(_file.Name, "It is one part of a zip file split over several; join the parts first.");
        }

        if (length > (ulong)directoryEnd || offset != (ulong)directoryEnd - length)
        {
            throw Damaged("Its zip directory is not where its end-of-directory record says.");
        }

        if (length > MaximumDirectoryBytes || count > MaximumEntries || count * CentralLength > length)
        {
            throw Damaged($"Its zip directory claims {count} entries in {length} bytes.");
        }

        return ((long)offset, (long)length, (long)count);
    }

    private ulong Merge(ulong narrow, ulong saturated, ulong wide, string what)
    {
        if (narrow != saturated && narrow != wide)
        {
            throw Damaged($"Its zip and zip64 records disagree about the {what}.");
        }

        return wide;
    }

    private void ReadCentralDirectory(long offset, long length, long count)
    {
        byte[] directory = new byte[length];
        _file.Read(offset, directory);
        List<(StoredZipEntry Entry, long HeaderOffset)> found = new((int)count);
        ReadOnlySpan<byte> rest = directory;
        for (long i = 0; i < count; i++)
        {
            int consumed = ReadCentralEntry(rest, offset, found);
            rest = rest[consumed..];
        }

        if (!rest.IsEmpty)
        {
            throw Damaged("Its zip directory is longer than its entries.");
        }

        found.Sort((left, right) => left.HeaderOffset.CompareTo(right.HeaderOffset));
        for (int i = 1; i < found.Count; i++)
        {
            if (found[i].HeaderOffset < found[i - 1].Entry.Offset + found[i - 1].Entry.Length)
            {
                throw Damaged(
                    $"Its zip entries {CheckpointFormatException.Quote(found[i - 1].Entry.Name)} and " +
                    $"{CheckpointFormatException.Quote(found[i].Entry.Name)} overlap.");
            }
        }
    }

    private int ReadCentralEntry(ReadOnlySpan<byte> rest, long directoryOffset, List<(StoredZipEntry Entry, long HeaderOffset)> found)
    {
        if (rest.Length < CentralLength || UInt32(rest, 0) != CentralSignature)
        {
            throw Damaged("Its zip directory is broken.");
        }

        int flags = UInt16(rest, 8);
        int method = UInt16(rest, 10);
        ulong stored = UInt32(rest, 20);
        ulong length = UInt32(rest, 24);
        int nameLength = UInt16(rest, 28);
        int extraLength = UInt16(rest, 30);
        int consumed = CentralLength + nameLength + extraLength + UInt16(rest, 32);
        uint disk = UInt16(rest, 34);
        ulong headerOffset = UInt32(rest, 42);
        if (consumed > rest.Length || nameLength is 0 or > MaximumNameBytes)
        {
            throw Damaged("Its zip directory is broken.");
        }

        ReadOnlySpan<byte> nameBytes = rest.Slice(CentralLength, nameLength);
        string name = DecodeName(nameBytes);
        string quoted = CheckpointFormatException.Quote(name);
        ReadZip64Field(rest.Slice(CentralLength + nameLength, extraLength), ref length, ref stored, ref headerOffset, ref disk, quoted);

        if ((flags & (FlagEncrypted | FlagStrongEncryption | FlagMaskedHeader)) != 0)
        {
            throw new CheckpointFormatException(_file.Name, $"Its zip entry {quoted} is encrypted; PyTorch writes none. {CheckpointFormatException.ResaveRecipe}");
        }

        // Before the next check: a program's code entries are compressed.
        if (name.EndsWith("/constants.pkl", StringComparison.Ordinal) || name.Contains("/code/", StringComparison.Ordinal))
        {
            throw new CheckpointFormatException(
                _file.Name,
                "It is a TorchScript program, not a state dict. In Python: torch.save(torch.jit.load(path).state_dict(), \"pytorch_model.bin\").");
        }

        if (method != 0 || (flags & FlagPatchData) != 0)
        {
            throw new CheckpointFormatException(
                _file.Name,
                $"Its zip entry {quoted} is compressed (method {method}); PyTorch stores entries as they are. {CheckpointFormatException.ResaveRecipe}");
        }

        if (stored != length || disk != 0)
        {
            throw Damaged($"Its zip entry {quoted} is stored in {stored} bytes but has {length}.");
        }

        CheckName(name);
        long dataOffset = _file.IsOutline && name.Contains("/data/", StringComparison.Ordinal)
            ? CheckOutline(headerOffset, directoryOffset, length, nameBytes.Length, quoted)
            : ReadLocalHeader(headerOffset, directoryOffset, length, nameBytes, quoted);
        StoredZipEntry entry = new(name, dataOffset, (long)length);
        found.Add((entry, (long)headerOffset));
        if (name[^1] == '/')
        {
            if (length != 0)
            {
                throw Damaged($"Its zip folder entry {quoted} holds data.");
            }
        }
        else if (!_entries.TryAdd(name, entry))
        {
            throw Damaged($"Its zip entry {quoted} occurs twice.");
        }

        return consumed;
    }

    /// <summary>The place of an entry whose local header has not arrived: that of the header, from which the data's follows later.</summary>
    private long CheckOutline(ulong headerOffset, long directoryOffset, ulong length, int nameLength, string quoted) =>
        headerOffset <= (ulong)directoryOffset && (ulong)directoryOffset - headerOffset >= (ulong)(LocalLength + nameLength) && length <= (ulong)directoryOffset - headerOffset - (ulong)(LocalLength + nameLength)
            ? (long)headerOffset
            : throw Damaged($"Its zip entry {quoted} lies outside the file.");

    private long ReadLocalHeader(ulong headerOffset, long directoryOffset, ulong length, ReadOnlySpan<byte> centralName, string quoted)
    {
        if (headerOffset > (ulong)directoryOffset || directoryOffset - (long)headerOffset < LocalLength + centralName.Length)
        {
            throw Damaged($"Its zip entry {quoted} lies outside the file.");
        }

        Span<byte> header = stackalloc byte[LocalLength + MaximumNameBytes];
        header = header[..(LocalLength + centralName.Length)];
        _file.Read((long)headerOffset, header);
        int flags = UInt16(header, 6);
        if (UInt32(header, 0) != LocalSignature || UInt16(header, 26) != centralName.Length || !header[LocalLength..].SequenceEqual(centralName))
        {
            throw Damaged($"Its zip entry {quoted} is not where the zip directory says.");
        }

        if (UInt16(header, 8) != 0 || (flags & (FlagEncrypted | FlagPatchData | FlagStrongEncryption | FlagMaskedHeader)) != 0)
        {
            throw Damaged($"Its zip entry {quoted} is stored as it is in the directory but not in its own header.");
        }

        int extraLength = UInt16(header, 28);
        ulong stored = UInt32(header, 18);
        ulong size = UInt32(header, 22);
        long dataOffset = (long)headerOffset + LocalLength + centralName.Length + extraLength;
        if (dataOffset > directoryOffset || length > (ulong)(directoryOffset - dataOffset))
        {
            throw Damaged($"Its zip entry {quoted} lies outside the file.");
        }

        bool leftToDirectory = (flags & FlagSizesFollowData) != 0 && stored == 0 && size == 0;
        if (!leftToDirectory)
        {
            byte[] extra = new byte[extraLength];
            _file.Read(dataOffset - extraLength, extra);
            ulong noOffset = 0;
            uint noDisk = 0;
            ReadZip64Field(extra, ref size, ref stored, ref noOffset, ref noDisk, quoted);
            if (stored != length || size != length)
            {
                throw Damaged($"Its zip entry {quoted} has another size in its own header than in the directory.");
            }
        }

        return dataOffset;
    }

    // APPNOTE 4.5.3: the field holds, in this order, only those values that are saturated in the header.
    private void ReadZip64Field(ReadOnlySpan<byte> extra, ref ulong length, ref ulong stored, ref ulong headerOffset, ref uint disk, string quoted)
    {
        if (length != Full32 && stored != Full32 && headerOffset != Full32 && disk != Full16)
        {
            return;
        }

        while (extra.Length >= 4)
        {
            int size = UInt16(extra, 2);
            if (size > extra.Length - 4)
            {
                break;
            }

            ReadOnlySpan<byte> field = extra.Slice(4, size);
            if (UInt16(extra, 0) == Zip64FieldId)
            {
                Take(ref field, ref length, quoted);
                Take(ref field, ref stored, quoted);
                Take(ref field, ref headerOffset, quoted);
                if (disk == Full16)
                {
                    disk = field.Length >= 4 ? UInt32(field, 0) : disk;
                }

                return;
            }

            extra = extra[(4 + size)..];
        }

        throw Damaged($"Its zip entry {quoted} needs a zip64 field and has none.");
    }

    private void Take(ref ReadOnlySpan<byte> field, ref ulong value, string quoted)
    {
        if (value != Full32)
        {
            return;
        }

        if (field.Length < 8)
        {
            throw Damaged($"Its zip entry {quoted} has a zip64 field that is too short.");
        }

        value = UInt64(field, 0);
        field = field[8..];
    }

    private string DecodeName(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw new CheckpointFormatException(_file.Name, "The name of a zip entry is not UTF-8. " + CheckpointFormatException.FetchAgainAdvice, failure);
        }
    }

    private void CheckName(string name)
    {
        bool plain = name[0] != '/' && !name.Contains('\\') && !name.Contains('\0');
        foreach (Range part in name.AsSpan().Split('/'))
        {
            plain &= name.AsSpan()[part] is not ("." or "..");
        }

        if (!plain)
        {
            throw new CheckpointFormatException(
                _file.Name,
                $"Its zip entry {CheckpointFormatException.Quote(name)} has a name that leads out of the archive; the file does not come from PyTorch. Do not trust it.");
        }
    }

    private CheckpointFormatException Damaged(string problem) =>
        new(_file.Name, $"{problem} {CheckpointFormatException.FetchAgainAdvice}");

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong UInt64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
