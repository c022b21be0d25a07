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

    public override bool IsLeftOut(object? raw) => base.IsLeftOut(raw) || (ArgumentText.Of(raw) is { } text && !Hexadecimal().IsMatch(text) && (ArgumentText.IsNo(raw) || text.ToUpperInvariant() is "AUTO" or "AUTOMATIC"));

    public override object? Read(object raw, ToolCall call)
    {
        string text = ArgumentText.Of(raw)!.Trim();
        return Parts().Match(text) is { Success: true } parts && (byte.TryParse(parts.Groups[1].Value, out byte red) & byte.TryParse(parts.Groups[2].Value, out byte green) & byte.TryParse(parts.Groups[3].Value, out byte blue))
                ? new RgbColor(red, green, blue)
            : Names.TryGetValue(EnglishColours.Usual(text), out RgbColor named) ? named
            : Hexadecimal().Match(text) is { Success: true } digits ? new RgbColor(Part(digits.Groups["r"]), Part(digits.Groups["g"]), Part(digits.Groups["b"]))
            : throw Unfit(text, $"Give one of {string.Join(", ", Names.Keys.Take(11))}, or #rrggbb.");
    }

    /// <summary>Two digits, or one that stands for both.</summary>
    private static byte Part(Group digits) => (byte)((digits.Length == 1 ? 17 : 1) * int.Parse(digits.ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    /// <summary>rgb(255, 0, 0), and the three numbers alone, as a list has them.</summary>
    [GeneratedRegex(@"^(?:rgb\()?\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();

    /// <summary>#ff0000, ff0000, #f00, f00; 000000 and 000, which are black and not the number 0. 255 alone may be a number, and is none of these.</summary>
    [GeneratedRegex("^(?:#?(?<r>[0-9a-f]{2})(?<g>[0-9a-f]{2})(?<b>[0-9a-f]{2})|(?:#|(?=000|.*[a-f]))(?<r>[0-9a-f])(?<g>[0-9a-f])(?<b>[0-9a-f]))$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Hexadecimal();

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
