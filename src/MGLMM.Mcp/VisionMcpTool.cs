using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Hosting;
using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace MGLMM.Mcp;

/// <summary>
/// One vision function as a tool of MCP: its own name, description and schema. A result is its JSON as text and as structured content; a
/// rendered picture is shown, and every file is linked to.
/// </summary>
internal sealed partial class VisionMcpTool : McpServerTool
{
    /// <summary>The argument that names a conversation, over transports that have several.</summary>
    public const string ConversationArgument = "conversation";

    private const string OpenImage = "open_image";
    private const string RenderImage = "render_image";

    private readonly IMcpConversations _conversations;
    private readonly MglmmMcpOptions _options;
    private readonly ProgressReports _progress;
    private readonly ILogger<VisionMcpTool> _logger;

    public VisionMcpTool(VisionFunction function, IMcpConversations conversations, MglmmMcpOptions options, ProgressReports progress, ILogger<VisionMcpTool> logger)
    {
        _conversations = conversations;
        _options = options;
        _progress = progress;
        _logger = logger;
        ProtocolTool = new Tool
        {
            Name = function.Name,
            Title = TitleOf(function.Name),
            Description = function.Description,
            InputSchema = conversations.AreNamed ? WithConversation(function.JsonSchema, function.Name == OpenImage) : function.JsonSchema,
            OutputSchema = OutputSchemas.Of(function, tellsConversation: conversations.AreNamed && function.Name == OpenImage),
            Annotations = AnnotationsOf(function),
        };
    }

    public override Tool ProtocolTool { get; }

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var arguments = request.Params?.Arguments ?? new Dictionary<string, JsonElement>();
        await using var progress = _progress.Begin(request);
        IConversationLease conversation;
        try
        {
            conversation = await _conversations.FindAsync(
                request.User, NamedIn(arguments), begins: ProtocolTool.Name == OpenImage, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownConversationException exception)
        {
            return Answer(exception.Error, null);
        }

        await using (conversation)
        {
            var function = VisionFunctions.Over(conversation.GetToolsetAsync, _options.Groups).First(known => known.Name == ProtocolTool.Name);
            var given = arguments.Where(argument => !_conversations.AreNamed || argument.Key != ConversationArgument)
                .Select(argument => new KeyValuePair<string, object?>(argument.Key, argument.Value));
            var result = await function.CallAsync(given, cancellationToken).ConfigureAwait(false);

            // A client that has left gets no answer, and what it asked for is nobody's.
            cancellationToken.ThrowIfCancellationRequested();
            if (result is not ToolError)
            {
                result = await KeepAsync(conversation, result).ConfigureAwait(false);
            }

            return Answer(result, conversation.Workspace);
        }
    }

    /// <summary>Keeps what a call has made before its handles are told; not cancelled half-way.</summary>
    private async Task<ToolResult> KeepAsync(IConversationLease conversation, ToolResult result)
    {
        try
        {
            await conversation.SaveAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(_logger, ProtocolTool.Name, exception);
            return new ToolError
            {
                Code = ToolErrorCodes.Failed,
                Message = "The result could not be kept on the host's disk; the host's log says why.",
                Try = "Tell the user; the same call may succeed later.",
            };
        }
    }

    private CallToolResult Answer(ToolResult result, VisionWorkspace? workspace)
    {
        var json = result.ToJson();
        if (_conversations.AreNamed && ProtocolTool.Name == OpenImage && result is OpenedImageResult && workspace is not null)
        {
            // In front of the end: what the functions return stays as it is.
            json = $"{json.AsSpan(0, json.Length - 1)},\"{ConversationArgument}\":\"{workspace.Conversation}\"}}";
        }

        using var document = JsonDocument.Parse(json);
        var answer = new CallToolResult
        {
            Content = [new TextContentBlock { Text = json }],
            StructuredContent = document.RootElement.Clone(),
            IsError = result is ToolError ? true : null,
        };
        if (result is ArtifactResult made && workspace is not null && workspace.TryGetArtifact(made.Artifact, out var artifact))
        {
            if (ProtocolTool.Name == RenderImage && Shown(artifact) is { } picture)
            {
                answer.Content.Add(picture);
            }

            answer.Content.Add(new ResourceLinkBlock
            {
                Uri = ResourceAddress.OfArtifact(artifact.Handle, _conversations.AreNamed ? workspace.Conversation : null).ToString(),
                Name = artifact.FileName,
                Description = ResourceDescriptions.Of(artifact),
                MimeType = artifact.MediaType,
                Size = artifact.Content.Length,
            });
        }

        return answer;
    }

    /// <summary>The picture for the reader to see; null where it is none or too large.</summary>
    private ImageContentBlock? Shown(VisionArtifact artifact) =>
        _options.MaximumImageSidePx > 0
        && PicturePreview.Fit(artifact.Content, artifact.MediaType, _options.MaximumImageSidePx, _options.MaximumImageBytes) is { } preview
        && preview.Content.Length <= _options.MaximumImageBytes
            ? ImageContentBlock.FromBytes(preview.Content, preview.MediaType)
            : null;

    private string? NamedIn(IDictionary<string, JsonElement> arguments) =>
        _conversations.AreNamed
        && arguments.TryGetValue(ConversationArgument, out var named)
        && named.ValueKind == JsonValueKind.String
        && named.GetString()!.Trim() is { Length: > 0 } text
        && text is not ("null" or "none")
            ? text
            : null;

    private static JsonElement WithConversation(JsonElement schema, bool begins)
    {
        var changed = JsonObject.Create(schema)!;
        changed["properties"]!.AsObject().Add(ConversationArgument, new JsonObject
        {
            ["type"] = "string",
            ["description"] = begins
                ? "Conversation handle of an earlier open_image, to add this picture to it; a new one begins if left out"
                : "Conversation handle that open_image gave; may be left out while there is only one",
        });
        return JsonSerializer.SerializeToElement(changed);
    }

    /// <summary>"Segment and caption" for <c>segment_and_caption</c>.</summary>
    private static string TitleOf(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    private static ToolAnnotations AnnotationsOf(VisionFunction function)
    {
        // Files are made for the user; everything else adds handles to the conversation and changes nothing outside of it.
        var writes = function.Group == VisionFunctionGroups.Output;
        return new ToolAnnotations
        {
            ReadOnlyHint = !writes,
            DestructiveHint = false,
            IdempotentHint = !writes,
            OpenWorldHint = function.Name == OpenImage,
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Tool} made could not be kept.")]
    private static partial void LogNotKept(ILogger logger, string tool, Exception exception);
}
