using System.Diagnostics;
using System.Security.Claims;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Mcp;

/// <summary>Calls of tools that come over a protocol: each finds its conversation, runs, and is kept before its handles are told.</summary>
/// <remarks>Thread-safe. A service of <see cref="MglmmMcpServices.AddMglmmMcp"/>, for adapters to other protocols beside MCP.</remarks>
public sealed class ConversationCalls
{
    /// <summary>The argument that names a conversation, over transports that have several.</summary>
    public const string ConversationArgument = VisionTool.ConversationArgument;

    /// <summary>The tool that begins a conversation.</summary>
    public const string OpenImage = "open_image";

    private readonly IMcpConversations _conversations;
    private readonly IOptions<MglmmOptions> _options;
    private readonly IImageDecoder _decoder;
    private readonly ILogger<ConversationCalls> _logger;

    internal ConversationCalls(IMcpConversations conversations, IOptions<MglmmOptions> options, IImageDecoder decoder, ILogger<ConversationCalls> logger)
    {
        _conversations = conversations;
        _options = options;
        _decoder = decoder;
        _logger = logger;
    }

    /// <summary>What pictures the host takes.</summary>
    public ImageLimits Limits => ImageLimits.Default with
    {
        MaximumBytes = _options.Value.MaximumImageBytes ?? ImageLimits.Default.MaximumBytes,
        MaximumPixels = _options.Value.MaximumImagePixels ?? ImageLimits.Default.MaximumPixels,
    };

    /// <summary>Which conversation a request is about.</summary>
    internal IMcpConversations Conversations => _conversations;

    /// <summary>Calls a tool whose arguments may name a conversation, where these are named.</summary>
    /// <param name="user">Who asks; null without authentication.</param>
    /// <param name="function">The tool, over whatever conversation.</param>
    /// <param name="arguments">As the caller wrote them.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public Task<ConversationCall> CallAsync(
        ClaimsPrincipal? user, VisionFunction function, IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(arguments);
        return MeasuredAsync(function.Name, () =>
        {
            string? conversation = null;
            if (_conversations.AreNamed)
            {
                try
                {
                    conversation = function.Take(ConversationArgument, arguments, out IReadOnlyList<KeyValuePair<string, object?>> rest);
                    arguments = rest;
                }
                catch (ToolException exception)
                {
                    return Task.FromResult(new ConversationCall(exception.Error, null, null));
                }
            }

            return RunAsync(user, function.Name, conversation, arguments, cancellationToken);
        });
    }

    /// <summary>Calls a tool in a conversation that is known.</summary>
    /// <param name="user">Who asks; null without authentication.</param>
    /// <param name="tool">The tool's name, one of <see cref="VisionFunctions"/>.</param>
    /// <param name="conversation">The handle that the request names; null where it names none.</param>
    /// <param name="arguments">As the caller wrote them.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="OperationCanceledException">The caller has left.</exception>
    public Task<ConversationCall> CallAsync(
        ClaimsPrincipal? user, string tool, string? conversation, IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        return MeasuredAsync(tool, () => RunAsync(user, tool, conversation, arguments, cancellationToken));
    }

    private static async Task<ConversationCall> MeasuredAsync(string tool, Func<Task<ConversationCall>> run)
    {
        using Activity? activity = GenAiTelemetry.StartTool(tool);
        ConversationCall call = await run().ConfigureAwait(false);
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
        ArgumentNullException.ThrowIfNull(lease);
        using Activity? activity = GenAiTelemetry.StartTool(OpenImage);
        ToolResult result;
        try
        {
            DecodedImage decoded = await Task.Run(() => _decoder.DecodeAsync(file, Limits, cancellationToken), cancellationToken).ConfigureAwait(false);
            VisionImage image = lease.Workspace.AddImage(decoded.Pixels, name, decoded.Format);
            if (_options.Value.PrepareImages)
            {
                _ = PrepareAsync(lease, image);
            }

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
            result = await lease.KeepAsync(OpenImage, result, _logger).ConfigureAwait(false);
        }

        return new ConversationCall(result, lease.Workspace.Conversation, null);
    }

    /// <summary>Begins to prepare a picture as soon as the model is there.</summary>
    private static async Task PrepareAsync(IConversationLease lease, VisionImage image)
    {
        try
        {
            VisionToolset toolset = await lease.GetToolsetAsync(CancellationToken.None).ConfigureAwait(false);
            toolset.Prepare(image);
        }
        catch (Exception exception) when (exception is VisionNotReadyException or ObjectDisposedException)
        {
            // Questions do without.
        }
    }

    private async Task<ConversationCall> RunAsync(
        ClaimsPrincipal? user, string tool, string? conversation, IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken)
    {
        IConversationLease lease;
        try
        {
            lease = await _conversations.FindAsync(user, conversation, begins: tool == OpenImage, cancellationToken).ConfigureAwait(false);
        }
        catch (UnknownConversationException exception)
        {
            return new ConversationCall(exception.Error, null, null);
        }

        await using (lease)
        {
            ToolResult result = await lease.CallAsync(tool, arguments, _logger, cancellationToken).ConfigureAwait(false);
            VisionArtifact? made = result is ArtifactResult artifact && lease.Workspace.TryGetArtifact(artifact.Artifact, out VisionArtifact? file) ? file : null;
            return new ConversationCall(result, _conversations.AreNamed ? lease.Workspace.Conversation : null, made);
        }
    }
}
