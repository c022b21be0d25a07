using System.Runtime.CompilerServices;
using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.SemanticKernel.Chat;

/// <summary>
/// Shows a model what it had rendered: the picture follows the function's result as a user's message, because chat endpoints take no
/// pictures in results.
/// </summary>
/// <remarks>
/// With a <see cref="VisionChatHistory"/> the picture comes right behind the results, so that the model sees it with its next step. A plain
/// history takes no message there; then the picture is put in behind the results as soon as the model calls its next function, and what was
/// rendered last in a turn with the next turn's first call. Thread-safe, as far as the history is.
/// </remarks>
public sealed class RenderedPictureFilter : IAutoFunctionInvocationFilter
{
    private const string RenderFunction = "render_image";

    private readonly VisionWorkspace _workspace;
    private readonly RenderedPictureOptions _options;
    private readonly Lock _gate = new();
    private readonly ConditionalWeakTable<ChatHistory, List<(ChatMessageContent Calls, ChatMessageContent Picture)>> _waiting = [];

    /// <summary>Creates the filter; add it to <see cref="Kernel.AutoFunctionInvocationFilters"/>.</summary>
    /// <param name="workspace">The workspace of the conversation.</param>
    /// <param name="options">Null takes the defaults.</param>
    public RenderedPictureFilter(VisionWorkspace workspace, RenderedPictureOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        _workspace = workspace;
        _options = options ?? RenderedPictureOptions.Default;
        _options.Validate();
    }

    /// <inheritdoc/>
    public async Task OnAutoFunctionInvocationAsync(AutoFunctionInvocationContext context, Func<AutoFunctionInvocationContext, Task> next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        PutInWaiting(context);
        await next(context).ConfigureAwait(false);
        if (_options.ModelTakesImages
            && context.Function.Name == RenderFunction
            && context.Result.GetToolResult() is ArtifactResult result
            && _workspace.TryGetArtifact(result.Artifact, out VisionArtifact? artifact))
        {
            Show(context, artifact);
        }
    }

    private void Show(AutoFunctionInvocationContext context, VisionArtifact artifact)
    {
        lock (_gate)
        {
            VisionChatHistory? history = context.ChatHistory as VisionChatHistory;
            List<(ChatMessageContent Calls, ChatMessageContent Picture)>? waiting = history is null ? _waiting.GetOrCreateValue(context.ChatHistory) : null;
            ChatMessageContent picture = MessageOf(artifact, isRoom: (history?.FollowingCount ?? waiting!.Count) < _options.MaximumPictures);
            history?.AddAfterResults(picture);
            waiting?.Add((context.ChatMessageContent, picture));
            TakeOutOldest(context.ChatHistory, toCome: history?.FollowingCount ?? 0);
        }
    }

    /// <summary>Puts pictures of earlier calls behind their results, in a plain history.</summary>
    private void PutInWaiting(AutoFunctionInvocationContext context)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(context.ChatHistory, out List<(ChatMessageContent Calls, ChatMessageContent Picture)>? waiting))
            {
                return;
            }

            foreach ((ChatMessageContent? calls, ChatMessageContent? picture) in waiting.Where(entry => !ReferenceEquals(entry.Calls, context.ChatMessageContent)).ToArray())
            {
                int behind = context.ChatHistory.IndexOf(context.ChatMessageContent);
                if (behind >= 0)
                {
                    context.ChatHistory.Insert(behind, picture);
                }

                waiting.Remove((calls, picture));
            }

            TakeOutOldest(context.ChatHistory, toCome: 0);
        }
    }

    private void TakeOutOldest(ChatHistory history, int toCome)
    {
        (ChatMessageContent message, KernelContent item, int index)[] shown = history.SelectMany(message => message.Items.Select((item, index) => (message, item, index)))
            .Where(entry => entry.item is ImageContent { Metadata: { } data } && data.ContainsKey(ChatImages.HandleKey) && IsArtifact(data[ChatImages.HandleKey]))
            .ToArray();
        foreach ((ChatMessageContent? message, KernelContent _, int index) in shown.SkipLast(_options.MaximumPictures - toCome))
        {
            message.Items[index] = new TextContent("(no longer shown)");
        }

        static bool IsArtifact(object? handle) => handle?.ToString()?.StartsWith('a') == true;
    }

    private ChatMessageContent MessageOf(VisionArtifact artifact, bool isRoom)
    {
        ChatMessageContent message = new() { Role = AuthorRole.User };
        if (!isRoom || Shrunk(artifact) is not var (bytes, type))
        {
            message.Items.Add(new TextContent(PictureSentences.NotShown(artifact, isRoom ? "too large" : "one too many")));
            return message;
        }

        message.Items.Add(new TextContent(PictureSentences.Shown(artifact)));
        message.Items.Add(new ImageContent(bytes, type) { Metadata = new Dictionary<string, object?> { [ChatImages.HandleKey] = artifact.Handle } });
        return message;
    }

    /// <summary>The picture within the limits; null where it is none, or cannot be.</summary>
    private (ReadOnlyMemory<byte> Bytes, string MediaType)? Shrunk(VisionArtifact artifact) =>
        artifact.MediaType.StartsWith("image/", StringComparison.Ordinal)
        && PicturePreview.Fit(artifact.Content, artifact.MediaType, _options.MaximumSidePx, _options.MaximumBytes) is { } preview
            ? (preview.Content, preview.MediaType)
            : null;
}
