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
        var factor = Math.Max(1, (Math.Max(image.Width, image.Height) + LongestSide - 1) / LongestSide);
        var width = (image.Width + factor - 1) / factor;
        var height = (image.Height + factor - 1) / factor;
        var small = Shrink(image, inside, factor, width, height);
        var radius = Math.Max(2, Math.Max(width, height) / 90);
        var other = new float[small.Length];
        for (var pass = 0; pass < 3; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BoxRows(small, other, width, height, radius);
            BoxColumns(other, small, width, height, radius);
        }

        var pixels = image.Pixels.ToArray();
        Span<float> mean = stackalloc float[Planes];
        for (var y = 0; y < image.Height; y++)
        {
            var v = Math.Clamp(((y + 0.5f) / factor) - 0.5f, 0, height - 1);
            for (var x = 0; x < image.Width; x++)
            {
                if (inside[(y * image.Width) + x] != 0)
                {
                    continue;
                }

                Sample(small, width, height, Math.Clamp(((x + 0.5f) / factor) - 0.5f, 0, width - 1), v, mean);
                var at = ((y * image.Width) + x) * RgbImage.Channels;
                var grey = ((0.299f * mean[0]) + (0.587f * mean[1]) + (0.114f * mean[2])) / mean[3];
                for (var channel = 0; channel < RgbImage.Channels; channel++)
                {
                    var color = mean[channel] / mean[3];
                    pixels[at + channel] = (byte)Math.Clamp(((color + ((grey - color) * Greyness)) * Brightness) + 0.5f, 0, 255);
                }
            }
        }

        return RgbImage.FromPixels(pixels, image.Width, image.Height);
    }

    /// <summary>Sums of red, green and blue over the outside pixels of each cell, and their number.</summary>
    private static float[] Shrink(RgbImage image, ReadOnlySpan<byte> inside, int factor, int width, int height)
    {
        var sums = new float[width * height * Planes];
        var pixels = image.Pixels;
        for (var y = 0; y < image.Height; y++)
        {
            for (var x = 0; x < image.Width; x++)
            {
                var source = (y * image.Width) + x;
                if (inside[source] == 0)
                {
                    var target = ((y / factor * width) + (x / factor)) * Planes;
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
        for (var y = 0; y < height; y++)
        {
            BoxLine(from, to, y * width * Planes, Planes, width, radius);
        }
    }

    private static void BoxColumns(float[] from, float[] to, int width, int height, int radius)
    {
        for (var x = 0; x < width; x++)
        {
            BoxLine(from, to, x * Planes, width * Planes, height, radius);
        }
    }

    /// <summary>Sums over a window; what it would reach beyond the picture is not there, which the weights even out.</summary>
    private static void BoxLine(float[] from, float[] to, int start, int step, int length, int radius)
    {
        for (var plane = 0; plane < Planes; plane++)
        {
            // Of a double, so that what goes in and out of the window leaves nothing behind.
            double sum = 0;
            for (var i = 0; i < Math.Min(radius, length); i++)
            {
                sum += from[start + (i * step) + plane];
            }

            for (var i = 0; i < length; i++)
            {
                sum += i + radius < length ? from[start + ((i + radius) * step) + plane] : 0;
                sum -= i - radius - 1 >= 0 ? from[start + ((i - radius - 1) * step) + plane] : 0;
                to[start + (i * step) + plane] = (float)(sum / ((2 * radius) + 1));
            }
        }
    }

    private static void Sample(float[] from, int width, int height, float x, float y, Span<float> mean)
    {
        var (left, top) = ((int)x, (int)y);
        var (right, bottom) = (Math.Min(left + 1, width - 1), Math.Min(top + 1, height - 1));
        var (across, down) = (x - left, y - top);
        for (var plane = 0; plane < Planes; plane++)
        {
            var upper = Mix(At(left, top), At(right, top), across);
            var lower = Mix(At(left, bottom), At(right, bottom), across);
            mean[plane] = Mix(upper, lower, down);

            float At(int column, int row) => from[(((row * width) + column) * Planes) + plane];
        }
    }

    private static float Mix(float first, float second, float share) => first + ((second - first) * share);
}
