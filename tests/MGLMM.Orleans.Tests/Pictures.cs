namespace MGLMM.Orleans.Tests;

/// <summary>Small pictures, each with other pixels.</summary>
internal static class Pictures
{
    public static RgbImage Number(int number)
    {
        const int Width = 12, Height = 8;
        byte[] pixels = new byte[Width * Height * RgbImage.Channels];
        new Random(number).NextBytes(pixels);
        return RgbImage.FromPixels(pixels, Width, Height);
    }
}
