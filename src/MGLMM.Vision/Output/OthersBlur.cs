namespace MGLMM.Vision.Output;

/// <summary>
/// Blurs and dims what lies outside a mask and leaves what lies inside to the byte. Only pixels outside are mixed, so that no colour of
/// the regions glows into their surroundings.
/// </summary>
/// <remarks>
/// The blur is three box means, which come close to a Gaussian, over a picture made smaller for large ones, weighted by how many of
/// the pixels lie outside; what is smooth loses nothing by being small.
/// </remarks>
internal static class OthersBlur
{
    private const int LongestSide = 768;
    private const float Brightness = 0.6f;
    private const float Greyness = 0.4f;
    private const int Planes = 4;

    /// <summary>The picture with its outside blurred.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="inside">One byte per pixel, row by row; 0 is outside.</param>
    /// <param name="cancellationToken">Observed between passes.</param>
    public static RgbImage Apply(RgbImage image, ReadOnlySpan<byte> inside, CancellationToken cancellationToken)
    {
        int factor = Math.Max(1, (Math.Max(image.Width, image.Height) + LongestSide - 1) / LongestSide);
        int width = (image.Width + factor - 1) / factor;
        int height = (image.Height + factor - 1) / factor;
        float[] small = Shrink(image, inside, factor, width, height);
        int radius = Math.Max(2, Math.Max(width, height) / 90);
        float[] other = new float[small.Length];
        for (int pass = 0; pass < 3; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BoxRows(small, other, width, height, radius);
            BoxColumns(other, small, width, height, radius);
        }

        byte[] pixels = image.Pixels.ToArray();
        Span<float> mean = stackalloc float[Planes];
        for (int y = 0; y < image.Height; y++)
        {
            float v = Math.Clamp(((y + 0.5f) / factor) - 0.5f, 0, height - 1);
            for (int x = 0; x < image.Width; x++)
            {
                if (inside[(y * image.Width) + x] != 0)
                {
                    continue;
                }

                Sample(small, width, height, Math.Clamp(((x + 0.5f) / factor) - 0.5f, 0, width - 1), v, mean);
                int at = ((y * image.Width) + x) * RgbImage.Channels;
                float grey = ((0.299f * mean[0]) + (0.587f * mean[1]) + (0.114f * mean[2])) / mean[3];
                for (int channel = 0; channel < RgbImage.Channels; channel++)
                {
                    float color = mean[channel] / mean[3];
                    pixels[at + channel] = (byte)Math.Clamp(((color + ((grey - color) * Greyness)) * Brightness) + 0.5f, 0, 255);
                }
            }
        }

        return RgbImage.FromPixels(pixels, image.Width, image.Height);
    }

    /// <summary>Sums of red, green and blue over the outside pixels of each cell, and their number.</summary>
    private static float[] Shrink(RgbImage image, ReadOnlySpan<byte> inside, int factor, int width, int height)
    {
        float[] sums = new float[width * height * Planes];
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int source = (y * image.Width) + x;
                if (inside[source] == 0)
                {
                    int target = ((y / factor * width) + (x / factor)) * Planes;
                    source *= RgbImage.Channels;
                    sums[target] += pixels[source];
                    sums[target + 1] += pixels[source + 1];
                    sums[target + 2] += pixels[source + 2];
                    sums[target + 3]++;
                }
            }
        }

        return sums;
    }

    private static void BoxRows(float[] from, float[] to, int width, int height, int radius)
    {
        for (int y = 0; y < height; y++)
        {
            BoxLine(from, to, y * width * Planes, Planes, width, radius);
        }
    }

    private static void BoxColumns(float[] from, float[] to, int width, int height, int radius)
    {
        for (int x = 0; x < width; x++)
        {
            BoxLine(from, to, x * Planes, width * Planes, height, radius);
        }
    }

    /// <summary>Sums over a window; what it would reach beyond the picture is not there, which the weights even out.</summary>
    private static void BoxLine(float[] from, float[] to, int start, int step, int length, int radius)
    {
        for (int plane = 0; plane < Planes; plane++)
        {
            // Of a double, so that what goes in and out of the window leaves nothing behind.
            double sum = 0;
            for (int i = 0; i < Math.Min(radius, length); i++)
            {
                sum += from[start + (i * step) + plane];
            }

            for (int i = 0; i < length; i++)
            {
                sum += i + radius < length ? from[start + ((i + radius) * step) + plane] : 0;
                sum -= i - radius - 1 >= 0 ? from[start + ((i - radius - 1) * step) + plane] : 0;
                to[start + (i * step) + plane] = (float)(sum / ((2 * radius) + 1));
            }
        }
    }

    private static void Sample(float[] from, int width, int height, float x, float y, Span<float> mean)
    {
        (int left, int top) = ((int)x, (int)y);
        (int right, int bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
        (float across, float down) = (x - left, y - top);
        for (int plane = 0; plane < Planes; plane++)
        {
            float upper = Mix(At(left, top), At(right, top), across);
            float lower = Mix(At(left, bottom), At(right, bottom), across);
            mean[plane] = Mix(upper, lower, down);

            float At(int column, int row) => from[(((row * width) + column) * Planes) + plane];
        }
    }

    private static float Mix(float first, float second, float share) => first + ((second - first) * share);
}
