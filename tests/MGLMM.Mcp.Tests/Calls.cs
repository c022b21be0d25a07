using System.Text.Json;
using MGLMM.Imaging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace MGLMM.Mcp.Tests;

/// <summary>What the tests of both transports say to a server.</summary>
internal static class Calls
{
    /// <summary>A grey picture as a data URI.</summary>
    public static string Picture(int width = 40, int height = 30, byte grey = 128)
    {
        byte[] pixels = new byte[width * height * 3];
        Array.Fill(pixels, grey);
        return DataUri(pixels, width, height);
    }

    /// <summary>A picture that no PNG makes small, as photographs nearly are.</summary>
    public static string Noise(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        new Random(1).NextBytes(pixels);
        return DataUri(pixels, width, height);
    }

    /// <summary>Calls a tool and gives its record; the text and the structured content must be one.</summary>
    public static async Task<(CallToolResult Result, JsonElement Record)> CallAsync(
        this McpClient client, string tool, params (string Name, object? Value)[] arguments)
    {
        CallToolResult result = await client.CallToolAsync(tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value));
        string text = Assert.IsType<TextContentBlock>(result.Content[0]).Text;
        JsonElement record = result.StructuredContent!.Value;
        using JsonDocument parsed = JsonDocument.Parse(text);
        Assert.True(JsonElement.DeepEquals(parsed.RootElement, record));
        Assert.Equal(record.TryGetProperty("code", out _), result.IsError == true);
        return (result, record);
    }

    private static string DataUri(byte[] pixels, int width, int height) => "data:image/png;base64," + Convert.ToBase64String(PngWriter.Encode(RgbImage.FromPixels(pixels, width, height)));

    public static string Text(this JsonElement record, string name) => record.GetProperty(name).GetString()!;

    /// <summary>Checks a value against the part of JSON Schema that the tools' schemas use.</summary>
    public static void AssertFits(JsonElement schema, JsonElement value, string path = "$")
    {
        if (schema.TryGetProperty("type", out JsonElement type))
        {
            string?[] allowed = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(name => name.GetString()).ToArray() : [type.GetString()];
            Assert.True(allowed.Any(name => Is(name!, value)), $"{path} is {value.ValueKind}, not {string.Join(" or ", allowed)}.");
        }

        if (schema.TryGetProperty("anyOf", out JsonElement any))
        {
            Assert.True(any.EnumerateArray().Any(option => Required(option).All(name => value.TryGetProperty(name, out _))), $"{path} has not all fields of any form: {value}");
        }

        if (value.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out JsonElement properties))
        {
            Assert.All(Required(schema), name => Assert.True(value.TryGetProperty(name, out _), $"{path} has no {name}."));
            foreach (JsonProperty property in value.EnumerateObject())
            {
                Assert.True(properties.TryGetProperty(property.Name, out JsonElement known), $"{path} has {property.Name}, of which its schema knows nothing.");
                AssertFits(known, property.Value, $"{path}.{property.Name}");
            }
        }

        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out JsonElement items))
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                AssertFits(items, item, path + "[]");
            }
        }
    }

    private static IEnumerable<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out JsonElement required) ? required.EnumerateArray().Select(name => name.GetString()!) : [];

    private static bool Is(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
