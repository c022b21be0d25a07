using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;

namespace MGLMM.Planning;

/// <summary>Who plans: an OpenAI-compatible endpoint that the environment names, or the offline planner. Immutable.</summary>
public sealed class PlannerEndpoint
{
    /// <summary>The variables, as a text for people.</summary>
    public const string Help =
        "A chat model plans where the environment names one:\n"
        + "  OpenAI            OPENAI_API_KEY, OPENAI_MODEL\n"
        + "  Ollama, llama.cpp OPENAI_BASE_URL (http://localhost:11434/v1, http://localhost:8080/v1), OPENAI_MODEL\n"
        + "  Azure OpenAI      AZURE_OPENAI_ENDPOINT, AZURE_OPENAI_API_KEY, AZURE_OPENAI_DEPLOYMENT\n"
        + "VISION_AGENT_SEES_PICTURES=true also shows it the rendered pictures. Without any of these an offline planner works by rules.";

    private readonly Uri? _address;
    private readonly string? _key;

    private PlannerEndpoint(string description, bool seesPictures, Uri? address = null, string? key = null, string? model = null)
    {
        Description = description;
        SeesPictures = seesPictures;
        _address = address;
        _key = key;
        Model = model;
    }

    /// <summary>Who it is, in words, without a key.</summary>
    public string Description { get; }

    /// <summary>The language model's name; null where the rules of <see cref="OfflinePlanner"/> plan.</summary>
    public string? Model { get; }

    /// <summary>Whether it takes pictures as input.</summary>
    public bool SeesPictures { get; }

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">Gives a variable's value; null or blank where it is not set.</param>
    /// <exception cref="ArgumentException">What is set does not fit together; the message says what to do.</exception>
    public static PlannerEndpoint From(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        bool sees = Value("VISION_AGENT_SEES_PICTURES") is { } said && said.ToLowerInvariant() is "1" or "true" or "yes";
        if (Value("AZURE_OPENAI_ENDPOINT") is { } azure)
        {
            string deployment = Required("AZURE_OPENAI_DEPLOYMENT", "AZURE_OPENAI_ENDPOINT");
            return new PlannerEndpoint(
                $"{deployment} at Azure OpenAI", sees, new Uri(Address(azure, "AZURE_OPENAI_ENDPOINT"), "/openai/v1/"), Required("AZURE_OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"), deployment);
        }

        string? address = Value("OPENAI_BASE_URL");
        string? key = Value("OPENAI_API_KEY");
        if (address is null && key is null)
        {
            return new PlannerEndpoint(OfflinePlanner.Name, seesPictures: false);
        }

        string model = Required("OPENAI_MODEL", address is null ? "OPENAI_API_KEY" : "OPENAI_BASE_URL");
        return address is null
            ? new PlannerEndpoint($"{model} at OpenAI", sees, null, key, model)
            : new PlannerEndpoint($"{model} at {Address(address, "OPENAI_BASE_URL").Authority}", sees, Address(address, "OPENAI_BASE_URL"), key ?? "none", model);

        string? Value(string name) => string.IsNullOrWhiteSpace(variable(name)) ? null : variable(name)!.Trim();

        string Required(string name, string because) => Value(name) ?? throw new ArgumentException($"{because} is set, but {name} is not. Set both, or neither to use the offline planner.");

        static Uri Address(string text, string name) =>
            Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri
                : throw new ArgumentException($"{name} is '{text}'; give an address such as http://localhost:11434/v1.");
    }

    /// <summary>A client of the endpoint.</summary>
    /// <exception cref="InvalidOperationException">There is none: the offline planner plans.</exception>
    public OpenAIClient CreateOpenAIClient() => Model is null
        ? throw new InvalidOperationException("No endpoint is configured: the offline planner plans.")
        : new OpenAIClient(new ApiKeyCredential(_key!), new OpenAIClientOptions { Endpoint = _address, NetworkTimeout = TimeSpan.FromMinutes(5) });

    /// <summary>The planner as a chat client, whichever it is. Functions are not invoked: put a loop around it.</summary>
    /// <param name="withoutPicture">What the offline planner says where no picture is open.</param>
    public IChatClient CreateChatClient(string? withoutPicture = null) =>
        Model is null ? new OfflinePlanner(withoutPicture) : CreateOpenAIClient().GetChatClient(Model).AsIChatClient();
}
