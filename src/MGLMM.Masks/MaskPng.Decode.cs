using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace MGLMM.Masks;

public static partial class MaskPng
{
    private const int Greyscale = 0;
    private const int Palette = 3;

    // Deflate cannot make more than 1032 bytes out of one.
    private const int MostInflation = 1032;

    /// <summary>
    /// The mask of a PNG file: inside where the stored sample is not zero. For a palette file that is the index, not its colour,
    /// as in label pictures, where index 0 is the background.
    /// </summary>
    /// <param name="png">A greyscale (1, 2, 4, 8 or 16 bit) or palette (1, 2, 4 or 8 bit) file, not interlaced.</param>
    /// <param name="limits">What is read at most; the defaults of <see cref="MaskPngLimits"/> where null.</param>
    /// <exception cref="FormatException">
    /// The file is damaged, of a kind that is not read here, or beyond the limits; the message says which.
    /// </exception>
    public static Mask Decode(ReadOnlySpan<byte> png, MaskPngLimits? limits = null)
    {
        limits ??= new MaskPngLimits();
        if (png.Length > limits.MaxBytes)
        {
            throw TooLong(limits);
        }

        if (!png.StartsWith(Signature))
        {
            throw new FormatException("This is no PNG file: its first bytes are not the PNG signature.");
        }

        Header? header = null;
        using var data = new MemoryStream();
        bool dataEnded = false;
        ReadOnlySpan<byte> rest = png[Signature.Length..];
        while (true)
        {
            ReadOnlySpan<byte> body = NextChunk(ref rest, out ReadOnlySpan<byte> type);
            if (header is null && !type.SequenceEqual("IHDR"u8))
            {
                throw new FormatException($"The PNG file starts with the chunk '{NameOf(type)}' instead of IHDR.");
            }

            if (type.SequenceEqual("IHDR"u8))
            {
                header = header is null ? ReadHeader(body, limits) : throw new FormatException("The PNG file has two IHDR chunks.");
            }
            else if (type.SequenceEqual("IDAT"u8))
            {
                if (dataEnded)
                {
                    throw new FormatException("The IDAT chunks of the PNG file do not follow one another.");
                }

                data.Write(body);
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                return ReadPixels(header!.Value, data);
            }
            else if ((type[0] & 0x20) == 0 && !type.SequenceEqual("PLTE"u8))
            {
                // A capital first letter says that the picture cannot be understood without this chunk.
                throw new FormatException($"The PNG file needs the unknown chunk '{NameOf(type)}'.");
            }

            dataEnded = data.Length > 0 && !type.SequenceEqual("IDAT"u8);
        }
    }

    /// <summary>The mask of a PNG file read from a stream; as <see cref="Decode(ReadOnlySpan{byte}, MaskPngLimits?)"/>.</summary>
    /// <param name="stream">Read to its end, or until the limit is passed, and left open.</param>
    /// <param name="limits">What is read at most; the defaults of <see cref="MaskPngLimits"/> where null.</param>
    /// <exception cref="FormatException">
    /// The file is damaged, of a kind that is not read here, or beyond the limits; the message says which.
    /// </exception>
    public static Mask Decode(Stream stream, MaskPngLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        limits ??= new MaskPngLimits();
        using var bytes = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(81920);
        try
        {
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                if (bytes.Length + read > Math.Min(limits.MaxBytes, Array.MaxLength))
                {
                    throw TooLong(limits);
                }

                bytes.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits);
    }

    private static FormatException TooLong(MaskPngLimits limits) =>
        new($"The PNG file is longer than the limit of {limits.MaxBytes} bytes.");

    private static string NameOf(ReadOnlySpan<byte> type)
    {
        Span<char> name = stackalloc char[4];
        for (int i = 0; i < 4; i++)
        {
            name[i] = char.IsAsciiLetter((char)type[i]) ? (char)type[i] : '?';
        }

        return new string(name);
    }

    private static ReadOnlySpan<byte> NextChunk(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> type)
    {
        if (rest.Length < 12)
        {
            throw new FormatException("The PNG file ends before its IEND chunk.");
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        type = rest.Slice(4, 4);
        if (length > rest.Length - 12)
        {
            throw new FormatException($"The chunk '{NameOf(type)}' of the PNG file is longer than the rest of the file.");
        }

        ReadOnlySpan<byte> body = rest.Slice(8, (int)length);
        if (BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]) != Crc32.Compute(type, body))
        {
            throw new FormatException($"The checksum of the chunk '{NameOf(type)}' of the PNG file is wrong.");
        }

