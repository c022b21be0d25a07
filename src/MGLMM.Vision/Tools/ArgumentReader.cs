using System.Text.Json;
using System.Text.RegularExpressions;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools;

/// <summary>
/// From the arguments that a model wrote to the values of a tool's parameters. Another name for the same idea is taken as it is meant; a
/// name that no parameter has is refused by name, for to drop it would answer another question.
/// </summary>
internal static partial class ArgumentReader
{
    /// <summary>What models wrap arguments in.</summary>
    private static readonly string[] Wrappers =
        ["arguments", "args", "input", "inputs", "parameters", "params", "kwargs", "payload", "data", "body", "request", "json", "toolinput", "functionarguments", "properties", "value", "toolarguments", "toolargs", "actioninput", "function"];

    private const int DeepestWrapping = 5;

    /// <summary>What may stand beside a wrapper: which function it is for.</summary>
    private static readonly string[] Envelopes = ["name", "function", "functionname", "tool", "toolname", "type", "id", "callid", "plugin", "recipientname", "action", "index"];

    /// <summary>What may follow a parameter's name without changing what it says.</summary>
    private static readonly string[] Endings = ["px", "pixels", "pixel", "handle", "handles", "id", "ids", "name", "names", "list", "value", "text", "string", "str", "s", "number", "no", "in"];

    /// <summary>Reads all arguments of a call.</summary>
    /// <exception cref="ToolException">An argument is unknown, missing, contradicted, or cannot be what its parameter needs.</exception>
    public static ToolCall Read(VisionTool tool, IEnumerable<KeyValuePair<string, object?>> arguments, VisionToolContext context)
    {
        (Dictionary<ToolParameter, List<(string Name, object? Value)>>? given, object? picture) = Assign(tool, Unpacked(tool, [.. arguments]));
        ToolCall call = new(context);

        // Words and numbers before regions, so that a mistake in the call is told before one about what there is.
        foreach (ToolParameter? parameter in tool.Parameters.OrderBy(parameter => parameter.NamesRegions))
        {
            object? raw = given.TryGetValue(parameter, out List<(string Name, object? Value)>? values) ? OneOf(parameter, values) : null;
            call.Set(parameter, raw is null ? parameter.ReadMissing(call) : parameter.Read(raw, call));
        }

        // Which picture regions belong to is known without being told; but what is told must be true.
        if (picture is not null && tool.Parameters.OfType<RegionsParameter>().First() is var regions && call.Get(regions) is { } list
            && context.ImageOf(HandleText.Words(picture, wantsImage: true), ArgumentText.Of(picture)) is var told && told.Handle != list.Image.Handle)
        {
            throw new ToolException(
                ToolErrorCodes.RegionOfAnotherImage, $"The regions belong to {list.Image.Handle}, not to {told.Handle}.", $"Leave the picture out, or use regions of {told.Handle}.");
        }

        return call;
    }

    /// <summary>Arguments of which every name and value can be read as text.</summary>
    public static IReadOnlyList<KeyValuePair<string, object?>> Readable(IEnumerable<KeyValuePair<string, object?>> arguments) =>
        [.. arguments.Select(argument => KeyValuePair.Create(ArgumentText.WellFormed(argument.Key), ArgumentText.Readable(argument.Value)))];

    /// <summary>Takes a text that is none of the tool's own arguments out of a call, wherever in its wrappers and however it is written.</summary>
    /// <param name="tool">The tool.</param>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">The call's arguments, as the caller wrote them.</param>
    /// <param name="rest">The arguments without it, out of their wrappers.</param>
    /// <returns>The text; null where it is left out.</returns>
    /// <exception cref="ToolException">It is no text, or two different ones; or the arguments are for another tool.</exception>
    public static string? Take(VisionTool tool, string name, IEnumerable<KeyValuePair<string, object?>> arguments, out IReadOnlyList<KeyValuePair<string, object?>> rest)
    {
        // Before it is looked for inside of others: a record of this name is its value, and wraps nothing.
        ILookup<bool, KeyValuePair<string, object?>> outside = Readable(arguments).ToLookup(IsMeant);
        ILookup<bool, KeyValuePair<string, object?>> inside = Unpacked(tool, [.. outside[false]]).ToLookup(IsMeant);
        rest = [.. inside[false]];
        string[] said =
        [
            .. outside[true].Concat(inside[true]).Where(argument => !ArgumentText.IsNothing(argument.Value))
                .Select(argument => TextIn(argument.Value)
                    ?? throw ToolException.BadArgument($"'{name}' is {PlainText.Limit(ArgumentText.Of(argument.Value) ?? string.Empty, 40)}, which is no text.", $"Give '{name}' as it was told, or leave it out."))
                .Distinct(StringComparer.Ordinal),
        ];
        return said.Length > 1
            ? throw ToolException.BadArgument($"'{name}' is given as {string.Join(" and as ", said.Take(3).Select(text => PlainText.Limit(text, 40)))}.", $"Give '{name}' once.")
            : said.FirstOrDefault();

        bool IsMeant(KeyValuePair<string, object?> argument) =>
            ArgumentText.Name(argument.Key) is var said && (said == ArgumentText.Name(name) || (HasEnding(ArgumentText.Name(name), said) && !Knows(tool, argument.Key)));
    }

