using MGLMM.SemanticKernel.Tests.Conversations;
using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;
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
        TheoryData<Surface, bool> rows = new();
        foreach ((Surface surface, bool stream) in Surfaces.All)
        {
            rows.Add(surface, stream);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task The_third_time_in_a_row_is_told(Surface surface, bool stream)
    {
        List<string> codes = new();
        await Surfaces.RunAsync(surface, stream, await GardenScene.NewAsync(), Script);
        Assert.Equal(["unknown_handle", "unknown_handle", "repeated_call", "repeated_call", "ok", "unknown_handle"], codes);

        IEnumerable<ChatReply> Script(ScriptedChat chat)
        {
            for (int time = 0; time < 4; time++)
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

    [Fact]
    public async Task Other_letters_another_order_and_another_form_are_the_same_call()
    {
        VisionToolset toolset = await GardenScene.NewAsync();
        VisionTool caption = toolset.Tools.Single(tool => tool.Name == "caption");
        await toolset.CallAsync(caption, [KeyValuePair.Create("image", (object?)"img7"), KeyValuePair.Create("region", (object?)"m1")]).Fails(ToolErrorCodes.UnknownHandle);
        await toolset.CallAsync(caption, [KeyValuePair.Create("region", (object?)"M1"), KeyValuePair.Create("image", (object?)"IMG7")]).Fails(ToolErrorCodes.UnknownHandle);
        await toolset.CallAsync(caption, [KeyValuePair.Create("image", (object?)"img7"), KeyValuePair.Create("region", (object?)new[] { "m1" })]).Fails(ToolErrorCodes.Repeated);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Semantic_Kernel_ends_the_loop(bool stream)
    {
        int calls = 0;
        await using LoopbackServer server = new(new ScriptedChat(Endless).Answer);
        IKernelBuilder builder = Kernel.CreateBuilder();
        builder.AddOpenAIChatCompletion("loopback", Agent.Client(server.Endpoint));
        Kernel kernel = builder.Build();
        kernel.AddMglmmVision(await GardenScene.NewAsync());
        ChatHistory history = new();
        history.AddUserMessage("Look.");
        PromptExecutionSettings settings = new() { FunctionChoiceBehavior = FunctionChoiceBehavior.Auto() };
        IChatCompletionService chat = kernel.GetRequiredService<IChatCompletionService>();
        if (stream)
        {
            await foreach (StreamingChatMessageContent _ in chat.GetStreamingChatMessageContentsAsync(history, settings, kernel))
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
        int calls = 0;
        await using LoopbackServer server = new(new ScriptedChat(Endless).Answer);
        using IChatClient client = Agent.Client(server.Endpoint).GetChatClient("loopback").AsIChatClient().AsBuilder()
            .UseFunctionInvocation(configure: loop => loop.FunctionInvoker = async (context, cancellationToken) =>
            {
                object? result = await context.Function.InvokeAsync(context.Arguments, cancellationToken);
                context.Terminate = ToolError.EndsLoop(result) && context.FunctionCallIndex == context.FunctionCount - 1;
                return result;
            })
            .Build();
        ChatOptions options = new() { Tools = Vision.Functions.VisionToolsetFunctions.AsAITools(await GardenScene.NewAsync()) };
        if (stream)
        {
            await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync("Look.", options))
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

    /// <summary>The endpoint refuses a chat in which a call has no result, and so every later turn of it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_the_loop_ends_the_calls_beside_it_have_their_results_and_the_chat_goes_on(bool stream)
    {
        await using Agent agent = new(await GardenScene.NewAsync(), Script);
        agent.Kernel.AutoFunctionInvocationFilters.Add(new RepeatedCallFilter());
        await agent.AskAsync("Look.", stream, takesImages: false);
        Assert.Equal(3, agent.Requests.Count);
        Assert.Equal("I could not.", await agent.AskAsync("Well?", stream, takesImages: false));
        Assert.Equal(4, agent.Requests.Count);

        static IEnumerable<ChatReply> Script(ScriptedChat chat)
        {
            yield return ChatReply.Call("caption", new { image = "img7" });
            yield return ChatReply.Call("caption", new { image = "img7" });
            yield return ChatReply.CallAll(new ChatCall("caption", new { image = "img7" }), new ChatCall("caption", new { image = "img1" }));
            yield return ChatReply.Say("I could not.");
        }
    }

    [Fact]
    public async Task What_is_worth_trying_again_and_what_a_host_calls_itself_is_no_loop()
    {
        VisionToolset busy = new(new OracleModel(capacity: 0));
        busy.Workspace.AddImage(RgbImage.FromPixels(new byte[12], 2, 2), "small");
        VisionTool caption = busy.Tools.Single(tool => tool.Name == "caption");
        for (int time = 0; time < 5; time++)
        {
            await busy.CallAsync(caption, [KeyValuePair.Create("image", (object?)"img1")]).Fails(ToolErrorCodes.Busy);
            await busy.CaptionAsync("img7").Fails(ToolErrorCodes.UnknownHandle);
        }
    }
}
