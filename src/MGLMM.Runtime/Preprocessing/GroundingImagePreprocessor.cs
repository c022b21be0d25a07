using MGLMM.Imaging;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Preprocessing;

/// <summary>
/// Makes the input of the grounding image encoder (SAM), with the same bits as <c>ResizeLongestSide</c> and <c>Sam.preprocess</c>:
/// the long side is scaled to the encoder's size, bytes are normalised, and what remains to the right and below is zero.
/// Immutable and thread-safe.
/// </summary>
public sealed class GroundingImagePreprocessor
{
    private readonly int _side;
    private readonly ByteNormalization _normalization;

    /// <summary>Creates the pre-processing of one bundle.</summary>
    /// <exception cref="ArgumentException">Mean or standard deviation has not three values.</exception>
    public GroundingImagePreprocessor(GroundingEncoderSpecification specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentOutOfRangeException.ThrowIfLessThan(specification.ImageSize, 1);
        _side = specification.ImageSize;
        _normalization = ByteNormalization.Plain(specification.Mean, specification.StandardDeviation);
    }

    /// <summary>Number of floats of the result: 3 x size x size.</summary>
    public int ValueCount => RgbImage.Channels * _side * _side;

    /// <summary>
    /// The size that a picture is scaled to, each side rounded half up. A side that would round to 0 (where the official code stops
    /// with an error) becomes 1.
    /// </summary>
    public ImageSize ScaledSize(ImageSize original)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(original.Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(original.Height, 1);
        double scale = _side * 1.0 / Math.Max(original.Width, original.Height);
        return new ImageSize(Scale(original.Width, scale), Scale(original.Height, scale));
    }

    /// <summary>Writes the encoder's input.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="channelsFirst">[3, size, size], row-major; exactly <see cref="ValueCount"/> floats, all of which are written.</param>
    /// <returns>The part of the input that the picture covers; <see cref="MaskPostprocessor"/> needs it.</returns>
    public ImageSize Process(RgbImage image, Span<float> channelsFirst)
    {
        if (channelsFirst.Length != ValueCount)
        {
            throw new ArgumentException($"The input needs {ValueCount} floats, but there is room for {channelsFirst.Length}.", nameof(channelsFirst));
        }

        RgbImage scaled = Scale(image);
        channelsFirst.Clear();
        _normalization.Write(scaled, channelsFirst, _side);
        return ImageSize.Of(scaled);
    }

    /// <summary>The scaled picture before normalisation and padding.</summary>
    internal RgbImage Scale(RgbImage image)
    {
        ImageSize size = ScaledSize(ImageSize.Of(image));
        return PillowResize.Resize(image, size.Width, size.Height, ResampleFilter.Bilinear);
    }

    private static int Scale(int length, double scale) => Math.Max((int)((length * scale) + 0.5), 1);
}
