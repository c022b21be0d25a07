using System.Text.Json;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MGLMM.Mcp;

/// <summary>A prompt that comes with the tools, as a prompt of MCP. Where it asks for the open pictures or for what the model knows and is told neither, it takes those of the conversation.</summary>
internal sealed class VisionMcpPrompt : McpServerPrompt
{
    private const string Pictures = "pictures";
    private const string Model = "model";
    private const int LongestArgument = 100_000;

    private readonly PromptFile _file;
    private readonly IMcpConversations _conversations;

    public VisionMcpPrompt(PromptFile file, IMcpConversations conversations)
    {
        _file = file;
        _conversations = conversations;
        ProtocolPrompt = new Prompt
        {
            Name = file.Name,
            Title = char.ToUpperInvariant(file.Name[0]) + file.Name[1..].Replace('_', ' '),
            Description = file.Description,
            Arguments = [.. file.Variables.Select(variable => new PromptArgument { Name = variable.Name, Description = variable.Description, Required = variable.IsRequired })],
        };
    }

    public override Prompt ProtocolPrompt { get; }

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<GetPromptResult> GetAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        IDictionary<string, JsonElement>? given = request.Params?.Arguments;
        (string? open, string? knows) = _file.Variables.Any(variable => variable.Name is Pictures or Model && TextOf(given, variable.Name) is null)
            ? await BriefAsync(request, cancellationToken).ConfigureAwait(false)
            : (null, null);
        string text = _file.Fill(variable =>
            TextOf(given, variable.Name)
            ?? (variable.Name switch { Pictures => open, Model => knows, _ => null })
            ?? variable.Default
            ?? (variable.IsRequired
                ? throw new McpProtocolException($"The prompt {_file.Name} needs the argument '{variable.Name}': {variable.Description}", McpErrorCode.InvalidParams)
                : string.Empty));
        return new GetPromptResult
        {
            Description = _file.Description,
            Messages = [new PromptMessage { Role = Role.User, Content = new TextContentBlock { Text = text } }],
        };
    }

    /// <summary>What is open in the conversation and what its model knows; null for what there is nothing to tell of.</summary>
    private async ValueTask<(string? Pictures, string? Model)> BriefAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken)
    {
        try
        {
            await using IConversationLease conversation = await _conversations.FindAsync(request.User, null, begins: false, cancellationToken).ConfigureAwait(false);
            string? pictures = conversation.Workspace.Images.Count == 0 ? null : VisionBriefing.PicturesOf(conversation.Workspace);
            try
            {
                return (pictures, (await conversation.GetToolsetAsync(cancellationToken).ConfigureAwait(false)).GetBriefing().Model);
            }
            catch (VisionNotReadyException exception)
            {
                return (pictures, exception.Message);
            }
        }
        catch (UnknownConversationException)
        {
            // None, or several: the prompt says that none is open, and open_image tells more.
            return (null, null);
        }
    }

    private static string? TextOf(IDictionary<string, JsonElement>? arguments, string name)
    {
        if (arguments is null || !arguments.TryGetValue(name, out JsonElement value))
        {
            return null;
        }

        string text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length > LongestArgument
            ? throw new McpProtocolException($"The argument '{name}' has {text.Length} characters; at most {LongestArgument} are taken.", McpErrorCode.InvalidParams)
            : text.Length == 0 ? null : text;
    }
}
