using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>
/// Stands in for a chat model behind an OpenAI-compatible endpoint, so that the README's code runs to its end without one (.ci/consumer): it calls the tools for
/// the README's request one after the other, with the handles that the results name, and then says so.
/// </summary>
internal sealed class ScriptedEndpoint : HttpMessageHandler
{
    private static readonly (string Function, string Arguments)[] Calls =
    [
        ("vision-segment_and_caption", """{"image":"img1","granularity":"instance"}"""),
        ("vision_geometry-select_regions", """{"set":"s1","label":"tree","order_by":"largest","top":1}"""),
        ("vision_output-render_image", """{"image":"img1","regions":"s2","style":"outline"}"""),
        ("vision_output-export_regions", """{"set":"s2","format":"geojson"}"""),
    ];

    private int _turn;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        JsonNode asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
        string last = Text(asked["messages"]!.AsArray()[^1]!["content"]);
        Console.WriteLine(_turn == 0 ? $"user: {last}" : $"{Calls[_turn - 1].Function} -> {last}");
        if (_turn == 0 ? !last.Contains("img1", StringComparison.Ordinal) : last.Contains("\"code\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("The README's request cannot be carried out: see above.");
        }

        JsonObject message = new() { ["role"] = "assistant", ["content"] = "The largest tree is outlined and exported." };
        if (_turn < Calls.Length)
        {
            (string function, string arguments) = Calls[_turn];
            message["content"] = null;
            message["tool_calls"] = new JsonArray(new JsonObject
            {
                ["id"] = $"call{_turn}",
                ["type"] = "function",
                ["function"] = new JsonObject { ["name"] = function, ["arguments"] = arguments },
            });
        }

        JsonObject answer = new()
        {
            ["id"] = $"answer{_turn}",
            ["object"] = "chat.completion",
            ["created"] = 0,
            ["model"] = "scripted",
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = _turn < Calls.Length ? "tool_calls" : "stop" }),
            ["usage"] = new JsonObject { ["prompt_tokens"] = 1, ["completion_tokens"] = 1, ["total_tokens"] = 2 },
        };
        _turn++;
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString(), System.Text.Encoding.UTF8, "application/json") };
    }

    /// <summary>A message's words: a text, or a list of parts.</summary>
    private static string Text(JsonNode? content) => content switch
    {
        JsonArray parts => string.Join(' ', parts.Select(part => (string?)part!["text"])),
        _ => (string?)content ?? string.Empty,
    };
}
