using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>
/// Handles as models write them: "m1, m2", "m1 and m2", "m1 (a brown rabbit)", "a brown rabbit [m1]", "m1 to m3", lists, and records
/// copied back from a result.
/// </summary>
internal static partial class HandleText
{
    /// <summary>Behind a picture's handle that only says where the regions named with it are.</summary>
    public const char Qualifier = '@';

    private const int Most = 5_000;
    private const int LongestRange = 500;

    /// <summary>Words that leave out what follows.</summary>
    private static readonly FrozenSet<string> Excluding = FrozenSet.Create(
        "except", "excepting", "excluding", "exclude", "excludes", "but", "without", "minus", "less", "not", "no", "none", "never", "apart", "besides", "other", "instead", "neither", "nor", "-", "–", "−", "\\");

    private static readonly FrozenSet<string> Dashes = FrozenSet.Create("-", "–", "−");

    /// <summary>Words that say where one region is, or which of several is meant.</summary>
    private static readonly FrozenSet<string> Relating = FrozenSet.Create(
        "in", "of", "from", "on", "inside", "within", "outside", "near", "nearest", "by", "beside", "behind", "under", "over", "above", "below", "between", "touching", "overlapping", "intersecting", "intersect",
        "left", "right", "closest", "to", "at", "around", "into", "off");

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

