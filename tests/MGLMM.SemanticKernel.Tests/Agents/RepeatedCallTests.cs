using MGLMM.SemanticKernel.Tests.Conversations;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI;

namespace MGLMM.SemanticKernel.Tests.Agents;

/// <summary>A model that sends the same failing call again and again.</summary>
public sealed class RepeatedCallTests
{
    public static TheoryData<Surface, bool> Rows()
    {
        var rows = new TheoryData<Surface, bool>();
        foreach (var (surface, stream) in Surfaces.All)
        {
            rows.Add(surface, stream);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_third_time_in_a_row_is_told(Surface surface, bool stream)
    {
        var codes = new List<string>();
        await Surfaces.RunAsync(surface, stream, await GardenScene.NewAsync(), Script);
        Assert.Equal(["unknown_handle", "unknown_handle", "repeated_call", "repeated_call", "ok", "unknown_handle"], codes);

        IEnumerable<ChatReply> Script(ScriptedChat chat)
        {
            for (var time = 0; time < 4; time++)
            {
                yield return ChatReply.Call("caption", new { image = "img7" });
                codes.Add(chat.Result.Text("code"));
                Assert.Contains("img1 (garden.png)", chat.Result.Text("try"));
            }

            yield return ChatReply.Call("caption", new { image = "img1" });
            codes.Add(chat.Result.TryGetProperty("code", out _) ? "error" : "ok");
            yield return ChatReply.Call("caption", new { image = "img7" });
            codes.Add(chat.Result.Text("code"));
            yield return ChatReply.Say("Done.");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Semantic_Kernel_ends_the_loop(bool stream)
    {
        var calls = 0;
        await using var server = new LoopbackServer(new ScriptedChat(Endless).Answer);
        var builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion("loopback", Agent.Client(server.Endpoint));
        var kernel = builder.Build();
        kernel.AddMglmmVision(await GardenScene.NewAsync());
        var history = new ChatHistory();
        history.AddUserMessage("Look.");
        var settings = new PromptExecutionSettings { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        var chat = kernel.GetRequiredService<IChatCompletionService>();
        if (stream)
        {
            await foreach (var _ in chat.GetStreamingChatMessageContentsAsync(history, settings, kernel))
            {
            }
        }
        else
        {
            await chat.GetChatMessageContentAsync(history, settings, kernel);
        }

        Assert.Equal(3, calls);

        IEnumerable<ChatReply> Endless(ScriptedChat _)
        {
            while (true)
            {
                calls++;
                yield return ChatReply.Call("caption", new { image = "img7" });
            }
        }
    }

    /// <summary>As docs/tools.md shows it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Extensions_AI_ends_the_loop(bool stream)
    {
        var calls = 0;
        await using var server = new LoopbackServer(new ScriptedChat(Endless).Answer);
        using var client = Agent.Client(server.Endpoint).GetChatClient("loopback").AsIChatClient().AsBuilder()
            .UseFunctionInvocation(configure: loop => loop.FunctionInvoker = async (context, cancellationToken) =>
            {
                var result = await context.Function.InvokeAsync(context.Arguments, cancellationToken);
                context.Terminate = ToolError.EndsLoop(result);
                return result;
            })
            .Build();
        var options = new ChatOptions { Tools = Vision.Functions.VisionToolsetFunctions.AsAITools(await GardenScene.NewAsync()) };
        if (stream)
        {
            await foreach (var _ in client.GetStreamingResponseAsync("Look.", options))
            {
            }
        }
        else
        {
            await client.GetResponseAsync("Look.", options);
        }

        Assert.Equal(3, calls);

        IEnumerable<ChatReply> Endless(ScriptedChat _)
        {
            while (true)
            {
                calls++;
                yield return ChatReply.Call("caption", new { image = "img7" });
            }
        }
    }

    [Fact]
    public async Task What_is_worth_trying_again_and_what_a_host_calls_itself_is_no_loop()
    {
        var busy = new VisionToolset(new OracleModel(capacity: 0));
        busy.Workspace.AddImage(RgbImage.FromPixels(new byte[12], 2, 2), "small");
        var caption = busy.Tools.Single(tool => tool.Name == "caption");
        for (var time = 0; time < 5; time++)
        {
            await busy.CallAsync(caption, [KeyValuePair.Create("image", (object?)"img1")]).Fails(ToolErrorCodes.Busy);
            await busy.CaptionAsync("img7").Fails(ToolErrorCodes.UnknownHandle);
        }
    }
}
