using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.Vision.Tools;

/// <summary>
/// Handles as models write them: "m1, m2", "m1 and m2", "m1 (a brown rabbit)", "a brown rabbit [m1]", "m1 to m3", lists, and records
/// copied back from a result.
/// </summary>
internal static partial class HandleText
{
    private const int Most = 5_000;
    private const int LongestRange = 500;

    private static readonly string[] RegionKeys = ["region", "set", "handle", "id", "mask", "regions", "artifact", "image"];
    private static readonly string[] ImageKeys = ["image", "handle", "id", "name"];

    /// <summary>The handles in their order, and whatever else was named in their place, for the caller to be told of.</summary>
    /// <param name="raw">What was given.</param>
    /// <param name="wantsImage">Whether a picture is meant, where a record tells of several things.</param>
    public static IReadOnlyList<string> Words(object? raw, bool wantsImage = false)
    {
        List<string> words = new();
        Collect(ArgumentText.Unwrapped(raw), wantsImage ? ImageKeys : RegionKeys, words);
        return words;
    }

    private static void Collect(object? value, string[] keys, List<string> words)
    {
        if (words.Count >= Most)
        {
            return;
        }

        switch (value)
        {
            case null:
                break;
            case string text:
                CollectText(ArgumentText.WellFormed(text), words);
                break;
            case JsonElement { ValueKind: JsonValueKind.Array } array:
                foreach (JsonElement item in array.EnumerateArray())
                {
                    Collect(ArgumentText.Unwrapped(item), keys, words);
                }

                break;
            case JsonElement { ValueKind: JsonValueKind.Object } record:
                CollectRecord(record, keys, words);
                break;
            case IEnumerable list:
                foreach (object? item in list)
                {
                    Collect(ArgumentText.Unwrapped(item), keys, words);
                }

                break;
            default:
                if (ArgumentText.Of(value) is { } said)
                {
                    CollectText(said, words);
                }

                break;
        }
    }

    private static void CollectRecord(JsonElement record, string[] keys, List<string> words)
    {
        foreach (string key in keys)
        {
            if (record.TryGetProperty(key, out JsonElement named) && !ArgumentText.IsNothing(named))
            {
                Collect(ArgumentText.Unwrapped(named), keys, words);
                return;
            }
        }

        // A pair of a comparison, or a single value under a name of the model's own.
        int before = words.Count;
        foreach (JsonProperty property in record.EnumerateObject())
        {
            if (property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Object && words.Count < Most)
            {
                Collect(ArgumentText.Unwrapped(property.Value), keys, words);
            }
        }

        if (words.Count == before)
        {
            words.Add(record.GetRawText());
        }
    }

    private static void CollectText(string text, List<string> words)
    {
        // What stands in brackets behind a handle says what it is, unless these are handles too.
        string plain = Comment().Replace(text, match => Words().Matches(match.Groups[1].Value).All(word => IsHandle(word.Value) || IsFiller(word.Value)) ? match.Value : " ");
        plain = Range().Replace(plain, match => Expanded(match));
        foreach (string item in plain.Split([',', ';', '|', '\n', '\t', '+', '&'], Most, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            CollectItem(item, words);
        }
    }

    private static void CollectItem(string item, List<string> words)
    {
        string[] said = item.Split([' ', '\r', '[', ']', '(', ')', '{', '}', '"', '\'', '`', '<', '>'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.TrimEnd('.', ':', '=', '-', '?', '!')).Where(word => word.Length > 0).ToArray();
        string[] handles = said.Where(IsHandle).ToArray();
        string[] others = said.Where(word => !IsHandle(word) && !IsFiller(word)).ToArray();
        if (handles.Length == 0)
        {
            words.AddRange(others.Length == 0 ? said : others);
            return;
        }

        words.AddRange(handles);

        // "a brown rabbit [m1]", "m1: a brown rabbit" and "m1 a brown rabbit" describe; "m1 and the rabbit" names two things, of which one is no handle.
        bool describes = others.Length == 0 || item.Contains('[', StringComparison.Ordinal) || item.Contains(':', StringComparison.Ordinal)
            || (IsHandle(said[0]) && !said.Skip(1).Any(word => Word(word) is "and" or "or" or "plus"));
        if (!describes)
        {
            words.AddRange(others);
        }
    }

    private static string Expanded(Match range)
    {
        string prefix = range.Groups[1].Value.ToLowerInvariant();
        if (!int.TryParse(range.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int first)
            || !int.TryParse(range.Groups[4].Value, NumberStyles.None, CultureInfo.InvariantCulture, out int last)
            || (range.Groups[3].Length > 0 && range.Groups[3].Value.ToLowerInvariant() != prefix) || last <= first || last - first >= LongestRange)
        {
            return range.Value;
        }

        return string.Join(", ", Enumerable.Range(first, last - first + 1).Select(number => prefix + number.ToString(CultureInfo.InvariantCulture)));
    }

    private static bool IsHandle(string word) => Handle().IsMatch(word);

    private static string Word(string word) => word.ToLowerInvariant();

    private static bool IsFiller(string word) => Word(word) is
        "and" or "or" or "plus" or "with" or "the" or "of" or "in" or "both" or "region" or "regions" or "mask" or "masks" or "set" or "sets" or "image" or "picture" or "handle" or "handles" or "also" or "then";

    [GeneratedRegex(@"^(?:img|m|s|a)\d{1,10}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Handle();

    [GeneratedRegex(@"(?<=\b(?:img|m|s|a)\d{1,10})\s*\(([^()]*)\)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b(m|s)(\d{1,6})\s*(?:-|–|\.\.\.?|\bto\b|\bthrough\b)\s*(m|s)?(\d{1,6})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Words();
}
