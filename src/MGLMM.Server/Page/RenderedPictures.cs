using System.Text.Json;
using MGLMM.Planning;
using MGLMM.Planning.Steps;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.AI;

namespace MGLMM.Server.Page;

/// <summary>Shows a planner that takes pictures what it had drawn: as a message behind the results, for results themselves hold text alone. The newest few.</summary>
internal sealed class RenderedPictures(IChatClient inner, VisionWorkspace workspace) : DelegatingChatClient(inner)
{
    private const int MostPictures = 2;
    private const int MostBytes = 4 << 20;
    private const string Png = "image/png";

    public override Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetResponseAsync(WithPictures([.. messages]), options, cancellationToken);

    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        base.GetStreamingResponseAsync(WithPictures([.. messages]), options, cancellationToken);

    private List<ChatMessage> WithPictures(IReadOnlyList<ChatMessage> messages)
    {
        HashSet<string> shown = [.. messages.SelectMany(PicturesOf).Select(picture => picture.Handle).Distinct().TakeLast(MostPictures)];
        List<ChatMessage> told = [];
        List<AIContent> waiting = [];
        foreach (ChatMessage message in messages)
        {
            // Results of one step belong together: nothing may stand between them.
            if (message.Role != ChatRole.Tool && waiting.Count > 0)
            {
                told.Add(new ChatMessage(ChatRole.User, waiting));
                waiting = [];
            }

            told.Add(message);
            foreach (VisionArtifact picture in PicturesOf(message).Where(picture => shown.Remove(picture.Handle)))
            {
                waiting.Add(new TextContent($"{picture.Handle} looks like this:"));
                waiting.Add(new DataContent(picture.Content, Png));
            }
        }

        if (waiting.Count > 0)
        {
            told.Add(new ChatMessage(ChatRole.User, waiting));
        }

        return told;
    }

    private IEnumerable<VisionArtifact> PicturesOf(ChatMessage message)
    {
        foreach (FunctionResultContent result in message.Contents.OfType<FunctionResultContent>())
        {
            if (Read(result.Result) is { } record && new FunctionRecord(record).Text("artifact") is { } handle
                && workspace.TryGetArtifact(handle, out VisionArtifact? artifact) && artifact.MediaType == Png && artifact.Content.Length <= MostBytes)
            {
                yield return artifact;
            }
        }
    }

    private static JsonElement? Read(object? result)
    {
        try
        {
            return result switch
            {
                JsonElement { ValueKind: JsonValueKind.String } text => JsonSerializer.Deserialize<JsonElement>(text.GetString()!),
                JsonElement element => element,
                string text => JsonSerializer.Deserialize<JsonElement>(text),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
