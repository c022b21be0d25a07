using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Data.Tests.SegCap;

/// <summary>As much of JSON Schema 2020-12 as <c>docs/segcap.schema.json</c> uses; another word in a schema is an error.</summary>
internal sealed class JsonSchema(JsonElement root)
{
    private static readonly string[] Notes = ["$schema", "$defs", "title", "description", "examples", "default"];

    /// <summary>Whether a value is valid.</summary>
    public bool Accepts(JsonElement value) => Accepts(root, value);

    private bool Accepts(JsonElement schema, JsonElement value) => schema.EnumerateObject().All(rule => Holds(schema, rule, value));

    private bool Holds(JsonElement schema, JsonProperty rule, JsonElement value) => rule.Name switch
    {
        "type" => (rule.Value.ValueKind == JsonValueKind.Array ? rule.Value.EnumerateArray() : Enumerable.Repeat(rule.Value, 1)).Any(type => IsOf(type.GetString()!, value)),
        "required" => value.ValueKind != JsonValueKind.Object || rule.Value.EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)),
        "properties" => value.ValueKind != JsonValueKind.Object
            || rule.Value.EnumerateObject().All(property => !value.TryGetProperty(property.Name, out JsonElement found) || Accepts(property.Value, found)),
        "items" => value.ValueKind != JsonValueKind.Array || value.EnumerateArray().All(item => Accepts(rule.Value, item)),
        "minItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() >= rule.Value.GetInt32(),
        "maxItems" => value.ValueKind != JsonValueKind.Array || value.GetArrayLength() <= rule.Value.GetInt32(),
        "minLength" => value.ValueKind != JsonValueKind.String || value.GetString()!.Length >= rule.Value.GetInt32(),
        "minimum" => value.ValueKind != JsonValueKind.Number || value.GetDouble() >= rule.Value.GetDouble(),
        "pattern" => value.ValueKind != JsonValueKind.String || Regex.IsMatch(value.GetString()!, rule.Value.GetString()!),
        "enum" => rule.Value.EnumerateArray().Any(other => JsonElement.DeepEquals(other, value)),
        "const" => JsonElement.DeepEquals(rule.Value, value),
        "anyOf" => rule.Value.EnumerateArray().Any(other => Accepts(other, value)),
        "oneOf" => rule.Value.EnumerateArray().Count(other => Accepts(other, value)) == 1,
        "$ref" => Accepts(Referenced(rule.Value.GetString()!), value),
        "if" => !schema.TryGetProperty(Accepts(rule.Value, value) ? "then" : "else", out JsonElement branch) || Accepts(branch, value),
        "then" or "else" => true,
        _ => Notes.Contains(rule.Name) ? true : throw new InvalidDataException($"The schema uses '{rule.Name}'."),
    };

    private JsonElement Referenced(string pointer) => pointer.Split('/').Skip(1).Aggregate(root, (element, name) => element.GetProperty(name));

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "integer" => value.ValueKind == JsonValueKind.Number && value.GetDouble() == Math.Floor(value.GetDouble()),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        _ => value.ValueKind.ToString().Equals(type, StringComparison.OrdinalIgnoreCase),
    };
}
