namespace MGLMM.Imaging;

/// <summary>
/// The colours of regions: always the same for an index, so that a table, a legend and several pictures agree, and as different as
/// can be for small indices.
/// </summary>
public static class OverlayPalette
{
    private static readonly RgbColor[] First =
    [
        new(0xE6, 0x39, 0x46), // red
        new(0x1E, 0x88, 0xE5), // blue
        new(0x2E, 0xB8, 0x5C), // green
        new(0xFF, 0x9F, 0x1C), // orange
        new(0x9B, 0x51, 0xE0), // violet
        new(0x00, 0xC2, 0xCB), // cyan
        new(0xF0, 0x62, 0xC0), // pink
        new(0xC6, 0xD8, 0x1A), // lime
        new(0x9C, 0x5B, 0x2E), // brown
        new(0xFF, 0xD9, 0x3D), // yellow
        new(0x4C, 0x5F, 0xD7), // indigo
        new(0x00, 0x8C, 0x7A), // teal
    ];

    /// <summary>The colour of the region with that index, from 0; any index has one.</summary>
    public static RgbColor ColorOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (index < First.Length)
        {
            return First[index];
        }

        // Steps of the golden angle never fall on an earlier hue; three strengths keep near hues apart.
        double hue = (index * 137.50776405003785) % 360.0;
        (double saturation, double value) = (index % 3) switch
        {
            0 => (0.75, 0.92),
            1 => (0.55, 1.00),
            _ => (0.90, 0.68),
        };
        return FromHue(hue, saturation, value);
    }

    private static RgbColor FromHue(double hue, double saturation, double value)
    {
        return new RgbColor(Channel(5), Channel(3), Channel(1));

        byte Channel(int offset)
        {
            double k = (offset + (hue / 60.0)) % 6.0;
            double amount = value - (value * saturation * Math.Clamp(Math.Min(k, 4.0 - k), 0.0, 1.0));
            return (byte)Math.Round(amount * 255.0);
        }
    }
}
