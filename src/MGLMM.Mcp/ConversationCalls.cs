using System.Diagnostics;
using System.Security.Claims;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Mcp;

/// <summary>Calls of tools that come over a protocol: each finds its conversation, runs, and is kept before its handles are told.</summary>
internal sealed partial class ConversationCalls(IMcpConversations conversations, IOptions<MglmmOptions> options, IImageDecoder decoder, ILogger<ConversationCalls> logger)
{
    /// <summary>The argument that names a conversation, over transports that have several.</summary>
    public const string ConversationArgument = "conversation";

    /// <summary>The tool that begins a conversation.</summary>
    public const string OpenImage = "open_image";

    /// <summary>Which conversation a request is about.</summary>
    public IMcpConversations Conversations => conversations;

    /// <summary>Calls a tool.</summary>
    /// <param name="user">Who asks; null without authentication.</param>
    /// <param name="tool">The tool's name, one of <see cref="VisionFunctions"/>.</param>
    /// <param name="conversation">The handle that the request names; null where it names none.</param>
    /// <param name="arguments">As the caller wrote them.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public async Task<ConversationCall> CallAsync(
        ClaimsPrincipal? user, string tool, string? conversation, IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken)
    {
        using Activity? activity = GenAiTelemetry.StartTool(tool);
        ConversationCall call = await RunAsync(user, tool, conversation, arguments, cancellationToken).ConfigureAwait(false);
        if (call.Result is ToolError error)
        {
            GenAiTelemetry.SetError(activity, error.Code);
        }

        return call;
    }

    /// <summary>Opens a picture whose bytes came with the request. Needs no model.</summary>
    /// <param name="lease">The conversation.</param>
    /// <param name="name">What the picture is called.</param>
    /// <param name="file">Its bytes.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <param name="keeps">Whether the conversation is kept.</param>
    public async Task<ConversationCall> OpenAsync(
        IConversationLease lease, string name, ReadOnlyMemory<byte> file, CancellationToken cancellationToken, bool keeps = true)
    {
        using Activity? activity = GenAiTelemetry.StartTool(OpenImage);
        ToolResult result;
        try
        {
            DecodedImage decoded = await Task.Run(() => decoder.DecodeAsync(file, Limits, cancellationToken), cancellationToken).ConfigureAwait(false);
            VisionImage image = lease.Workspace.AddImage(decoded.Pixels, name, decoded.Format);
            result = new OpenedImageResult { Image = image.Handle, Name = image.Name, WidthPx = image.Width, HeightPx = image.Height, Format = image.Format };
        }
        catch (ImageFormatException exception)
        {
            result = new ToolError
            {
                Code = exception.IsTooLarge ? ToolErrorCodes.TooLarge : ToolErrorCodes.ImageUnreadable,
                Message = exception.Message,
                Try = "Send another picture, or a smaller one.",
            };
            GenAiTelemetry.SetError(activity, ((ToolError)result).Code);
        }

        if (keeps && result is not ToolError)
        {
            result = await KeepAsync(OpenImage, lease, result).ConfigureAwait(false);
        }

        return new ConversationCall(result, lease.Workspace.Conversation, null);
    }

    /// <summary>What pictures the host takes.</summary>
    public ImageLimits Limits => ImageLimits.Default with
    {
        MaximumBytes = options.Value.MaximumImageBytes ?? ImageLimits.Default.MaximumBytes,
        MaximumPixels = options.Value.MaximumImagePixels ?? ImageLimits.Default.MaximumPixels,
    };

    private async Task<ConversationCall> RunAsync(
        ClaimsPrincipal? user, string tool, string? conversation, IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken)
    {
        IConversationLease lease;
        try
        {
            lease = await conversations.FindAsync(user, conversation, begins: tool == OpenImage, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownConversationException exception)
        {
            return new ConversationCall(exception.Error, null, null);
        }

        await using (lease)
        {
            VisionFunction function = lease.Functions.First(known => known.Name == tool);
            ToolResult result = await function.CallAsync(arguments, cancellationToken).ConfigureAwait(false);

            // A client that has left gets no answer, and what it asked for is nobody's.
            cancellationToken.ThrowIfCancellationRequested();
            if (result is not ToolError)
            {
                result = await KeepAsync(tool, lease, result).ConfigureAwait(false);
            }

            VisionArtifact? made = result is ArtifactResult artifact && lease.Workspace.TryGetArtifact(artifact.Artifact, out VisionArtifact? file) ? file : null;
            return new ConversationCall(result, conversations.AreNamed ? lease.Workspace.Conversation : null, made);
        }
    }

    /// <summary>Keeps what a call has made; not cancelled half-way.</summary>
    private async Task<ToolResult> KeepAsync(string tool, IConversationLease conversation, ToolResult result)
    {
        try
        {
            await conversation.SaveAsync(CancellationToken.None).ConfigureAwait(false);
            return result;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotKept(logger, tool, exception);
            return new ToolError
            {
                Code = ToolErrorCodes.Failed,
                Message = "The result could not be kept on the host's disk; the host's log says why.",
                Try = "Tell the user; the same call may succeed later.",
            };
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What {Tool} made could not be kept.")]
    private static partial void LogNotKept(ILogger logger, string tool, Exception exception);
}
