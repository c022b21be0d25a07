using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>Words.</summary>
internal sealed class TextParameter(string name, string description) : ToolParameter<string?>(name, description)
{
    public override Type Type => typeof(string);

    /// <summary>Whether a model reads it, which makes something of marks alone.</summary>
    public bool NeedsWords { get; init; }

    public override bool IsLeftOut(object? raw) => base.IsLeftOut(raw) || (!IsRequired && ArgumentText.Of(raw) is { } text && text.Equals("false", StringComparison.OrdinalIgnoreCase));

    public override object? Read(object raw, ToolCall call)
    {
        string text = ArgumentText.Of(raw)!;
        return ArgumentText.Unwrapped(raw) is JsonElement { ValueKind: JsonValueKind.Object } && text.StartsWith('{')
                ? throw ToolException.BadArgument($"'{Name}' is a record.", $"Give '{Name}' as plain words.")
            : NeedsWords && !text.EnumerateRunes().Any(Rune.IsLetterOrDigit) ? throw ToolException.BadArgument($"'{Name}' has no usable words.", "Say it in plain words, without markup.")
            : text;
    }

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
