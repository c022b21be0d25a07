using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;

namespace MGLMM.SemanticKernel.Tests.Agents;

/// <summary>
/// Calls as language models write them (<c>data/calls.json</c>, <c>data/calls-more.json</c>), over every framework: each is done as meant, which is the very result of the call
/// under <c>as</c>, or refused by an error that names what is wrong.
/// </summary>
public sealed class CallsTests
{
    private static readonly IReadOnlyList<JsonElement> Cases = Read("calls.json"), More = Read("calls-more.json");

    public static TheoryData<string, Surface, bool> Rows()
    {
        TheoryData<string, Surface, bool> rows = new();
        foreach (JsonElement what in Cases)
        {
            foreach ((Surface surface, bool stream) in Surfaces.All)
            {
                rows.Add(what.GetProperty("what").GetString()!, surface, stream);
            }
        }

        return rows;
    }

    /// <summary>Many spellings of what <see cref="Rows"/> shows of each surface; each over one of them, in turn.</summary>
    public static TheoryData<string, Surface, bool> MoreRows()
    {
        TheoryData<string, Surface, bool> rows = new();
        foreach (((Surface surface, bool stream), JsonElement what) in More.Select((what, index) => (Surfaces.All.ElementAt(index % Surfaces.All.Count()), what)))
        {
            rows.Add(what.GetProperty("what").GetString()!, surface, stream);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    [MemberData(nameof(MoreRows))]
    public async Task A_call_is_done_as_meant_or_refused_by_name(string what, Surface surface, bool stream)
    {
        JsonElement expected = Cases.Concat(More).Single(known => known.GetProperty("what").GetString() == what);
        string result = await ResultAsync(surface, stream, expected.GetProperty("call"));
        if (expected.TryGetProperty("as", out JsonElement meant))
        {
            // Both are asked of the same scene, so even the handles are the same.
            (string? function, JsonElement arguments) = (meant[0].GetString(), meant[1]);
            VisionToolset toolset = await GardenScene.NewAsync();
            VisionTool tool = toolset.Tools.Single(tool => tool.Name == function);
            ToolResult direct = await toolset.CallAsync(tool, arguments.EnumerateObject().Select(argument => KeyValuePair.Create(argument.Name, (object?)argument.Value)));
            Assert.IsNotType<Vision.Results.ToolError>(direct);
            Assert.True(JsonNode.DeepEquals(Plain(JsonNode.Parse(direct.ToJson())), Plain(JsonNode.Parse(result))), $"{result}\nis not\n{direct.ToJson()}");
        }

        if (expected.TryGetProperty("error", out JsonElement code))
        {
            JsonNode error = JsonNode.Parse(result)!;
            Assert.Equal(code.GetString(), (string?)error["code"]);
            Assert.Contains(expected.GetProperty("names").GetString()!, $"{error["message"]} {error["try"]}");
        }

        if (expected.TryGetProperty("says", out JsonElement says))
        {
            Assert.Contains(says.GetString()!, result);
        }

        if (expected.TryGetProperty("not", out JsonElement not))
        {
            Assert.DoesNotContain(not.GetString()!, result);
        }
    }

    /// <summary>The result as the language model reads it.</summary>
    private static async Task<string> ResultAsync(Surface surface, bool stream, JsonElement call)
    {
        string seen = string.Empty;
        VisionToolset toolset = await GardenScene.NewAsync();
        Assert.Equal("Done.", await Surfaces.RunAsync(surface, stream, toolset, Script));
        return seen;

        IEnumerable<ChatReply> Script(ScriptedChat chat)
        {
            yield return ChatReply.CallAll(new ChatCall(call[0].GetString()!, call[1].GetRawText()));
            seen = JsonSerializer.Serialize(chat.Result, Relaxed);
            yield return ChatReply.Say("Done.");
        }
    }

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Without what tells of the way: a note that names what was left out, and the origin of a set in the caller's words.</summary>
    private static JsonNode? Plain(JsonNode? result)
    {
        (result as JsonObject)?.Remove("note");
        return result;
    }

    private static List<JsonElement> Read(string file)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("tests", "MGLMM.SemanticKernel.Tests", "data", file)));
        return [.. document.RootElement.EnumerateArray().Select(element => element.Clone())];
    }
}
