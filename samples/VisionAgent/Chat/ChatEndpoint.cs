using System.ClientModel;
using MGLMM.Samples.VisionAgent.Planning;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;
using OpenAI;

namespace MGLMM.Samples.VisionAgent.Chat;

/// <summary>Who plans: an OpenAI-compatible endpoint that the environment names, or the offline planner.</summary>
internal sealed class ChatEndpoint
{
    public const string Help =
        "A chat model plans where the environment names one:\n"
        + "  OpenAI            OPENAI_API_KEY, OPENAI_MODEL\n"
        + "  Ollama, llama.cpp OPENAI_BASE_URL (http://localhost:11434/v1, http://localhost:8080/v1), OPENAI_MODEL\n"
        + "  Azure OpenAI      AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY, AZURE_OPENAI_DEPLOYMENT\n"
        + "VISION_AGENT_SEES_PICTURES=true also shows it the rendered pictures. Without any of these an offline planner works by rules.";

    private readonly Uri? _address;
    private readonly string? _key;
    private readonly string? _model;

    private ChatEndpoint(string description, bool seesPictures, Uri? address = null, string? key = null, string? model = null)
    {
        Description = description;
        SeesPictures = seesPictures;
        _address = address;
        _key = key;
        _model = model;
    }

    /// <summary>Who it is, in words.</summary>
    public string Description { get; }

    /// <summary>Whether it is a language model, and not the rules of <see cref="OfflinePlanner"/>.</summary>
    public bool IsLanguageModel => _model is not null;

    /// <summary>Whether it takes pictures as input.</summary>
    public bool SeesPictures { get; }

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Gives a variable's value.</param>
    /// <exception cref="InputException">What is set does not fit together.</exception>
    public static ChatEndpoint From(Func<string, string?> variable)
    {
        bool sees = Value("VISION_AGENT_SEES_PICTURES") is { } said && said.ToLowerInvariant() is "1" or "true" or "yes";
        if (Value("AZURE_OPENAI_ENDPOINT") is { } azure)
        {
            string deployment = Required("AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_ENDPOINT");
            return new ChatEndpoint(
                $"{deployment} at Azure OpenAI", sees, new Uri(Address(azure, "AZURE_OPENAI_ENDPOINT"), "/openai/v1/"), Required("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"), deployment);
        }

        string? address = Value("OPENAI_BASE_URL");
        string? key = Value("OPENAI_API_KEY");
        if (address is null && key is null)
        {
            return new ChatEndpoint(OfflinePlanner.Name, seesPictures: false);
        }

        string model = Required("OPENAI_MODEL", address is null ? "OPENAI_API_KEY" : "OPENAI_BASE_URL");
        return address is null
            ? new ChatEndpoint($"{model} at OpenAI", sees, null, key, model)
            : new ChatEndpoint($"{model} at {Address(address, "OPENAI_BASE_URL").Authority}", sees, Address(address, "OPENAI_BASE_URL"), key ?? "none", model);

        string? Value(string name) => string.IsNullOrWhiteSpace(variable(name)) ? null : variable(name)!.Trim();

        string Required(string name, string because) => Value(name) ?? throw new InputException($"{because} is set, but {name} is not. Set both, or neither to use the offline planner.");

        static Uri Address(string text, string name) =>
            Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri
                : throw new InputException($"{name} is '{text}'; give an address such as http://localhost:11434/v1.");
    }

    /// <summary>Adds the chat service to a kernel under construction.</summary>
    public void AddTo(IKernelBuilder builder)
    {
        if (_model is null)
        {
            builder.Services.AddSingleton<IChatCompletionService>(OfflinePlanner.WithFunctionCalling());
            return;
        }

        OpenAIClientOptions options = new() { Endpoint = _address, NetworkTimeout = TimeSpan.FromMinutes(5) };
        builder.AddOpenAIChatCompletion(_model, new OpenAIClient(new ApiKeyCredential(_key!), options));
    }
}
