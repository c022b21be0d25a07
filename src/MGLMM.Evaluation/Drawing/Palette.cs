namespace MGLMM.Evaluation.Drawing;

/// <summary>The eleven colour names and the paints that they stand for.</summary>
internal static class Palette
{
    /// <summary>The names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "grey"];

    /// <summary>Tones of skin, which have no colour names here.</summary>
    public static readonly (double, double, double)[] Skin = [(250, 214, 182), (236, 188, 150), (202, 146, 104), (150, 100, 70), (104, 70, 50)];

    private static readonly Dictionary<string, (double Red, double Green, double Blue)> Middle = new(StringComparer.Ordinal)
    {
        ["red"] = (208, 44, 46), ["orange"] = (242, 132, 34), ["yellow"] = (247, 210, 60), ["green"] = (70, 158, 72), ["blue"] = (50, 106, 208), ["purple"] = (134, 76, 178),
        ["pink"] = (246, 146, 188), ["brown"] = (130, 82, 48), ["black"] = (40, 40, 46), ["white"] = (245, 244, 239), ["grey"] = (142, 146, 152),
    };

    /// <summary>A paint by chance that people would still call by this name.</summary>
    public static (double Red, double Green, double Blue) Paint(string name, DrawingRandom random)
    {
        (double red, double green, double blue) = Middle[name];
        (double hue, double saturation, double value) = ToHsv(red / 255, green / 255, blue / 255);
        if (name is "black" or "white" or "grey")
        {
            value = Math.Clamp(value + random.Between(-0.05, 0.05), 0, 1);
            saturation = Math.Min(0.08, saturation + random.Between(0, 0.03));
            hue = random.Share();
        }
        else
        {
            hue = (hue + random.Between(-0.018, 0.018) + 1) % 1;
            saturation = Math.Min(1, saturation * random.Between(0.84, 1.1));
            value = Math.Min(1, value * random.Between(0.88, 1.08));
        }

        return FromHsv(hue, saturation, value);
    }

    /// <summary>Lighter or darker.</summary>
    public static (double Red, double Green, double Blue) Shade((double Red, double Green, double Blue) paint, double factor) =>
        (Math.Min(255, paint.Red * factor), Math.Min(255, paint.Green * factor), Math.Min(255, paint.Blue * factor));

    private static (double Hue, double Saturation, double Value) ToHsv(double red, double green, double blue)
    {
        double most = Math.Max(red, Math.Max(green, blue)), span = most - Math.Min(red, Math.Min(green, blue));
        if (span == 0)
        {
            return (0, 0, most);
        }

        double hue = most == red ? (green - blue) / span : most == green ? 2 + ((blue - red) / span) : 4 + ((red - green) / span);
        return (((hue / 6) + 1) % 1, span / most, most);
    }

    private static (double Red, double Green, double Blue) FromHsv(double hue, double saturation, double value)
    {
        return (Channel(5), Channel(3), Channel(1));

        double Channel(int offset)
        {
            double at = (offset + (hue * 6)) % 6;
            return 255 * (value - (value * saturation * Math.Clamp(Math.Min(at, 4 - at), 0, 1)));
        }
    }
}
