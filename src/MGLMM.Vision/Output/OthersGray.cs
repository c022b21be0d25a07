using MGLMM.Imaging;

namespace MGLMM.Vision.Output;

/// <summary>Takes the colour from what lies outside a mask and leaves what lies inside to the byte.</summary>
internal static class OthersGray
{
    /// <summary>The picture with its outside in grey, by the luma of ITU-R BT.601.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="inside">One byte per pixel, row by row; 0 is outside.</param>
    public static RgbImage Apply(RgbImage image, ReadOnlySpan<byte> inside)
    {
        byte[] pixels = image.Pixels.ToArray();
        for (int at = 0; at < inside.Length; at++)
        {
            if (inside[at] == 0)
            {
                Span<byte> pixel = pixels.AsSpan(at * RgbImage.Channels, RgbImage.Channels);
                pixel.Fill((byte)((((299 * pixel[0]) + (587 * pixel[1]) + (114 * pixel[2])) + 500) / 1000));
            }
        }

        return RgbImage.FromPixels(pixels, image.Width, image.Height);
    }
}
