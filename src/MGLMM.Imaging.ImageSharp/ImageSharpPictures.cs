using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace MGLMM.Imaging.ImageSharp;

/// <summary>The way from pictures of ImageSharp to those of the models, and back. Both own their pixels.</summary>
public static class ImageSharpPictures
{
    /// <summary>A picture for a model, with the same pixels.</summary>
    /// <param name="image">The picture; of several frames the first. Stays the caller's.</param>
    public static RgbImage ToRgbImage(this Image<Rgb24> image)
    {
        ArgumentNullException.ThrowIfNull(image);
        RgbImage ours = RgbImage.Allocate(image.Width, image.Height, out Span<byte> padded);
        image.CopyPixelDataTo(padded[..(image.Width * image.Height * RgbImage.Channels)]);
        return ours;
    }

    /// <summary>A picture of ImageSharp, with the same pixels.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>To be disposed by the caller.</returns>
    public static Image<Rgb24> ToImageSharp(this RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Image.LoadPixelData<Rgb24>(image.Pixels, image.Width, image.Height);
    }
}
