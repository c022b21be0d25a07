using System.Globalization;
using System.Text.Json;

namespace MGLMM.Data.Input;

/// <summary>A JSON value that knows where it stands, so that what is wrong with it can be said.</summary>
/// <param name="element">The value.</param>
/// <param name="file">The file that it stands in.</param>
/// <param name="path">Where there, such as <c>annotations[17].bbox</c>.</param>
internal readonly struct JsonPlace(JsonElement element, string file, string path)
{
    /// <summary>The value itself.</summary>
    public JsonElement Element => element;

    /// <summary>Where it stands.</summary>
    public string Path => path;

    /// <summary>The file that it stands in.</summary>
    public string File => file;

    public JsonValueKind Kind => element.ValueKind;

    public bool IsList => element.ValueKind == JsonValueKind.Array;

    public bool IsObject => element.ValueKind == JsonValueKind.Object;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    public bool IsNumber => element.ValueKind == JsonValueKind.Number;

    /// <summary>How many items a list has.</summary>
    public int Count => IsList ? element.GetArrayLength() : throw Wrong("a list");

    /// <summary>A property that has to be there.</summary>
    public JsonPlace this[string name] => Find(name) ?? throw Fault.At(file, path, $"it has no '{name}'.");

    /// <summary>An item of a list.</summary>
    public JsonPlace this[int index] => new(element[index], file, $"{path}[{index}]");

    /// <summary>A property; null where it is absent or null.</summary>
    public JsonPlace? Find(string name)
    {
        if (!IsObject)
        {
            throw Wrong("an object");
        }

        return element.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? new JsonPlace(value, file, path.Length == 0 ? name : $"{path}.{name}") : null;
    }

    /// <summary>The items of a list.</summary>
    public IEnumerable<JsonPlace> Items()
    {
        int count = Count;
        for (int index = 0; index < count; index++)
        {
            yield return this[index];
        }
    }

    /// <summary>The properties of an object, in order.</summary>
    public IEnumerable<(string Name, JsonPlace Value)> Properties()
    {
        if (!IsObject)
        {
            throw Wrong("an object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException exception)
            {
                throw Fault.At(file, path, "the name of a property holds half a character.", exception);
            }

            yield return (name, new JsonPlace(property.Value, file, path.Length == 0 ? name : $"{path}.{name}"));
        }
    }

    public string Text()
    {
        try
        {
            return IsText ? element.GetString()! : throw Wrong("a text");
        }
        catch (InvalidOperationException exception)
        {
            throw Fault.At(file, path, "its text holds half a character.", exception);
        }
    }

    /// <summary>The value as it stands in the file.</summary>
    public string Raw()
    {
        try
        {
            return element.GetRawText();
        }
        catch (InvalidOperationException exception)
        {
            throw Fault.At(file, path, "a text in it is no UTF-8.", exception);
        }
    }

    public long Integer() => IsNumber && element.TryGetInt64(out long value)
        ? value
        : IsNumber && element.TryGetDouble(out double number) && IsWhole(number) ? (long)number : throw Wrong("a whole number");

    /// <summary>Whether a number that is written with a fraction or an exponent, as <c>139.0</c>, is a whole one all the same.</summary>
    public static bool IsWhole(double number) => number == Math.Floor(number) && Math.Abs(number) < 1L << 53;

    /// <summary>A whole number within bounds, both included.</summary>
    public int Integer(int least, int most)
    {
        long value = Integer();
        return value >= least && value <= most ? (int)value : throw Fault.At(file, path, string.Create(CultureInfo.InvariantCulture, $"it is {value}, and has to be {least} to {most}."));
    }

    public double Number() => IsNumber && element.TryGetDouble(out double value) && double.IsFinite(value) ? value : throw Wrong("a number");

    public bool Truth() => Kind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,

        // Python writes its integers where it means truth values.
        JsonValueKind.Number => Integer() != 0,
        _ => throw Wrong("a truth value"),
    };

    /// <summary>The numbers of a list.</summary>
    public double[] Numbers()
    {
        double[] numbers = new double[Count];
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            numbers[index] = item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double value) && double.IsFinite(value) ? value : throw this[index].Wrong("a number");
            index++;
        }

        return numbers;
    }

    /// <summary>The whole numbers of a list.</summary>
    public int[] Integers()
    {
        int[] numbers = new int[Count];
        int index = 0;
        foreach (JsonElement item in element.EnumerateArray())
        {
            numbers[index] = item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out int value) ? value : throw this[index].Wrong("a whole number");
            index++;
        }

        return numbers;
    }

    /// <summary>An error about this value.</summary>
    public InvalidDataException Wrong(string wanted) => Fault.At(file, path, $"it is {Name(element)} instead of {wanted}.");

    /// <summary>An error about this value.</summary>
    public InvalidDataException Says(string what, Exception? cause = null) => Fault.At(file, path, what, cause);

    private static string Name(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "the number " + Shortened(element.GetRawText()),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "null",
    };

    private static string Shortened(string text) => text.Length <= 24 ? text : text[..24] + "...";
}
