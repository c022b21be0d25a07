namespace MGLMM.Masks;

/// <summary>
/// Reads label pictures: PNG files whose pixels are numbers, such as the class of each pixel in a semantic data set, or the segment in a
/// panoptic one. All members are thread-safe.
/// </summary>
public static class LabelPng
{
    /// <summary>The labels of a PNG file.</summary>
    /// <param name="png">
    /// A greyscale or palette file, whose samples (of a palette: the indices) are the labels, or an 8-bit RGB file, whose labels are red + 256
    /// green + 65,536 blue, as COCO's panoptic format has it. Not interlaced.
    /// </param>
    /// <param name="limits">What is read at most; the defaults of <see cref="MaskPngLimits"/> where null.</param>
    /// <exception cref="FormatException">
    /// The file is damaged, of a kind that is not read here, or beyond the limits; the message says which.
    /// </exception>
    public static LabelImage Decode(ReadOnlySpan<byte> png, MaskPngLimits? limits = null)
    {
        LabelRows rows = new();
        PngReader.Read(png, limits ?? new MaskPngLimits(), withColour: true, rows);
        return new LabelImage(rows.Header.Width, rows.Header.Height, rows.Labels);
    }

    /// <summary>The labels of a PNG file read from a stream; as <see cref="Decode(ReadOnlySpan{byte}, MaskPngLimits?)"/>.</summary>
    /// <param name="stream">Read to its end, or until the limit is passed, and left open.</param>
    /// <param name="limits">What is read at most; the defaults of <see cref="MaskPngLimits"/> where null.</param>
    /// <exception cref="FormatException">
    /// The file is damaged, of a kind that is not read here, or beyond the limits; the message says which.
    /// </exception>
    public static LabelImage Decode(Stream stream, MaskPngLimits? limits = null)
    {
        limits ??= new MaskPngLimits();
        using MemoryStream bytes = PngReader.ReadAll(stream, limits);
        return Decode(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits);
    }

    private sealed class LabelRows : IPngRows
    {
        public PngHeader Header { get; private set; }

        public int[] Labels { get; private set; } = [];

        public void Begin(PngHeader header)
        {
            Header = header;
            Labels = new int[header.Width * header.Height];
        }

        public void Add(int y, ReadOnlySpan<byte> row)
        {
            Span<int> labels = Labels.AsSpan(y * Header.Width, Header.Width);
            for (int x = 0; x < labels.Length; x++)
            {
                labels[x] = (Header.Samples, Header.Depth) switch
                {
                    (3, _) => row[3 * x] | (row[(3 * x) + 1] << 8) | (row[(3 * x) + 2] << 16),
                    (_, 8) => row[x],
                    (_, 16) => (row[2 * x] << 8) | row[(2 * x) + 1],
                    _ => Packed(row, x, Header.Depth),
                };
            }
        }

        private static int Packed(ReadOnlySpan<byte> row, int x, int depth)
        {
            int perByte = 8 / depth;
            int shift = 8 - (depth * ((x % perByte) + 1));
            return (row[x / perByte] >> shift) & ((1 << depth) - 1);
        }
    }
}