        rest = rest[(12 + (int)length)..];
        return body;
    }

    private static Header ReadHeader(ReadOnlySpan<byte> body, MaskPngLimits limits)
    {
        if (body.Length != 13)
        {
            throw new FormatException($"The IHDR chunk of the PNG file has {body.Length} bytes instead of 13.");
        }

        uint width = BinaryPrimitives.ReadUInt32BigEndian(body);
        uint height = BinaryPrimitives.ReadUInt32BigEndian(body[4..]);
        int depth = body[8];
        int colour = body[9];
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
        {
            throw new FormatException($"The PNG file says that it has {width} x {height} pixels.");
        }

        long pixels = (long)width * height;
        if (pixels > Math.Min(limits.MaxPixels, int.MaxValue))
        {
            throw new FormatException(
                $"The PNG file has {width} x {height} pixels; the limit is {Math.Min(limits.MaxPixels, int.MaxValue)} in all.");
        }

        if (colour is not (Greyscale or Palette))
        {
            throw new FormatException("The PNG file has colour or alpha samples; a mask is read from greyscale or palette. Convert it first.");
        }

        if (depth is not (1 or 2 or 4 or 8 or 16) || (colour == Palette && depth == 16))
        {
            throw new FormatException($"The PNG file has {depth} bits per sample, which its colour type does not allow.");
        }

        if (body[10] != 0 || body[11] != 0)
        {
            throw new FormatException("The PNG file uses an unknown compression or filter method.");
        }

        if (body[12] != 0)
        {
            throw new FormatException("The PNG file is interlaced; save it without interlacing.");
        }

        return new Header((int)width, (int)height, depth);
    }

    private static Mask ReadPixels(Header header, MemoryStream data)
    {
        long rowLength = (((long)header.Width * header.Depth) + 7) / 8;

        // A few bytes cannot hold millions of rows: say so before anything is made ready for them.
        if ((rowLength + 1) * header.Height > (data.Length + 1) * MostInflation)
        {
            throw new FormatException("The PNG file ends before its last row.");
        }

        if (rowLength >= Array.MaxLength)
        {
            throw new FormatException($"A row of the PNG file has {rowLength} bytes, more than can be read.");
        }

        int rowBytes = (int)rowLength;
        data.Position = 0;
        byte[] current = ArrayPool<byte>.Shared.Rent(rowBytes + 1);
        byte[] previous = ArrayPool<byte>.Shared.Rent(rowBytes + 1);
        byte[] samples = ArrayPool<byte>.Shared.Rent(header.Width);
        try
        {
            using var bits = new ColumnBits(header.Width, header.Height);
            using var inflate = new ZLibStream(data, CompressionMode.Decompress, leaveOpen: true);
            previous.AsSpan(0, rowBytes + 1).Clear();
            for (int y = 0; y < header.Height; y++)
            {
                inflate.ReadExactly(current, 0, rowBytes + 1);
                Unfilter(current.AsSpan(1, rowBytes), previous.AsSpan(1, rowBytes), current[0], header.Depth == 16 ? 2 : 1);
                Unpack(current.AsSpan(1, rowBytes), samples.AsSpan(0, header.Width), header.Depth);
                bits.AddRow(y, samples.AsSpan(0, header.Width));
                (current, previous) = (previous, current);
            }

            // This also makes the decompressor compare its checksum.
            if (inflate.ReadByte() >= 0)
            {
                throw new FormatException("The PNG file has more pixel data than its size allows.");
            }

            return bits.ToMask();
        }
        catch (EndOfStreamException e)
        {
            throw new FormatException("The PNG file ends before its last row.", e);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // Some damage comes out of the decompressor as an IOException of its own; the memory behind it has none.
            throw new FormatException("The compressed pixels of the PNG file are damaged.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(previous);
            ArrayPool<byte>.Shared.Return(samples);
        }
    }

    /// <summary>Undoes the filter of a row (PNG specification, clause 9), given the row above.</summary>
    private static void Unfilter(Span<byte> row, ReadOnlySpan<byte> above, byte filter, int step)
    {
        switch (filter)
        {
            case 0:
                return;
            case 1:
                for (int i = step; i < row.Length; i++)
                {
                    row[i] += row[i - step];
                }

                return;
            case 2:
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += above[i];
                }

                return;
            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    int left = i >= step ? row[i - step] : 0;
                    row[i] += (byte)((left + above[i]) / 2);
                }

                return;
            case 4:
                for (int i = 0; i < row.Length; i++)
                {
                    int left = i >= step ? row[i - step] : 0;
                    int corner = i >= step ? above[i - step] : 0;
                    row[i] += Paeth(left, above[i], corner);
                }

                return;
            default:
                throw new FormatException($"A row of the PNG file has the unknown filter {filter}.");
        }
    }

    private static byte Paeth(int left, int above, int corner)
    {
        int guess = left + above - corner;
        int toLeft = Math.Abs(guess - left);
        int toAbove = Math.Abs(guess - above);
        int toCorner = Math.Abs(guess - corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }

    /// <summary>One byte per pixel, zero exactly where the sample is.</summary>
    private static void Unpack(ReadOnlySpan<byte> row, Span<byte> samples, int depth)
    {
        switch (depth)
        {
            case 8:
                row.CopyTo(samples);
                break;
            case 16:
                for (int x = 0; x < samples.Length; x++)
                {
                    samples[x] = (byte)(row[2 * x] | row[(2 * x) + 1]);
                }

                break;
            default:
                int perByte = 8 / depth;
                int sampleBits = (1 << depth) - 1;
                for (int x = 0; x < samples.Length; x++)
                {
                    int shift = 8 - (depth * ((x % perByte) + 1));
                    samples[x] = (byte)((row[x / perByte] >> shift) & sampleBits);
                }

                break;
        }
    }

    private readonly record struct Header(int Width, int Height, int Depth);
}