    /// <summary>The only text of a value, also as the only one of a list or of a record; null where there is none, or more.</summary>
    private static string? TextIn(object? value) => ArgumentText.Unwrapped(value) switch
    {
        string text => ArgumentText.Of(text),
        JsonElement { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 => TextIn(list[0]),
        JsonElement { ValueKind: JsonValueKind.Object } record when record.EnumerateObject().ToArray() is [var only] => TextIn(only.Value),
        _ => null,
    };

    /// <summary>Whether a tool has an argument of that name, or of one that means it.</summary>
    public static bool Knows(VisionTool tool, string name) => ParameterOf(tool, name) is not null || Number(tool, name) is not null;

    private static (Dictionary<ToolParameter, List<(string Name, object? Value)>> Given, object? Picture) Assign(VisionTool tool, IReadOnlyList<KeyValuePair<string, object?>> arguments)
    {
        Dictionary<ToolParameter, List<(string Name, object? Value)>> given = new();
        SortedList<(int Number, int At), (string Name, object? Value)> numbered = new();
        List<string> unknown = new();
        object? picture = null;
        foreach ((string? name, object? value) in arguments)
        {
            if (ParameterOf(tool, name) is { } parameter)
            {
                Give(parameter, name, value);
            }
            else if (Number(tool, name) is { } number)
            {
                numbered.Add((number, numbered.Count), (name, value));
            }
            else if (ArgumentText.IsNothing(value))
            {
                continue;
            }
            else if (IsPicture(tool, name))
            {
                picture = value;
            }
            else
            {
                unknown.Add(name);
            }
        }

        if (unknown.Count > 0)
        {
            throw Unknown(tool, unknown);
        }

        // region_a and region_b: the first of them where the first regions belong, all further ones where others do.
        if (tool.Parameters.OfType<RegionsParameter>().ToArray() is [var first, .. var rest])
        {
            foreach (((int Number, int At) _, (string? name, object? value)) in numbered)
            {
                Give(given.ContainsKey(first) && rest.Length > 0 ? rest[0] : first, name, value);
            }
        }

        // A picture alone stands for all of its regions.
        if (picture is not null && tool.Parameters.OfType<RegionsParameter>().First() is var all && !given.ContainsKey(all))
        {
            Give(all, "image", picture);
            picture = null;
        }

        return (given, picture);

        void Give(ToolParameter parameter, string name, object? value)
        {
            if (!parameter.IsLeftOut(value))
            {
                (given.TryGetValue(parameter, out List<(string Name, object? Value)>? known) ? known : given[parameter] = []).Add((name, value));
            }
        }
    }

    private static object? OneOf(ToolParameter parameter, List<(string Name, object? Value)> values)
    {
        if (values.Count == 1)
        {
            return values[0].Value;
        }

        string?[] texts = values.Select(value => ArgumentText.Of(value.Value)).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return texts.Length == 1 ? values[0].Value
            : parameter.Collects ? values.Select(value => value.Value).ToArray()
            : throw ToolException.BadArgument(
                $"'{parameter.Name}' is given as {string.Join(" and as ", values.Take(3).Select(value => $"{PlainText.Limit(value.Name, 40)}: {PlainText.Limit(ArgumentText.Of(value.Value) ?? string.Empty, 40)}"))}.",
                $"Give '{parameter.Name}' once.");
    }

    private static ToolParameter? ParameterOf(VisionTool tool, string said)
    {
        string name = ArgumentText.Name(said);
        return name.Length == 0 ? null
            : tool.Parameters.FirstOrDefault(parameter => ArgumentText.Name(parameter.Name) == name)
            ?? tool.Parameters.FirstOrDefault(parameter => parameter.Aliases.Any(alias => ArgumentText.Name(alias) == name))
            ?? tool.Parameters.FirstOrDefault(parameter => IsNearly(ArgumentText.Name(parameter.Name), name))
            ?? tool.Parameters.FirstOrDefault(parameter => parameter.Aliases.Any(alias => HasEnding(ArgumentText.Name(alias), name)));
    }

    /// <summary>"min_area" for "min_area_px", "other" for "others", "image_handle" for "image".</summary>
    private static bool IsNearly(string name, string said) =>
        (said.Length >= 3 && HasEnding(said, name)) || HasEnding(name, said);

    private static bool HasEnding(string name, string said) =>
        said.Length > name.Length && said.StartsWith(name, StringComparison.Ordinal) && Array.IndexOf(Endings, said[name.Length..]) >= 0;

    /// <summary>Whether a name means a picture, in a tool whose regions tell which it is.</summary>
    private static bool IsPicture(VisionTool tool, string said) =>
        tool.Parameters.Any(parameter => parameter is RegionsParameter) && !tool.Parameters.Any(parameter => parameter is ImageParameter)
        && ArgumentText.Name(said) is "image" or "picture" or "photo" or "img" or "imageid" or "imagehandle" or "imagename" or "pictureid";

    /// <summary>The number of one of several regions that are named one by one: 1 for "region_a", 2 for "second_mask"; null if it is none of these.</summary>
    private static int? Number(VisionTool tool, string said)
    {
        if (!tool.Parameters.Any(parameter => parameter is RegionsParameter) || Numbered().Match(said.Trim().Replace('-', '_')) is not { Success: true } match)
        {
            return null;
        }

        string mark = match.Groups[1].Length > 0 ? match.Groups[1].Value : match.Groups[2].Value;
        return mark.ToLowerInvariant() switch
        {
            "first" or "one" => 1,
            "second" or "two" => 2,
            "third" or "three" => 3,
            [>= '0' and <= '9' and var digit] => digit - '0',
            [var letter] => letter - 'a' + 1,
            _ => null,
        };
    }

    private static IReadOnlyList<KeyValuePair<string, object?>> Unpacked(VisionTool tool, IReadOnlyList<KeyValuePair<string, object?>> arguments)
    {
        for (int depth = 0; depth < DeepestWrapping; depth++)
        {
            int at = 0;
            JsonElement? inside = null;
            for (; at < arguments.Count && inside is null; at++)
            {
                inside = WrappedIn(tool, arguments[at]);
            }

            if (inside is not { } record)
            {
                return arguments;
            }

            arguments = [.. arguments.Where((argument, index) => index != at - 1 && !IsEnvelope(tool, argument)), .. record.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, (object?)property.Value))];
        }

