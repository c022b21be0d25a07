using System.Text.Json;
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
/// rendered picture is shown, and every file is linked to, where the options do not say otherwise.
/// </summary>
internal sealed class VisionMcpTool : McpServerTool
{
    private const string RenderImage = "render_image";

    private readonly VisionFunction _function;
    private readonly ConversationCalls _calls;
    private readonly MglmmMcpOptions _options;
    private readonly ProgressReports _progress;

    public VisionMcpTool(VisionFunction function, ConversationCalls calls, MglmmMcpOptions options, ProgressReports progress)
    {
        _function = function;
        _calls = calls;
        _options = options;
        _progress = progress;
        ProtocolTool = new Tool
        {
            Name = function.Name,
            Title = TitleOf(function.Name),
            Description = function.Description,
            InputSchema = calls.Conversations.AreNamed ? ConversationSchemas.InputOf(function) : function.JsonSchema,
            OutputSchema = calls.Conversations.AreNamed ? ConversationSchemas.OutputOf(function) : OutputSchemas.Of(function, tellsConversation: false),
            Annotations = AnnotationsOf(function),
        };
    }

    public override Tool ProtocolTool { get; }

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        IDictionary<string, JsonElement> arguments = request.Params?.Arguments ?? new Dictionary<string, JsonElement>();
        await using IAsyncDisposable progress = _progress.Begin(request);
        return Answer(await _calls.CallAsync(
            request.User, _function, arguments.Select(argument => new KeyValuePair<string, object?>(argument.Key, argument.Value)), cancellationToken).ConfigureAwait(false));
    }

    private CallToolResult Answer(ConversationCall call)
    {
        string json = call.ToJson();
        using JsonDocument document = JsonDocument.Parse(json);
        CallToolResult answer = new()
        {
            Content = [new TextContentBlock { Text = json }],
            StructuredContent = document.RootElement.Clone(),
            IsError = call.Result is ToolError ? true : null,
        };
        if (call.Artifact is { } artifact)
        {
            if (ProtocolTool.Name == RenderImage && Shown(artifact) is { } picture)
            {
                answer.Content.Add(picture);
            }

            if (_options.LinkFiles)
            {
                answer.Content.Add(new ResourceLinkBlock
                {
                    Uri = ResourceAddress.OfArtifact(artifact.Handle, call.Conversation).ToString(),
                    Name = artifact.FileName,
                    Description = ResourceDescriptions.Of(artifact),
                    MimeType = artifact.MediaType,
                    Size = artifact.Content.Length,
                });
            }
        }

        return answer;
    }

    /// <summary>The picture for the reader to see; null where it is none, or is not to be shown.</summary>
    private ImageContentBlock? Shown(VisionArtifact artifact) =>
        _options.MaximumImageSidePx > 0
        && PicturePreview.Fit(artifact.Content, artifact.MediaType, _options.MaximumImageSidePx, _options.MaximumImageBytes) is { } preview
            ? ImageContentBlock.FromBytes(preview.Content, preview.MediaType)
            : null;

    /// <summary>"Segment and caption" for <c>segment_and_caption</c>.</summary>
    private static string TitleOf(string name) => char.ToUpperInvariant(name[0]) + name[1..].Replace('_', ' ');

    /// <summary>What clients are told before they call: nothing of a host's own tool but what the host says.</summary>
    private static ToolAnnotations? AnnotationsOf(VisionFunction function) => (function.Group, function.IsReadOnly) switch
    {
        (VisionFunctionGroups.Own, null) => null,
        (VisionFunctionGroups.Own, var isReadOnly) => new ToolAnnotations { ReadOnlyHint = isReadOnly },

        // Files are made for the user; everything else adds handles to the conversation and changes nothing outside of it.
        (_, var isReadOnly) => new ToolAnnotations
        {
            ReadOnlyHint = isReadOnly,
            DestructiveHint = false,
            IdempotentHint = isReadOnly,
            OpenWorldHint = function.Name == ConversationCalls.OpenImage,
        },
    };
}
