using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace MGLMM.Masks;

/// <summary>Reads PNG files row by row: greyscale, palette and 8-bit RGB, not interlaced.</summary>
internal static class PngReader
{
    private const int Greyscale = 0;
    private const int TrueColour = 2;
    private const int Palette = 3;

    // Deflate cannot make more than 1032 bytes out of one.
    private const int MostInflation = 1032;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    /// <summary>Reads a whole file.</summary>
    /// <param name="png">The file.</param>
    /// <param name="limits">What is read at most.</param>
    /// <param name="withColour">Whether 8-bit RGB is read too.</param>
    /// <param name="rows">Gets the rows.</param>
    /// <exception cref="FormatException">The file is damaged, of a kind that is not read here, or beyond the limits.</exception>
    public static void Read(ReadOnlySpan<byte> png, MaskPngLimits limits, bool withColour, IPngRows rows)
    {
        if (png.Length > limits.MaxBytes)
        {
            throw TooLong(limits);
        }

        if (!png.StartsWith(Signature))
        {
            throw new FormatException("This is no PNG file: its first bytes are not the PNG signature.");
        }

        PngHeader? header = null;
        using MemoryStream data = new();
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
                header = header is null ? ReadHeader(body, limits, withColour) : throw new FormatException("The PNG file has two IHDR chunks.");
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
                ReadPixels(header!.Value, data, rows);
                return;
            }
            else if ((type[0] & 0x20) == 0 && !type.SequenceEqual("PLTE"u8))
            {
                // A capital first letter says that the picture cannot be understood without this chunk.
                throw new FormatException($"The PNG file needs the unknown chunk '{NameOf(type)}'.");
            }

            dataEnded = data.Length > 0 && !type.SequenceEqual("IDAT"u8);
        }
    }

    /// <summary>The bytes of a stream, which is read to its end or until the limit is passed, and left open.</summary>
    /// <exception cref="FormatException">It is longer than the limit.</exception>
    public static MemoryStream ReadAll(Stream stream, MaskPngLimits limits)
    {
        ArgumentNullException.ThrowIfNull(stream);
        MemoryStream bytes = new();
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

        return bytes;
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

    private static PngHeader ReadHeader(ReadOnlySpan<byte> body, MaskPngLimits limits, bool withColour)
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

        if (colour is not (Greyscale or Palette) && !(withColour && colour == TrueColour && depth == 8))
        {
            throw new FormatException(withColour
                ? "The PNG file has alpha or 16-bit colour samples; labels are read from greyscale, palette or 8-bit RGB. Convert it first."
                : "The PNG file has colour or alpha samples; a mask is read from greyscale or palette. Convert it first.");
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

        return new PngHeader((int)width, (int)height, depth, colour == TrueColour ? 3 : 1);
    }

    private static void ReadPixels(PngHeader header, MemoryStream data, IPngRows rows)
    {
        long rowLength = (((long)header.Width * header.Depth * header.Samples) + 7) / 8;

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
        try
        {
            rows.Begin(header);
            using ZLibStream inflate = new(data, CompressionMode.Decompress, leaveOpen: true);
            previous.AsSpan(0, rowBytes + 1).Clear();
            for (int y = 0; y < header.Height; y++)
            {
                inflate.ReadExactly(current, 0, rowBytes + 1);
                Unfilter(current.AsSpan(1, rowBytes), previous.AsSpan(1, rowBytes), current[0], Math.Max(1, header.Depth * header.Samples / 8));
                rows.Add(y, current.AsSpan(1, rowBytes));
                (current, previous) = (previous, current);
            }

            // This also makes the decompressor compare its checksum.
            if (inflate.ReadByte() >= 0)
            {
                throw new FormatException("The PNG file has more pixel data than its size allows.");
            }
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
}
