using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// Which colour names the pixels of a picture could go by. A pixel may have several: the borders between colours are where people do not agree either.
/// Pixels are first brought to the light of the picture, whose brightest tones count as white.
/// </summary>
internal sealed class PictureColours
{
    private const double BrightShare = 0.99;

    /// <summary>A dark picture is not made brighter than so, or a night would be a day.</summary>
    private const double MostGain = 1.45;

    private readonly RgbImage _image;
    private readonly double[] _gains = [1, 1, 1];

    public PictureColours(RgbImage image)
    {
        _image = image;
        ReadOnlySpan<byte> pixels = image.Pixels;
        Span<int> counts = stackalloc int[256];
        for (int channel = 0; channel < RgbImage.Channels; channel++)
        {
            counts.Clear();
            for (int at = channel; at < pixels.Length; at += RgbImage.Channels)
            {
                counts[pixels[at]]++;
            }

            (long wanted, long seen, int value) = ((long)(BrightShare * image.Width * image.Height), 0L, 0);
            while (value < 255 && (seen += counts[value]) < wanted)
            {
                value++;
            }

            _gains[channel] = Math.Clamp(245.0 / Math.Max(1, value), 1, MostGain);
        }
    }

    /// <summary>The share of a mask's pixels that could go by a name, its outermost pixels aside where others are left.</summary>
    public double ShareOf(Mask mask, string colour)
    {
        Mask inner = mask.Shrink(1);
        bool[] inside = (inner.IsEmpty ? mask : inner).ToBitmap();
        ReadOnlySpan<byte> pixels = _image.Pixels;
        (long all, long fitting) = (0L, 0L);
        for (int index = 0; index < inside.Length; index++)
        {
            if (!inside[index])
            {
                continue;
            }

            int at = index * RgbImage.Channels;
            all++;
            fitting += Fits(colour, pixels[at], pixels[at + 1], pixels[at + 2]) ? 1 : 0;
        }

        return all == 0 ? 0 : (double)fitting / all;
    }

    private bool Fits(string colour, byte redByte, byte greenByte, byte blueByte)
    {
        double red = Math.Min(255, redByte * _gains[0]) / 255, green = Math.Min(255, greenByte * _gains[1]) / 255, blue = Math.Min(255, blueByte * _gains[2]) / 255;
        double most = Math.Max(red, Math.Max(green, blue)), least = Math.Min(red, Math.Min(green, blue));
        double value = most, saturation = most == 0 ? 0 : (most - least) / most;
        double hue = Hue(red, green, blue, most, least);
        return colour switch
        {
            "red" => (hue < 17 || hue > 342) && saturation > 0.42 && value > 0.25,
            "orange" => hue is > 11 and < 44 && saturation > 0.45 && value > 0.5,
            "yellow" => hue is > 36 and < 72 && saturation > 0.28 && value > 0.5,
            "green" => hue is > 72 and < 172 && saturation > 0.2 && value > 0.14,
            "blue" => hue is > 180 and < 252 && saturation > 0.22 && value > 0.16,
            "purple" => hue is > 246 and < 325 && saturation > 0.2 && value > 0.16,
            "pink" => (hue > 308 || hue < 16) && saturation is > 0.12 and < 0.66 && value > 0.55,
            "brown" => (hue < 46 || hue > 350) && saturation > 0.24 && value is > 0.12 and < 0.72,
            "black" => value < 0.34,
            "dark" => value < 0.5,
            "white" => saturation < 0.22 && value > 0.66,
            "grey" => saturation < 0.24 && value is > 0.24 and < 0.86,
            _ => true,
        };
    }

    private static double Hue(double red, double green, double blue, double most, double least)
    {
        double span = most - least;
        if (span <= 0)
        {
            return 0;
        }

        double hue = most == red ? 60 * ((green - blue) / span) : most == green ? 60 * (2 + ((blue - red) / span)) : 60 * (4 + ((red - green) / span));
        return hue < 0 ? hue + 360 : hue;
    }
}
