using System.Globalization;
using System.Text.Json;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MGLMM.Mcp;

/// <summary>A prompt that comes with the tools, as a prompt of MCP. Where it asks for the open pictures and is told none, it takes those of the conversation.</summary>
internal sealed class VisionMcpPrompt : McpServerPrompt
{
    private const string Pictures = "pictures";
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
        string? open = _file.Variables.Any(variable => variable.Name == Pictures) && TextOf(given, Pictures) is null
            ? await OpenPicturesAsync(request, cancellationToken).ConfigureAwait(false)
            : null;
        string text = _file.Fill(variable =>
            TextOf(given, variable.Name)
            ?? (variable.Name == Pictures ? open : null)
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

    private async ValueTask<string?> OpenPicturesAsync(RequestContext<GetPromptRequestParams> request, CancellationToken cancellationToken)
    {
        try
        {
            await using IConversationLease conversation = await _conversations.FindAsync(request.User, null, begins: false, cancellationToken).ConfigureAwait(false);
            IReadOnlyList<VisionImage> images = conversation.Workspace.Images;
            return images.Count == 0 ? null : string.Join('\n', images.Select(Line));
        }
        catch (UnknownConversationException)
        {
            // None, or several: the prompt says that none is open, and open_image tells more.
            return null;
        }
    }

    private static string Line(VisionImage image) => string.Create(CultureInfo.InvariantCulture, $"{image.Handle}: {image.Name}, {image.Width} x {image.Height} px");

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
