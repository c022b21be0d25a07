using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MGLMM.Vision.Tools;

/// <summary>A number: <see cref="int"/>, <see cref="long"/> or <see cref="double"/>; null where it is left out and has no default.</summary>
internal sealed partial class NumberParameter<T>(string name, string description) : ToolParameter<T?>(name, description)
    where T : struct, INumber<T>
{
    public T? Default { get; init; }

    /// <summary>Whether 0 cannot be meant, so that it says "left out": models fill what they do not need with it.</summary>
    public bool ZeroIsNothing { get; init; }

    private static bool IsWhole => typeof(T) != typeof(double);

    public override bool IsLeftOut(object? raw) => base.IsLeftOut(raw) || (Number(ArgumentText.Of(raw)) is { } number ? ZeroIsNothing && number == 0 : ArgumentText.IsNo(raw));

    public override object? Read(object raw, ToolCall call)
    {
        string text = ArgumentText.Of(raw)!;
        if (Number(text) is not { } number)
        {
            throw Unfit(text, "Give a number, or leave it out.");
        }

        // 6 to some, 6000 to others.
        if (IsWhole && Thousands().IsMatch(text))
        {
            throw Unfit(text, "Give a whole number without a point, or leave it out.");
        }

        (long least, long most) = typeof(T) == typeof(int) ? (int.MinValue, int.MaxValue) : (-(1L << 53), 1L << 53);
        return !IsWhole || (number == Math.Floor(number) && number >= least && number <= most)
            ? T.CreateChecked(number)
            : throw Unfit(text, "Give a whole number, or leave it out.");
    }

    public override object? ReadMissing(ToolCall call) => IsRequired ? base.ReadMissing(call) : Default;

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = IsWhole ? "integer" : "number";
        schema["description"] = Description;
        if (Default is { } value)
        {
            schema["default"] = IsWhole ? long.CreateChecked(value) : double.CreateChecked(value);
        }
    }

    private static double? Number(string? text) =>
        text is not null && Amount().Match(text) is { Success: true } match
        && double.TryParse(match.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : null;

    [GeneratedRegex(@"^[-+]?\d{1,3}\.\d{3}(?!\d)")]
    private static partial Regex Thousands();

    /// <summary>"5", "5 px", "2nd".</summary>
    [GeneratedRegex(@"^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|infinity|-infinity)\s*(?:px|pixels?|st|nd|rd|th)?\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Amount();
}
