using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MGLMM.Imaging;
using MGLMM.Language;

namespace MGLMM.Vision.Tools;

/// <summary>A colour by its English name or as #rrggbb; null where it is left out.</summary>
internal sealed partial class ColorParameter(string name, string description) : ToolParameter<RgbColor?>(name, description)
{
    private static readonly Dictionary<string, RgbColor> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["red"] = new(255, 0, 0), ["blue"] = new(0, 0, 255), ["green"] = new(0, 160, 0), ["yellow"] = new(255, 221, 0), ["orange"] = new(255, 140, 0), ["purple"] = new(140, 0, 200), ["pink"] = new(255, 105, 180),
        ["white"] = new(255, 255, 255), ["black"] = new(0, 0, 0), ["grey"] = new(128, 128, 128), ["brown"] = new(139, 69, 19), ["cyan"] = new(0, 255, 255), ["magenta"] = new(255, 0, 255), ["lime"] = new(0, 255, 0),
        ["turquoise"] = new(64, 224, 208), ["beige"] = new(245, 245, 220), ["golden"] = new(255, 215, 0), ["silver"] = new(192, 192, 192),
    };

    public override Type Type => typeof(string);

    public override bool IsLeftOut(object? raw) => base.IsLeftOut(raw) || ArgumentText.IsNo(raw) || ArgumentText.Of(raw) is { } text && text.ToUpperInvariant() is "AUTO" or "AUTOMATIC";

    public override object? Read(object raw, ToolCall call)
    {
        string text = ArgumentText.Of(raw)!.Trim();
        return Parts().Match(text) is { Success: true } parts && (byte.TryParse(parts.Groups[1].Value, out byte red) & byte.TryParse(parts.Groups[2].Value, out byte green) & byte.TryParse(parts.Groups[3].Value, out byte blue))
                ? new RgbColor(red, green, blue)
            : Short().Match(text) is { Success: true } digits ? new RgbColor(Twice(digits.Groups[1]), Twice(digits.Groups[2]), Twice(digits.Groups[3]))
            : Names.TryGetValue(EnglishColours.Usual(text), out RgbColor named) ? named
            : text.TrimStart('#') is { Length: 6 } hex && int.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int bits) ? new RgbColor((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits)
            : throw Unfit(text, $"Give one of {string.Join(", ", Names.Keys.Take(11))}, or #rrggbb.");
    }

    private static byte Twice(Group digit) => (byte)(17 * int.Parse(digit.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>rgb(255, 0, 0), and the three numbers alone, as a list has them.</summary>
    [GeneratedRegex(@"^(?:rgb\()?\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    /// <summary>#f00.</summary>
    [GeneratedRegex("^#([0-9a-f])([0-9a-f])([0-9a-f])$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Short();

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
