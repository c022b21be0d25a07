using System.Text.Json;
using MGLMM.SemanticKernel.Chat;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Persistence;
using MGLMM.Vision.Workspaces;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.Samples.VisionAgent.Chat;

/// <summary>Keeping a conversation in a folder, and going on with it.</summary>
internal sealed partial class AgentSession
{
    private const string ChatFile = "chat.json";
    private const string WorkspaceFolder = "workspace";

    /// <summary>Makes another open picture the one that requests are about.</summary>
    public bool TrySwitch(string handle)
    {
        if (!Workspace.TryGetImage(handle, out VisionImage? image))
        {
            return false;
        }

        Current = image.Handle;
        return true;
    }

    public async Task SaveAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            await Workspace.SaveAsync(Path.Combine(folder, WorkspaceFolder), cancellationToken).ConfigureAwait(false);
            string path = Path.Combine(folder, ChatFile);
            await File.WriteAllTextAsync(path + ".part", JsonSerializer.Serialize(new KeptChat(Current, History)), cancellationToken).ConfigureAwait(false);
            File.Move(path + ".part", path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"Nothing can be kept in '{folder}': {exception.Message}");
        }
    }

    public async Task OpenAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            VisionWorkspace workspace = await VisionWorkspace.LoadAsync(Path.Combine(folder, WorkspaceFolder), cancellationToken: cancellationToken).ConfigureAwait(false);
            KeptChat? chat = JsonSerializer.Deserialize<KeptChat>(await File.ReadAllTextAsync(Path.Combine(folder, ChatFile), cancellationToken).ConfigureAwait(false));
            (_kernel, _toolset) = Build(workspace);
            History = new VisionChatHistory(chat?.History ?? []);
            Current = chat?.Current;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or WorkspaceFormatException or JsonException)
        {
            throw new InputException($"'{folder}' cannot be opened: {exception.Message}");
        }
    }

    private sealed record KeptChat(string? Current, ChatHistory History);
}
