using System.Text.Json;
using System.Text.Json.Serialization;

namespace MGLMM.Vision.Results;

/// <summary>What a tool of a host's own gives back: any JSON object.</summary>
public sealed record OwnResult : ToolResult
{
    /// <summary>The object's properties, in order.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Properties { get; } = new Dictionary<string, JsonElement>();

    /// <summary>Makes a result of a value; one that is no object becomes <c>{"result": value}</c>.</summary>
    /// <param name="value">What to tell.</param>
    public static OwnResult Of(JsonElement value)
    {
        OwnResult result = new();
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in value.EnumerateObject())
            {
                result.Properties[property.Name] = property.Value.Clone();
            }
        }
        else
        {
            result.Properties["result"] = value.Clone();
        }

        return result;
    }
}
