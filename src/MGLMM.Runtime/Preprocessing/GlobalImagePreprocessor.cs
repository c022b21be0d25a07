using MGLMM.Imaging;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Preprocessing;

/// <summary>
/// Makes the input of the global image encoder (CLIP), with the same bits as Hugging Face's <c>CLIPImageProcessor</c> (transformers
/// 4.28). Immutable and thread-safe.
/// </summary>
public sealed class GlobalImagePreprocessor
{
    // Beyond it pixel coordinates would not fit an int. Only pictures of millions of pixels by a handful come near it.
    private const long MaximumSide = 1 << 30;

    private readonly int _side;
    private readonly bool _centerCrop;
    private readonly ByteNormalization _normalization;

    /// <summary>Creates the pre-processing of one bundle.</summary>
    /// <exception cref="ArgumentException">Mean or standard deviation has not three values.</exception>
    public GlobalImagePreprocessor(GlobalEncoderSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentOutOfRangeException.ThrowIfLessThan(specification.ImageSize, 1);
        _side = specification.ImageSize;
        _centerCrop = specification.CenterCrop;
        _normalization = ByteNormalization.Rescaled(
            specification.RescaleFactor, specification.Mean, specification.StandardDeviation);
    }

    /// <summary>Number of floats of the result: 3 x size x size.</summary>
    public int ValueCount => RgbImage.Channels * _side * _side;

    /// <summary>Writes the encoder's input.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="channelsFirst">[3, size, size], row-major; exactly <see cref="ValueCount"/> floats, all of which are written.</param>
    /// <exception cref="ImageFormatException">The picture is so long and thin that it cannot be scaled.</exception>
    public void Process(RgbImage image, Span<float> channelsFirst)
    {
        if (channelsFirst.Length != ValueCount)
        {
            throw new ArgumentException($"The input needs {ValueCount} floats, but there is room for {channelsFirst.Length}.", nameof(channelsFirst));
        }

        _normalization.Write(Scale(image), channelsFirst, _side);
    }

    /// <summary>The scaled (and cropped) picture before normalisation: size x size pixels.</summary>
    internal RgbImage Scale(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!_centerCrop)
        {
            return PillowResize.Resize(image, _side, _side, ResampleFilter.Bicubic);
        }

        // The long side is truncated, not rounded, and a crop offset rounds down.
        int shortSide = Math.Min(image.Width, image.Height);
        int longSide = Math.Max(image.Width, image.Height);
        double scaledLong = (double)((long)_side * longSide) / shortSide;
        if (scaledLong > MaximumSide)
        {
            throw new ImageFormatException(
                $"A picture of {image.Width}x{image.Height} pixels is too long and thin for this model; cut out the part you mean.") { IsTooLarge = true };
        }

        int other = (int)scaledLong;
        bool upright = image.Width <= image.Height;
        int width = upright ? _side : other;
        int height = upright ? other : _side;
        return PillowResize.ResizeAndCrop(
            image, width, height, ResampleFilter.Bicubic, (width - _side) / 2, (height - _side) / 2, _side, _side);
    }
}
