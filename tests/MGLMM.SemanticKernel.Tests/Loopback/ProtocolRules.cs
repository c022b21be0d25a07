using System.Text.Json;
using System.Text.RegularExpressions;

namespace MGLMM.SemanticKernel.Tests.Loopback;

/// <summary>What OpenAI's endpoint refuses with "400 Bad Request".</summary>
internal static class ProtocolRules
{
    public static void Check(ChatRequest request, bool keepsToSchemas = true)
    {
        CheckTools(request);
        HashSet<string> open = new(StringComparer.Ordinal);
        foreach (JsonElement message in request.Messages)
        {
            string role = ChatRequest.Role(message);
            if (role == "tool")
            {
                string id = message.GetProperty("tool_call_id").GetString()!;
                Refuse(!open.Remove(id), $"The tool message {id} answers no call.");
                Refuse(message.GetProperty("content").ValueKind != JsonValueKind.String, "A tool message takes text alone.");
                continue;
            }

            Refuse(open.Count > 0, "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.");
            Refuse(role != "user" && ChatRequest.Pictures(message).Any(), "Image URLs are only allowed for messages with role 'user'.");
            if (role == "assistant" && message.TryGetProperty("tool_calls", out JsonElement calls))
            {
                foreach (JsonElement call in calls.EnumerateArray())
                {
                    Refuse(!open.Add(call.GetProperty("id").GetString()!), "Two calls have the same id.");
                    if (keepsToSchemas)
                    {
                        CheckArguments(request, call.GetProperty("function"));
                    }
                }
            }
        }

        Refuse(open.Count > 0, "There are calls without results.");
    }

    private static void CheckTools(ChatRequest request)
    {
        string[] names = request.Tools.Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!).ToArray();
        Refuse(names.Distinct().Count() != names.Length, "Two tools have the same name.");
        Refuse(names.Any(name => !Regex.IsMatch(name, "^[a-zA-Z0-9_-]{1,64}$")), "A tool's name has other than letters, digits, '_' and '-'.");
    }

    /// <summary>The brain must keep to the schema that it was given, as a model does.</summary>
    private static void CheckArguments(ChatRequest request, JsonElement function)
    {
        string name = function.GetProperty("name").GetString()!;
        JsonElement schema = request.Tools.Select(tool => tool.GetProperty("function")).Single(tool => tool.GetProperty("name").ValueEquals(name)).GetProperty("parameters");
        using JsonDocument arguments = JsonDocument.Parse(function.GetProperty("arguments").GetString()!);
        foreach (JsonProperty argument in arguments.RootElement.EnumerateObject())
        {
            Refuse(!schema.GetProperty("properties").TryGetProperty(argument.Name, out JsonElement property), $"{name} has no '{argument.Name}'.");
            Refuse(
                property.TryGetProperty("enum", out JsonElement values) && !values.EnumerateArray().Any(value => value.ValueEquals(argument.Value.GetString())),
                $"{name}.{argument.Name} is {argument.Value}, which is not in the schema.");
        }

        foreach (JsonElement required in schema.GetProperty("required").EnumerateArray())
        {
            Refuse(!arguments.RootElement.TryGetProperty(required.GetString()!, out _), $"{name} misses '{required}'.");
        }
    }

    private static void Refuse(bool broken, string message)
    {
        if (broken)
        {
            throw new InvalidOperationException(message);
        }
    }
}
