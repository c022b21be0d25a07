using MGLMM.Samples.VisionAgent.Chat;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.Samples.VisionAgent.Tests;

/// <summary>Who plans, by the environment.</summary>
public sealed class ChatEndpointTests
{
    [Fact]
    public void Nothing_set_means_the_offline_planner()
    {
        ChatEndpoint endpoint = Of();
        Assert.False(endpoint.IsLanguageModel);
        Assert.Contains("offline planner", endpoint.Description);
        Assert.NotNull(Service(endpoint));
    }

    [Theory]
    [InlineData("gpt-5 at OpenAI", false, "OPENAI_API_KEY=k", "OPENAI_MODEL=gpt-5")]
    [InlineData("qwen3 at localhost:11434", false, "OPENAI_BASE_URL=http://localhost:11434/v1", "OPENAI_MODEL=qwen3")]
    [InlineData("gpt at Azure OpenAI", true, "AZURE_OPENAI_ENDPOINT=https://me.openai.azure.com", "AZURE_OPENAI_API_KEY=k", "AZURE_OPENAI_DEPLOYMENT=gpt", "VISION_AGENT_SEES_PICTURES=true")]
    public void An_endpoint_is_taken_from_the_environment(string description, bool sees, params string[] variables)
    {
        ChatEndpoint endpoint = Of(variables);
        Assert.True(endpoint.IsLanguageModel);
        Assert.Equal((description, sees), (endpoint.Description, endpoint.SeesPictures));
        Assert.NotNull(Service(endpoint));
    }

    [Theory]
    [InlineData("OPENAI_MODEL is not", "OPENAI_API_KEY=k")]
    [InlineData("AZURE_OPENAI_DEPLOYMENT is not", "AZURE_OPENAI_ENDPOINT=https://me.openai.azure.com")]
    [InlineData("give an address", "OPENAI_BASE_URL=localhost", "OPENAI_MODEL=m")]
    public void What_does_not_fit_together_is_said(string hint, params string[] variables) =>
        Assert.Contains(hint, Assert.Throws<InputException>(() => Of(variables)).Message);

    private static ChatEndpoint Of(params string[] variables)
    {
        Dictionary<string, string> set = variables.Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return ChatEndpoint.From(set.GetValueOrDefault);
    }

    private static IChatCompletionService Service(ChatEndpoint endpoint)
    {
        IKernelBuilder builder = Kernel.CreateBuilder();
        endpoint.AddTo(builder);
        return builder.Build().GetRequiredService<IChatCompletionService>();
    }
}
