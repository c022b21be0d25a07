using System.Buffers;

namespace MGLMM.Masks;

public static partial class MaskPng
{
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
        using MaskRows rows = new();
        PngReader.Read(png, limits ?? new MaskPngLimits(), withColour: false, rows);
        return rows.ToMask();
    }

    /// <summary>The mask of a PNG file read from a stream; as <see cref="Decode(ReadOnlySpan{byte}, MaskPngLimits?)"/>.</summary>
    /// <param name="stream">Read to its end, or until the limit is passed, and left open.</param>
    /// <param name="limits">What is read at most; the defaults of <see cref="MaskPngLimits"/> where null.</param>
    /// <exception cref="FormatException">
    /// The file is damaged, of a kind that is not read here, or beyond the limits; the message says which.
    /// </exception>
    public static Mask Decode(Stream stream, MaskPngLimits? limits = null)
    {
        limits ??= new MaskPngLimits();
        using MemoryStream bytes = PngReader.ReadAll(stream, limits);
        return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits);
    }

    /// <summary>Packs rows into columns; inside is what is not zero.</summary>
    private sealed class MaskRows : IPngRows, IDisposable
    {
        private ColumnBits? _bits;
        private byte[] _samples = [];
        private int _depth;
        private int _width;

        public void Begin(PngHeader header)
        {
            _bits = new ColumnBits(header.Width, header.Height);
            _samples = ArrayPool<byte>.Shared.Rent(header.Width);
            (_depth, _width) = (header.Depth, header.Width);
        }

        public void Add(int y, ReadOnlySpan<byte> row)
        {
            Unpack(row, _samples.AsSpan(0, _width), _depth);
            _bits!.Value.AddRow(y, _samples.AsSpan(0, _width));
        }

        public Mask ToMask() => _bits!.Value.ToMask();

        public void Dispose()
        {
            if (_bits is { } bits)
            {
                bits.Dispose();
                ArrayPool<byte>.Shared.Return(_samples);
                (_bits, _samples) = (null, []);
            }
        }
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
}
