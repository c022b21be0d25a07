using System.Text.Json.Nodes;

namespace MGLMM.Vision.Tools;

/// <summary>Yes or no; no where it is left out, unless it says otherwise: null is neither.</summary>
internal sealed class FlagParameter(string name, string description) : ToolParameter<bool>(name, description)
{
    public bool? Default { get; init; } = false;

    public override Type Type => IsRequired || Default is not null ? typeof(bool) : typeof(bool?);

    public override object? Read(object raw, ToolCall call) => ArgumentText.Of(raw)!.ToUpperInvariant() switch
    {
        "TRUE" or "YES" or "1" or "ON" or "Y" or "T" or "1.0" => true,
        "FALSE" or "NO" or "0" or "OFF" or "N" or "F" or "0.0" => false,
        var text => throw Unfit(text, "Give true or false, or leave it out."),
    };

    public override object? ReadMissing(ToolCall call) => IsRequired ? base.ReadMissing(call) : Default;

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "boolean";
        schema["description"] = Description;
        if (!IsRequired && Default is { } value)
        {
            schema["default"] = value;
        }
    }
}
