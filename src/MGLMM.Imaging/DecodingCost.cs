namespace MGLMM.Imaging;

/// <summary>What a file takes in memory while it is decoded, by what its header says of how it is stored. Measured by tests/MGLMM.Benchmarks (attack).</summary>
internal static class DecodingCost
{
    private const int Result = RgbImage.Channels;
    private const int Rgba = 4;

    /// <summary>Bytes for each pixel at the peak, the picture of three included, rounded up.</summary>
    public static int BytesPerPixel(ReadOnlySpan<byte> file, ImageFormats format)
    {
        // Turning a picture upright needs it twice.
        int turned = ExifOrientation.Of(file, format) == ExifOrientation.Upright ? Result : 2 * Result;
        return Math.Max(turned, format switch
        {
            ImageFormats.Jpeg => Result + OfJpeg(file),
            ImageFormats.Png => Result + Rgba + OfPng(file),

            ImageFormats.WebP => Result + Rgba + OfWebP(file),
            _ => Result + Rgba + Rgba,
        });
    }

    /// <summary>A progressive picture is kept as coefficients of two bytes until its last scan; one of a single scan goes row by row.</summary>
    private static int OfJpeg(ReadOnlySpan<byte> file) => JpegMarkers.CoefficientsPerPixel(file) * sizeof(short);

    /// <summary>An interlaced picture is put together as it is stored, up to 64 bits a pixel; others go row by row.</summary>
    private static int OfPng(ReadOnlySpan<byte> file)
    {
        const int BitDepth = 24;
        const int ColourType = 25;
        const int Interlace = 28;
        if (file.Length <= Interlace || file[Interlace] == 0)
        {
            return 0;
        }

        int channels = file[ColourType] switch
        {
            2 => 3,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        return Math.Max(Rgba, channels * Math.Max(1, file[BitDepth] / 8));
    }

    /// <summary>The lossless kind, and the alpha of others, may be put together as a whole picture of its own.</summary>
    private static int OfWebP(ReadOnlySpan<byte> file)
    {
        const int FirstChunk = 12;
        return file.Length >= FirstChunk + 4 && file.Slice(FirstChunk, 4).SequenceEqual("VP8 "u8) ? 0 : Rgba;
    }
}
