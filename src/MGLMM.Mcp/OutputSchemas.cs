using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;

namespace MGLMM.Mcp;

/// <summary>The schema of what each tool returns: its result, or an error.</summary>
internal static class OutputSchemas
{
    private static readonly Dictionary<string, Type> Results = new(StringComparer.Ordinal)
    {
        ["open_image"] = typeof(OpenedImageResult),
        ["segment_and_caption"] = typeof(GroundedResult),
        ["refer"] = typeof(GroundedResult),
        ["reason_segment"] = typeof(GroundedResult),
        ["caption"] = typeof(CaptionResult),
        ["ask"] = typeof(GroundedResult),
        ["combine_regions"] = typeof(RegionsResult),
        ["select_regions"] = typeof(RegionsResult),
        ["compare_regions"] = typeof(ComparisonResult),
        ["get_regions"] = typeof(RegionsResult),
        ["render_image"] = typeof(ArtifactResult),
        ["export_regions"] = typeof(ArtifactResult),
    };

    /// <summary>The schema of one function's results.</summary>
    /// <param name="function">The function.</param>
    /// <param name="tellsConversation">Whether the result has the conversation's handle.</param>
    public static JsonElement Of(VisionFunction function, bool tellsConversation)
    {
        JsonObject schema = new() { ["type"] = "object", ["description"] = function.ReturnDescription };
        if (Results.TryGetValue(function.Name, out Type? type))
        {
            // Clients want an object at the root, and check every result against it: so both forms are in one, and one of the two is whole.
            (JsonObject result, JsonObject error) = (SchemaOf(type), SchemaOf(typeof(ToolError)));
            if (tellsConversation)
            {
                Properties(result).Add(ConversationCalls.ConversationArgument, new JsonObject { ["type"] = "string" });
                Required(result).Add(ConversationCalls.ConversationArgument);
            }

            JsonObject properties = new();
            foreach ((string? name, JsonNode? value) in Properties(result).Concat(Properties(error)))
            {
                properties.TryAdd(name, value!.DeepClone());
            }

            schema["properties"] = properties;
            schema["anyOf"] = new JsonArray(
                new JsonObject { ["required"] = Required(result).DeepClone() },
                new JsonObject { ["required"] = Required(error).DeepClone() });
        }

        return JsonSerializer.SerializeToElement(schema);
    }

    private static JsonObject SchemaOf(Type type) => JsonSchemaExporter.GetJsonSchemaAsNode(
        JsonSerializerOptions.Default,
        type,
        new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,

            // A list that writes itself is an array to whoever reads it.
            TransformSchemaNode = (context, node) =>
                node is JsonValue && context.TypeInfo.Type is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(IReadOnlyList<>)
                    ? new JsonObject { ["type"] = "array", ["items"] = SchemaOf(list.GetGenericArguments()[0]) }
                    : node,
        }).AsObject();

    private static JsonObject Properties(JsonObject schema) => schema["properties"]!.AsObject();

    private static JsonArray Required(JsonObject schema) => schema["required"]!.AsArray();
}
