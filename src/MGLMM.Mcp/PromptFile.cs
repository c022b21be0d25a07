using System.Reflection;
using System.Text.Json;

namespace MGLMM.Mcp;

/// <summary>
/// One of the prompts that come with the tools (<c>prompts/functions</c>): its text with <c>{{$name}}</c> where arguments go, and what is known
/// of these.
/// </summary>
internal sealed record PromptFile(string Name, string Description, IReadOnlyList<PromptFile.Variable> Variables, string Text)
{
    private const string Folder = "prompts/";
    private const string TextName = "/skprompt.txt";
    private const string RoleStart = "<message role=\"user\">";
    private const string RoleEnd = "</message>";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<PromptFile> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(TextName, StringComparison.Ordinal))
            .Select(name => Read(name[Folder.Length..^TextName.Length]))
            .OrderBy(prompt => prompt.Name, StringComparer.Ordinal),
    ];

    /// <summary>The text with arguments in it. An argument is text alone: what looks like markup in it opens no role and names no argument.</summary>
    /// <param name="valueOf">An argument's value.</param>
    public string Fill(Func<Variable, string> valueOf)
    {
        string text = Text.Trim();
        if (text.StartsWith(RoleStart, StringComparison.Ordinal) && text.EndsWith(RoleEnd, StringComparison.Ordinal))
        {
            text = text[RoleStart.Length..^RoleEnd.Length].Trim();
        }

        // One piece after the other, so that no value is searched for further arguments.
        System.Text.StringBuilder filled = new(text.Length);
        ReadOnlySpan<char> rest = text.AsSpan();
        while (rest.IndexOf("{{$") is >= 0 and var at && rest[at..].IndexOf("}}") is >= 0 and var length)
        {
            string name = rest.Slice(at + 3, length - 3).ToString();
            filled.Append(rest[..at]).Append(Variables.FirstOrDefault(variable => variable.Name == name) is { } variable ? valueOf(variable) : string.Empty);
            rest = rest[(at + length + 2)..];
        }

        return filled.Append(rest).ToString();
    }

    private static PromptFile Read(string name)
    {
        using JsonDocument config = JsonDocument.Parse(Resource($"{Folder}{name}/config.json"));
        return new PromptFile(
            name,
            config.RootElement.GetProperty("description").GetString()!,
            [
                .. config.RootElement.GetProperty("input_variables").EnumerateArray().Select(variable => new Variable(
                    variable.GetProperty("name").GetString()!,
                    variable.GetProperty("description").GetString()!,
                    variable.TryGetProperty("default", out JsonElement value) ? value.GetString() : null,
                    variable.TryGetProperty("is_required", out JsonElement required) && required.GetBoolean())),
            ],
            Resource(Folder + name + TextName));
    }

    private static string Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }

    /// <summary>An argument of a prompt.</summary>
    public sealed record Variable(string Name, string Description, string? Default, bool IsRequired);
}