        return arguments;
    }

    /// <summary>The record of arguments that one argument is; null where it is a value.</summary>
    private static JsonElement? WrappedIn(VisionTool tool, KeyValuePair<string, object?> argument)
    {
        if (RecordOf(argument.Value) is not { } record)
        {
            return null;
        }

        // A record may also be the value of a parameter, also of one that is called like a wrapper; and what wraps may have any name.
        bool isCalledSo = Array.IndexOf(Wrappers, ArgumentText.Name(argument.Key)) >= 0;
        bool isParameter = ParameterOf(tool, argument.Key) is not null;
        return (isCalledSo && !isParameter) || ((isCalledSo || !isParameter) && record.EnumerateObject().Any(property => Knows(tool, property.Name) || (!isParameter && WrappedIn(tool, KeyValuePair.Create(property.Name, (object?)property.Value)) is not null))) ? record : null;
    }

    /// <summary>A record, also as the only one of a list, as JSON in a string, and in a Markdown fence.</summary>
    private static JsonElement? RecordOf(object? value) => ArgumentText.Unwrapped(value) switch
    {
        JsonElement { ValueKind: JsonValueKind.Object } record => record,
        JsonElement { ValueKind: JsonValueKind.Array } list when list.GetArrayLength() == 1 => RecordOf(list[0]),
        _ => null,
    };

    /// <summary>Whether an argument beside a wrapper only says which function it is for.</summary>
    /// <exception cref="ToolException">It is for another function.</exception>
    private static bool IsEnvelope(VisionTool tool, KeyValuePair<string, object?> argument)
    {
        string name = ArgumentText.Name(argument.Key);
        if (Array.IndexOf(Envelopes, name) < 0 || ArgumentText.Of(argument.Value) is not { } said)
        {
            return false;
        }

        string word = ArgumentText.Name(said);
        if (word.EndsWith(ArgumentText.Name(tool.Name), StringComparison.Ordinal) || (name == "type" && word is "function" or "functioncall" or "tool" or "tooluse" or "toolcall")
            || (name == "id" && !HandleText.IsHandle(said)))
        {
            return true;
        }

        return ParameterOf(tool, argument.Key) is null
            && (name is "id" or "callid" or "index" or "type" or "plugin" ? true
                : throw ToolException.BadArgument($"This is {tool.Name}, and the arguments are for '{PlainText.Limit(said, 40)}'.", "Call that function, or leave the name out and give the arguments themselves."));
    }

    private static ToolException Unknown(VisionTool tool, List<string> names)
    {
        string said = string.Join(", ", names.Take(4).Select(name => $"'{PlainText.Limit(name, 40)}'"));
        return ToolException.BadArgument(
            $"{tool.Name} has no argument {said}.",
            tool.Parameters.Count == 0 ? "Call it without arguments." : $"It takes {string.Join(", ", tool.Parameters.Select(parameter => parameter.Name))}: say it with these, or leave it out.");
    }

    [GeneratedRegex(
        "^(?:regions?|masks?|sets?|handles?|operands?|inputs?|objects?|segments?|items?|args?)?_?([a-i]|[0-9]|first|second|third|one|two|three)$|^(first|second|third)_(?:region|mask|set|handle|operand|object|segment)s?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();
}
