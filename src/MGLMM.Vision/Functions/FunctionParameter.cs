using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Vision.Exports;

namespace MGLMM.Vision.Functions;

/// <summary>
/// One parameter: its JSON schema, and how what a model wrote becomes its value. Models write numbers as strings, lists for
/// comma-separated text and "null" for nothing; all of these are taken as they are meant.
/// </summary>
internal sealed class FunctionParameter
{
    private readonly Type _type;

    public FunctionParameter(ParameterInfo parameter, IReadOnlyList<IExportFormat> exportFormats)
    {
        _type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        Type = parameter.ParameterType;
        Name = parameter.Name!;
        Description = parameter.GetCustomAttribute<DescriptionAttribute>()!.Description;
        IsRequired = !parameter.HasDefaultValue;
        DefaultValue = parameter.HasDefaultValue ? parameter.DefaultValue : null;
        AllowedValues = parameter.IsDefined(typeof(ExportFormatNameAttribute))
            ? [.. exportFormats.Select(format => format.Name)]
            : parameter.GetCustomAttribute<AllowedValuesAttribute>()?.Values.OfType<string>().ToArray() ?? [];
        Schema = SchemaOf();
    }

    public string Name { get; }

    public string Description { get; }

    public Type Type { get; }

    public bool IsRequired { get; }

    public object? DefaultValue { get; }

    public IReadOnlyList<string> AllowedValues { get; }

    public JsonElement Schema { get; }

    /// <summary>The value that an argument stands for.</summary>
    /// <param name="argument">A string, a number, a boolean, a list of these, JSON, or null where it was not given.</param>
    /// <exception cref="ToolException">It is missing, or cannot be what the parameter needs.</exception>
    public object? Read(object? argument)
    {
        var text = TextOf(argument);
        if (string.IsNullOrWhiteSpace(text) || text is "null")
        {
            return !IsRequired ? DefaultValue : throw ToolException.BadArgument(
                $"'{Name}' is missing.", AllowedValues.Count > 0 ? $"Give '{Name}', one of: {string.Join(", ", AllowedValues)}." : $"Give '{Name}': {Description}.");
        }

        if (_type == typeof(string))
        {
            return text;
        }

        text = text.Trim();
        if (_type == typeof(bool))
        {
            return text.ToUpperInvariant() switch
            {
                "TRUE" or "YES" or "1" => true,
                "FALSE" or "NO" or "0" => false,
                _ => throw Unfit(text, "Give true or false, or leave it out."),
            };
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            throw Unfit(text, "Give a number, or leave it out.");
        }

        if (_type == typeof(double))
        {
            return number;
        }

        var (least, most) = _type == typeof(int) ? (int.MinValue, int.MaxValue) : (-(1L << 53), 1L << 53);
        if (number != Math.Floor(number) || number < least || number > most)
        {
            throw Unfit(text, "Give a whole number, or leave it out.");
        }

        return _type == typeof(int) ? (object)(int)number : (long)number;
    }

    private ToolException Unfit(string text, string remedy) => ToolException.BadArgument($"'{Name}' is '{PlainText.Limit(text, 40)}'.", remedy);

    private static string? TextOf(object? argument) => argument switch
    {
        null => null,
        string text => text,
        JsonElement element => TextOf(element),
        JsonNode node => TextOf(JsonSerializer.SerializeToElement(node)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable<object?> list => string.Join(", ", list.Select(TextOf)),
        _ => argument.ToString(),
    };

    private static string? TextOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Array => string.Join(", ", element.EnumerateArray().Select(TextOf)),
        _ => element.GetRawText(),
    };

    private JsonElement SchemaOf()
    {
        var schema = new JsonObject
        {
            ["type"] = _type == typeof(string) ? "string" : _type == typeof(bool) ? "boolean" : _type == typeof(double) ? "number" : "integer",
            ["description"] = Description,
        };
        if (AllowedValues.Count > 0)
        {
            schema["enum"] = new JsonArray([.. AllowedValues.Select(value => JsonValue.Create(value))]);
        }

        if (DefaultValue is not null)
        {
            schema["default"] = JsonSerializer.SerializeToNode(DefaultValue, _type);
        }

        using var document = JsonDocument.Parse(schema.ToJsonString());
        return document.RootElement.Clone();
    }
}
