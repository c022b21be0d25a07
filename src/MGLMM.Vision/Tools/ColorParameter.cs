using System.Globalization;
using System.Text.Json.Nodes;
using MGLMM.Imaging;
using MGLMM.Language;

namespace MGLMM.Vision.Tools;

/// <summary>A colour by its English name or as #rrggbb; null where it is left out.</summary>
internal sealed class ColorParameter(string name, string description) : ToolParameter<RgbColor?>(name, description)
{
    private static readonly Dictionary<string, RgbColor> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["red"] = new(255, 0, 0), ["blue"] = new(0, 0, 255), ["green"] = new(0, 160, 0), ["yellow"] = new(255, 221, 0), ["orange"] = new(255, 140, 0), ["purple"] = new(140, 0, 200), ["pink"] = new(255, 105, 180),
        ["white"] = new(255, 255, 255), ["black"] = new(0, 0, 0), ["grey"] = new(128, 128, 128), ["brown"] = new(139, 69, 19), ["cyan"] = new(0, 255, 255), ["magenta"] = new(255, 0, 255), ["lime"] = new(0, 255, 0),
        ["turquoise"] = new(64, 224, 208), ["beige"] = new(245, 245, 220), ["golden"] = new(255, 215, 0), ["silver"] = new(192, 192, 192),
    };

    public override Type Type => typeof(string);

    public override object? Read(object raw, ToolCall call)
    {
        string text = ArgumentText.Of(raw)!.Trim();
        return Names.TryGetValue(EnglishColours.Usual(text), out RgbColor named) ? named
            : text.TrimStart('#') is { Length: 6 } hex && int.TryParse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out int bits) ? new RgbColor((byte)(bits >> 16), (byte)(bits >> 8), (byte)bits)
            : throw Unfit(text, $"Give one of {string.Join(", ", Names.Keys.Take(11))}, or #rrggbb.");
    }

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
