using System.Text.Json.Nodes;

namespace MGLMM.Vision.Tools;

/// <summary>Words.</summary>
internal sealed class TextParameter(string name, string description) : ToolParameter<string?>(name, description)
{
    public override Type Type => typeof(string);

    public override object? Read(object raw, ToolCall call) => ArgumentText.Of(raw);

    protected override void Describe(JsonObject schema)
    {
        schema["type"] = "string";
        schema["description"] = Description;
    }
}
