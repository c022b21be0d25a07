using MGLMM.SemanticKernel.Tests.Loopback;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using Microsoft.Extensions.AI;
using OpenAI;

namespace MGLMM.SemanticKernel.Tests.Conversations;

/// <summary>The same conversation without Semantic Kernel: the tools through Microsoft.Extensions.AI's own loop.</summary>
public sealed class ExtensionsAITests(OracleTools oracle)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Union_and_subtraction_across_two_earlier_answers(bool stream)
    {
        Combination seen = new();
        ScriptedChat model = new(seen.Script);
        await using LoopbackServer server = new(model.Answer);
        using IChatClient client = new ChatClientBuilder(Agent.Client(server.Endpoint).GetChatClient("loopback").AsIChatClient()).UseFunctionInvocation().Build();
        VisionToolset toolset = oracle.NewToolset();
        toolset.AddImage("farm.png", await File.ReadAllBytesAsync(OracleData.Image("landscape_97x61.png")));
        await toolset.OpenImageAsync("farm.png");
        ChatOptions options = new() { Tools = toolset.AsAITools(VisionFunctionGroups.Vision | VisionFunctionGroups.Geometry) };
        const string Words = "Attached picture farm.png is img1, 97 x 61 px. Combine what you find.";
        string answer = string.Empty;
        if (stream)
        {
            await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Words, options))
            {
                answer += update.Text;
            }
        }
        else
        {
            answer = (await client.GetResponseAsync(Words, options)).Text;
        }

        Assert.Null(server.Fault);
        Assert.Equal("Done.", answer);
        Assert.Equal(6, model.CallCount);
        Assert.Equal(10, server.Requests[0].Tools.Count);
        seen.Check(toolset);
    }
}
