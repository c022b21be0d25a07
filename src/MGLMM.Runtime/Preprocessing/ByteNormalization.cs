namespace MGLMM.Runtime.Preprocessing;

/// <summary>
/// From bytes to the floats that an encoder reads, by a table of 256 values a channel: exact, whatever the formula, and fast.
/// </summary>
internal sealed class ByteNormalization
{
    private readonly float[][] _tables;

    private ByteNormalization(float[][] tables) => _tables = tables;

    /// <summary>
    /// Hugging Face's CLIP image processor (transformers 4.28): rescaled in double precision and rounded to float, then
    /// <c>(x - mean) / std</c> in float.
    /// </summary>
    public static ByteNormalization Rescaled(double factor, IReadOnlyList<double> mean, IReadOnlyList<double> standardDeviation)
        => Create(value => (float)(value * factor), mean, standardDeviation);

    /// <summary>SAM's preprocess: <c>(x - mean) / std</c> in float on 0..255.</summary>
    public static ByteNormalization Plain(IReadOnlyList<double> mean, IReadOnlyList<double> standardDeviation)
        => Create(value => value, mean, standardDeviation);

    /// <summary>Writes a picture channel by channel into the upper left of planes that are <paramref name="planeWidth"/> wide.</summary>
    /// <param name="image">The picture; not wider than a plane.</param>
    /// <param name="channelsFirst">Three planes of equal size. What the picture does not cover is not written.</param>
    /// <param name="planeWidth">Columns of a plane.</param>
    public void Write(RgbImage image, Span<float> channelsFirst, int planeWidth)
    {
        int planeSize = channelsFirst.Length / RgbImage.Channels;
        int rowBytes = image.Width * RgbImage.Channels;
        for (int channel = 0; channel < RgbImage.Channels; channel++)
        {
            ReadOnlySpan<float> table = _tables[channel];
            Span<float> plane = channelsFirst.Slice(channel * planeSize, planeSize);
            for (int y = 0; y < image.Height; y++)
            {
                ReadOnlySpan<byte> source = image.Pixels.Slice(y * rowBytes, rowBytes);
                Span<float> target = plane.Slice(y * planeWidth, image.Width);
                for (int x = 0; x < target.Length; x++)
                {
                    target[x] = table[source[(x * RgbImage.Channels) + channel]];
                }
            }
        }
    }

    private static ByteNormalization Create(
        Func<int, float> toFloat, IReadOnlyList<double> mean, IReadOnlyList<double> standardDeviation)
    {
        if (mean.Count != RgbImage.Channels || standardDeviation.Count != RgbImage.Channels)
        {
            throw new ArgumentException(
                $"Mean and standard deviation need {RgbImage.Channels} values each, but have {mean.Count} and {standardDeviation.Count}.");
        }

        float[][] tables = new float[RgbImage.Channels][];
        for (int channel = 0; channel < tables.Length; channel++)
        {
            float average = (float)mean[channel];
            float deviation = (float)standardDeviation[channel];
            tables[channel] = new float[256];
            for (int value = 0; value < 256; value++)
            {
                tables[channel][value] = (toFloat(value) - average) / deviation;
            }
        }

        return new ByteNormalization(tables);
    }
}
