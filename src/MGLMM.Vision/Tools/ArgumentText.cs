using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MGLMM.Vision.Tools;

/// <summary>
/// What models write as an argument, made plain. They write numbers as strings, lists for a single thing, JSON within JSON, and "null",
/// "N/A" or [] for what they do not want to give. This is the one place where argument text is cleaned.
/// </summary>
internal static partial class ArgumentText
{
    private const string Quotes = "\"'`";

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private static readonly FrozenSet<string> Nothing = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "null", "none", "nil", "nan", "n/a", "undefined", "unset", "unspecified", "not specified", "not applicable", "not given", "default", "empty", "blank",
        "[]", "{}", "()", "\"\"", "''", "-", "--", "—", "?", "<null>", "<none>", "(none)", "(empty)", "[null]", "[\"\"]", "na", "n.a.", "not provided", "omitted");

    /// <summary>What may stand beside a value in a record that a model made of it after the schema.</summary>
    private static readonly FrozenSet<string> SchemaWords = FrozenSet.Create("type", "description", "title", "format", "default", "enum", "name");

    /// <summary>JSON where there is JSON, also inside a string; otherwise what was given.</summary>
    /// <param name="raw">A string, a number, a boolean, a list of these, JSON, or null.</param>
    public static object? Unwrapped(object? raw)
    {
        for (int depth = 0; depth < 4; depth++)
        {
            switch (raw)
            {
                case JsonNode node:
                    raw = JsonSerializer.SerializeToElement(node);
                    break;
                case JsonElement { ValueKind: JsonValueKind.String } element:
                    raw = StringOf(element);
                    break;
                case JsonElement { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }:
                    return null;
                case JsonElement { ValueKind: JsonValueKind.Object } record when record.TryGetProperty("value", out JsonElement value)
                    && record.EnumerateObject().All(property => property.NameEquals("value") || SchemaWords.Contains(property.Name)):
                    raw = value;
                    break;
                case string text when Unfenced(text) is var plain && LooksLikeJson(plain) && (Parsed(Repaired(plain)) ?? Parsed(PythonText.ToJson(plain))) is { } parsed:
                    raw = parsed;
                    break;
                default:
                    return raw;
            }
        }

        return raw is JsonElement { ValueKind: JsonValueKind.String } last ? StringOf(last) : raw;
    }

    /// <summary>Whether an argument says that it is not given.</summary>
    public static bool IsNothing(object? raw) => Unwrapped(raw) switch
    {
        null => true,
        string text => IsNothing(Unquoted(text.Trim())),
        JsonElement { ValueKind: JsonValueKind.Array } array => array.EnumerateArray().All(item => IsNothing(item)),
        JsonElement { ValueKind: JsonValueKind.Object } record => record.EnumerateObject().All(property => IsNothing(property.Value)),
        IEnumerable list => list.Cast<object?>().All(IsNothing),
        var value => Plain(value) is not { } text || IsNothing(text),
    };

    /// <summary>An argument as text: well-formed, trimmed, without quotes around it; null where it says nothing.</summary>
    public static string? Of(object? raw)
    {
        string? text = Plain(Unwrapped(raw));
        if (text is null)
        {
            return null;
        }

        text = Unquoted(WellFormed(text).Trim());
        return IsNothing(text) ? null : text;
    }

    /// <summary>Whether an argument says no, or 0: what models fill in where no truth and no number is asked for.</summary>
    public static bool IsNo(object? raw) => Of(raw) is { } text && Zero().IsMatch(text);

    /// <summary>Arguments of which every record's names can be read: half of a surrogate pair, which JSON can escape, is U+FFFD.</summary>
    public static object? Readable(object? raw)
    {
        raw = raw is JsonNode node ? JsonSerializer.SerializeToElement(node) : raw;
        return raw is JsonElement { ValueKind: JsonValueKind.Object or JsonValueKind.Array } element
            && element.GetRawText() is var text && Repaired(text) is var repaired && !ReferenceEquals(text, repaired) ? Parsed(repaired) : raw;
    }

    /// <summary>Text without characters that nobody sees: a handle with one in it looks like a handle.</summary>
    public static string Visible(string text)
    {
        if (!text.Any(IsInvisible))
        {
            return text;
        }

        return string.Concat(text.Where(letter => !IsInvisible(letter)));
    }

    /// <summary>A name as models write it: case, blanks, dashes and quotes do not matter.</summary>
    public static string Word(string name) =>
        Separators().Replace(Visible(name).Trim(' ', '\t', '\r', '\n', '"', '\'', '`', '[', ']', '.', ','), "_").ToLowerInvariant();

    /// <summary>An argument's name, letters and digits alone: "minAreaPx", "min-area-px" and "min_area_px" are one.</summary>
    public static string Name(string name)
    {
        StringBuilder plain = new(name.Length);
        foreach (char letter in name)
        {
            if (char.IsLetterOrDigit(letter))
            {
                plain.Append(char.ToLowerInvariant(letter));
            }
        }

        return plain.ToString();
    }

    /// <summary>Text in which no half of a surrogate pair stands alone, which writers of JSON and UTF-8 refuse.</summary>
    public static string WellFormed(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogate(text[index]))
            {
                if (index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]))
                {
                    index++;
                    continue;
                }

                StringBuilder clean = new(text.Length);
                foreach (Rune rune in text.EnumerateRunes())
                {
                    clean.Append(rune.ToString());
                }

                return clean.ToString();
            }
        }

        return text;
    }

    private static bool IsNothing(string text) => Visible(text).Trim() is var seen && (seen.Length == 0 || Nothing.Contains(seen));

    private static bool IsInvisible(char letter) =>
        letter is not ('\t' or '\r' or '\n') && char.GetUnicodeCategory(letter) is UnicodeCategory.Format or UnicodeCategory.Control;

    private static string? Plain(object? value) => value switch
    {
        null => null,
        string text => text,
        JsonElement { ValueKind: JsonValueKind.Array } array => Joined(array.EnumerateArray().Select(item => Of(item))),
        JsonElement { ValueKind: JsonValueKind.Object } record when IsNothing(record) => null,
        JsonElement { ValueKind: JsonValueKind.Object } record =>
            record.EnumerateObject().ToArray() is [{ Value.ValueKind: JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } only] ? Of(only.Value) : record.GetRawText(),
        JsonElement element => element.GetRawText(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => Joined(list.Cast<object?>().Select(Of)),
        _ => value.ToString(),
    };

    private static string Joined(IEnumerable<string?> items) => string.Join(", ", items.Where(item => item is not null));

    private static string Unquoted(string text)
    {
        while (text.Length >= 2 && Quotes.Contains(text[0], StringComparison.Ordinal) && text[^1] == text[0] && text.AsSpan(1, text.Length - 2).IndexOf(text[0]) < 0)
        {
            text = text[1..^1].Trim();
        }

        return text;
    }

    private static bool LooksLikeJson(string text) => text.AsSpan().Trim() is [('{' or '[' or '"' or '('), .., ('}' or ']' or '"' or ')')];

    /// <summary>What stands in a Markdown fence; the text itself where there is none.</summary>
    private static string Unfenced(string text) => Fence().Match(text) is { Success: true } match ? match.Groups[1].Value : text;

    /// <summary>JSON in which no half of a surrogate pair is escaped; the same instance where there was none.</summary>
    private static string Repaired(string json) =>
        json.Contains("\\u", StringComparison.Ordinal) ? SurrogateEscape().Replace(json, match => match.Groups[1].Success ? "\\ufffd" : match.Value) is var repaired && repaired != json ? repaired : json : json;

    private static JsonElement? Parsed(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Lenient);
            return document.RootElement.Clone();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A JSON string, also one that escapes half of a surrogate pair.</summary>
    private static string StringOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return WellFormed(Escape().Replace(
                element.GetRawText()[1..^1],
                match => match.Value[1] switch
                {
                    'u' => ((char)ushort.Parse(match.Value.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
                    'n' or 'r' or 't' or 'b' or 'f' => " ",
                    var letter => letter.ToString(),
                }));
        }
    }

    [GeneratedRegex(@"\\(?:u[0-9a-fA-F]{4}|.)", RegexOptions.Singleline)]
    private static partial Regex Escape();

    /// <summary>A whole escape at a time: a pair, a lone half (the group), or any other.</summary>
    [GeneratedRegex(@"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\.", RegexOptions.Singleline)]
    private static partial Regex SurrogateEscape();

    [GeneratedRegex(@"^\s*```[\w-]*\s*(.*?)\s*```\s*$", RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(?:[-+]?0+(?:\.0*)?|false|no|off)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Zero();

    [GeneratedRegex(@"[\s\-]+")]
    private static partial Regex Separators();
}
