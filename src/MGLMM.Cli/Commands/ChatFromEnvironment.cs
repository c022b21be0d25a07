using System.ClientModel;
using Microsoft.Extensions.AI;
using OpenAI;

namespace MGLMM.Cli.Commands;

/// <summary>The chat model that the environment names: <c>OPENAI_MODEL</c> with <c>OPENAI_API_KEY</c>, <c>OPENAI_BASE_URL</c> or both.</summary>
internal static class ChatFromEnvironment
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The client and its name; null where none is named.</summary>
    /// <param name="variable">Gives a variable's value.</param>
    /// <exception cref="ArgumentException">What is set does not fit together.</exception>
    public static (IChatClient Client, string Name)? Open(Func<string, string?> variable)
    {
        (string? address, string? key) = (Value("OPENAI_BASE_URL"), Value("OPENAI_API_KEY"));
        if (address is null && key is null)
        {
            return null;
        }

        string model = Value("OPENAI_MODEL")
            ?? throw new ArgumentException($"{(address is null ? "OPENAI_API_KEY" : "OPENAI_BASE_URL")} is set, but OPENAI_MODEL is not. Set it, or give --no-chat to do without a chat model.");
        Uri? endpoint = address is null ? null
            : Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" ? uri
            : throw new ArgumentException($"OPENAI_BASE_URL is '{address}'; give an address such as http://localhost:11434/v1.");
        OpenAIClientOptions options = new() { Endpoint = endpoint, NetworkTimeout = Patience };
        return (new OpenAIClient(new ApiKeyCredential(key ?? "none"), options).GetChatClient(model).AsIChatClient(), model);

        string? Value(string name) => string.IsNullOrWhiteSpace(variable(name)) ? null : variable(name)!.Trim();
    }
}