    private static void CollectText(string said, List<string> words)
    {
        string text = Visible(said);

        // What stands in brackets behind a handle says what it is, unless these are handles too.
        string plain = Comment().Replace(text, match => Words().Matches(match.Groups[1].Value).All(word => IsHandle(word.Value) || IsFiller(word.Value)) ? match.Value : " ");
        plain = Qualified().Replace(plain, "$2 $1");
        plain = Spelled().Replace(plain, match => PrefixOf(match.Groups[1].Value) + match.Groups[2].Value);
        plain = Range().Replace(plain, match => Expanded(match));
        foreach (string item in plain.Split([',', ';', '|', '\n', '\t', '+', '&', '，', '、', '；'], Most, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            CollectItem(item, words);
        }
    }

    private static void CollectItem(string item, List<string> words)
    {
        // A place in a set, as programs write it, is no handle: the whole set would be another thing.
        if (Indexed().Match(item) is { Success: true } indexed)
        {
            words.Add(indexed.Value);
            return;
        }

        string[] said = item.Split([' ', '\r', '[', ']', '(', ')', '{', '}', '"', '\'', '`', '<', '>', '='], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.TrimStart('#', '@', '*').TrimEnd('.', ':', '=', '?', '!', '*')).Select(word => word.Length > 1 ? word.TrimEnd('-') : word).Where(word => word.Length > 0).ToArray();
        string[] handles = said.Where(IsHandle).ToArray();
        string[] others = said.Where(word => !IsHandle(word) && !IsFiller(word)).ToArray();
        if (handles.Length == 0)
        {
            string[] left = others.Length == 0 ? said : others;
            words.AddRange(left.Length > 1 && left.All(word => char.IsAsciiLetter(word[0])) ? [string.Join(' ', left)] : left);
            return;
        }

        bool marked = item.Contains('[', StringComparison.Ordinal) || item.Contains(':', StringComparison.Ordinal);
        Refuse(item, said, marked);

        // "m1 of img1" and "img1.m1" say where a region is; "m1 and img1" are two things.
        bool qualifies = handles.Any(IsRegionOrSet) && !said.Any(word => Word(word) is "and" or "or" or "plus");
        words.AddRange(qualifies ? [.. handles.Where(handle => !IsRegionOrSet(handle)).Select(handle => handle + Qualifier), .. handles.Where(IsRegionOrSet)] : handles);

        // "a brown rabbit [m1]", "m1: a brown rabbit" and "m1 a brown rabbit" describe; "m1 and the rabbit" names two things, of which one is no
        // handle, and "s1 largest" is less than the set.
        bool describes = others.Length == 0 || marked
            || (handles.Length == 1 && IsHandle(said[0]) && said[0][0] is not ('s' or 'S') && !said.Skip(1).Any(word => Word(word) is "and" or "or" or "plus" || word.All(char.IsAsciiDigit)));
        if (!describes)
        {
            words.AddRange(others);
        }
    }

    /// <summary>
    /// A list names what is meant. "s1 except m2", "m1 minus m2", "m1 in m3" and "not m1" mean something else than these handles together, and must not
    /// be taken for that.
    /// </summary>
    /// <exception cref="ToolException">The words between or before handles leave something out or say where one is.</exception>
    private static void Refuse(string item, string[] said, bool marked)
    {
        for (int index = 0; index < said.Length; index++)
        {
            string word = Word(said[index]);
            bool excludes = Excluding.Contains(word);
            if (!excludes && !Relating.Contains(word))
            {
                continue;
            }

            int next = index + 1;
            while (next < said.Length && (IsFiller(said[next]) || Excluding.Contains(Word(said[next])) || Word(said[next]) is "for" or "from" or "to" or "a" or "an"))
            {
                next++;
            }

            bool toHandle = next < said.Length && IsRegionOrSet(said[next]);
            bool fromHandle = index > 0 && IsHandle(said[index - 1]);
            if (excludes ? toHandle || (fromHandle && !marked && !Dashes.Contains(word)) : toHandle && said.Take(index).Any(IsRegionOrSet) && !marked)
            {
                throw ToolException.BadArgument(
                    $"'{PlainText.Limit(item, 60)}' is no list: '{PlainText.Limit(said[index], 20)}' would have to be worked out.",
                    "Name the handles that are meant, such as m1, m2. Pixels are taken away by combine_regions with the operation subtract; select_regions picks out of a set.");
            }
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

    /// <summary>Whether a word is written as a handle.</summary>
    public static bool IsHandle(string word) => Handles.Is(word);

    private static bool IsRegionOrSet(string word) => IsHandle(word) && word[0] is 'm' or 'M' or 's' or 'S';

    /// <summary>The text without characters that nobody sees, and with ASCII for its wide forms.</summary>
    private static string Visible(string text)
    {
        text = ArgumentText.Visible(text);
        return text.Any(letter => letter is >= '\uff10' and <= '\uff5a')
            ? string.Concat(text.Select(letter => letter is >= '\uff10' and <= '\uff5a' ? (char)(letter - 0xFEE0) : letter))
            : text;
    }

    private static string PrefixOf(string kind) => Word(kind) switch
    {
        "set" or "s" => "s",
        "image" or "picture" or "photo" or "img" => "img",
        _ => "m",
    };

    private static string Word(string word) => word.ToLowerInvariant();

    private static bool IsFiller(string word) => Word(word) is
        "and" or "or" or "plus" or "with" or "vs" or "versus" or "the" or "of" or "in" or "both" or "region" or "regions" or "mask" or "masks" or "set" or "sets" or "image" or "picture" or "handle" or "handles" or "also" or "then";

    [GeneratedRegex(@"(?<=\b(?:img|m|s|a)\d{1,10})\s*\(([^()]*)\)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Comment();

    /// <summary>"mask 9", "region_9", "m 9", "image 1"; not a file's name.</summary>
    [GeneratedRegex(@"(?<![\w.-])(mask|region|segment|set|image|picture|photo|img|m|s)(?:[ _]|\s*#|(?<=mask|region|set|image))0*([1-9]\d{0,9})(?![\w-]|\.\w)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Spelled();

    /// <summary>"img1.m2", "img1/m2", "img1:m2".</summary>
    [GeneratedRegex(@"\b(img\d{1,10})\s*[.:/>]\s*((?:m|s)\d{1,10})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Qualified();

    [GeneratedRegex(@"\b(?:img|m|s|a)\d{1,10}(?:\s*\[\s*-?\d+\s*\]|\.\d+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Indexed();

    // A dash with blanks around it may as well take away.
    [GeneratedRegex(@"\b(m|s)(\d{1,6})(?:-|–|\s*\.\.\.?\s*|\s*\bto\b\s*|\s*\bthrough\b\s*)(m|s)?(\d{1,6})\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Range();

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Words();
}
