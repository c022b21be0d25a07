using MGLMM.Planning;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.Samples.VisionAgent.Chat;

/// <summary>Who plans, as a chat service of Semantic Kernel.</summary>
internal sealed class ChatEndpoint
{
    public const string Help = PlannerEndpoint.Help;

    private const string WithoutPicture = "No picture is open. Open one with /image and a file.";

    private readonly PlannerEndpoint _endpoint;

    private ChatEndpoint(PlannerEndpoint endpoint) => _endpoint = endpoint;

    /// <summary>Who it is, in words.</summary>
    public string Description => _endpoint.Description;

    /// <summary>Whether it is a language model, and not the rules of <see cref="OfflinePlanner"/>.</summary>
    public bool IsLanguageModel => _endpoint.Model is not null;

    /// <summary>Whether it takes pictures as input.</summary>
    public bool SeesPictures => _endpoint.SeesPictures;

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Gives a variable's value.</param>
    /// <exception cref="InputException">What is set does not fit together.</exception>
    public static ChatEndpoint From(Func<string, string?> variable)
    {
        try
        {
            return new ChatEndpoint(PlannerEndpoint.From(variable));
        }
        catch (ArgumentException exception)
        {
            throw new InputException(exception.Message);
        }
    }

    /// <summary>The offline planner with Semantic Kernel's own function-calling loop around it.</summary>
    public static IChatCompletionService OfflineService() =>
        new OfflinePlanner(WithoutPicture).AsBuilder().UseKernelFunctionInvocation().Build().AsChatCompletionService();

    /// <summary>Adds the chat service to a kernel under construction.</summary>
    public void AddTo(IKernelBuilder builder)
    {
        if (_endpoint.Model is { } model)
        {
            builder.AddOpenAIChatCompletion(model, _endpoint.CreateOpenAIClient());
        }
        else
        {
            builder.Services.AddSingleton(OfflineService());
        }
    }
}
