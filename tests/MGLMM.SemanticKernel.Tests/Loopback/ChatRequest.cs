using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.SemanticKernel.Tests.Loopback;

/// <summary>A request as the endpoint sees it.</summary>
internal sealed class ChatRequest
{
    private readonly JsonElement _root;

    public ChatRequest(string body)
    {
        Body = body;
        using JsonDocument document = JsonDocument.Parse(body);
        _root = document.RootElement.Clone();
    }

    public string Body { get; }

    public bool Stream => _root.TryGetProperty("stream", out JsonElement stream) && stream.GetBoolean();

    public IReadOnlyList<JsonElement> Messages => [.. _root.GetProperty("messages").EnumerateArray()];

    public IReadOnlyList<JsonElement> Tools => _root.TryGetProperty("tools", out JsonElement tools) ? [.. tools.EnumerateArray()] : [];

    /// <summary>The tools' JSON as it was sent.</summary>
    public string ToolsJson => _root.GetProperty("tools").GetRawText();

    /// <summary>The results of the last calls, in the order of the calls.</summary>
    public IReadOnlyList<JsonElement> LastResults
    {
        get
        {
            IEnumerable<JsonElement> last = Messages.Reverse().SkipWhile(message => Role(message) == "user").TakeWhile(message => Role(message) == "tool").Reverse();
            return [.. last.Select(message => Parse(message.GetProperty("content").GetString()!))];
        }
    }

    /// <summary>The words of the users' messages, all of them.</summary>
    public string UserWords => string.Join("\n", Messages.Where(message => Role(message) == "user").SelectMany(Texts));

    public static string Role(JsonElement message) => message.GetProperty("role").GetString()!;

    public static IEnumerable<string> Texts(JsonElement message)
    {
        JsonElement content = message.GetProperty("content");
        return content.ValueKind == JsonValueKind.String
            ? [content.GetString()!]
            : content.EnumerateArray().Where(part => part.GetProperty("type").GetString() == "text").Select(part => part.GetProperty("text").GetString()!);
    }

    public static IEnumerable<string> Pictures(JsonElement message) =>
        message.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.Array
            ? content.EnumerateArray().Where(part => part.GetProperty("type").GetString() == "image_url")
                .Select(part => part.GetProperty("image_url").GetProperty("url").GetString()!)
            : [];

    /// <summary>The handle that the users' messages tell of an attached picture.</summary>
    public string AttachedHandle(string name) => Regex.Match(UserWords, Regex.Escape(name) + @" is (img\d+)").Groups[1].Value;

    /// <summary>The function's name as this request's tools carry it: with a plugin's name before it, or alone.</summary>
    public string NameOnTheWire(string function) => Tools.Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!)
        .Single(name => name == function || name.EndsWith("-" + function, StringComparison.Ordinal));

    private static JsonElement Parse(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}
