using System.Globalization;
using System.Security.Cryptography;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.AI;

namespace MGLMM.AgentFramework;

/// <summary>Pictures that a user attached to a run's messages, opened for the tools.</summary>
internal static class ChatPictures
{
    private const string ImageType = "image";

    /// <summary>Opens the pictures that are new; each becomes a sentence that tells its handle, or why it has none.</summary>
    /// <param name="lease">The workspace.</param>
    /// <param name="messages">The run's messages.</param>
    /// <param name="told">Pictures that were opened before; those that are opened now come to them.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<List<string>> OpenAsync(
        IConversationLease lease, IEnumerable<ChatMessage> messages, Dictionary<string, string> told, CancellationToken cancellationToken)
    {
        List<string> sentences = [];
        foreach (DataContent picture in messages.Where(message => message.Role == ChatRole.User).SelectMany(message => message.Contents).OfType<DataContent>())
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(picture.Data.Span));
            if (!picture.HasTopLevelMediaType(ImageType) || (told.TryGetValue(hash, out string? handle) && lease.Workspace.TryGetImage(handle, out _)))
            {
                continue;
            }

            (string? opened, string sentence) = await OpenAsync(lease, picture, ContentNames.OfPicture(picture.Name, picture.MediaType, told.Count + 1), cancellationToken).ConfigureAwait(false);
            sentences.Add(sentence);
            if (opened is not null)
            {
                told[hash] = opened;
            }
        }

        return sentences;
    }

    private static async Task<(string? Handle, string Sentence)> OpenAsync(IConversationLease lease, DataContent picture, string name, CancellationToken cancellationToken)
    {
        ToolResult result;
        try
        {
            VisionToolset toolset = await lease.GetToolsetAsync(cancellationToken).ConfigureAwait(false);
            name = toolset.Attach(name, picture.Data.Span);
            result = await toolset.OpenImageAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (VisionNotReadyException exception)
        {
            return (null, PictureSentences.NotOpened(name, exception.Message));
        }
        catch (InvalidOperationException)
        {
            // Only pictures that the host itself registered do not give way.
            return (null, PictureSentences.NotOpened(name, "too many pictures are registered."));
        }
        catch (ArgumentException)
        {
            return (null, PictureSentences.NotOpened(name, "it is empty or too large."));
        }

        cancellationToken.ThrowIfCancellationRequested();
        return result switch
        {
            OpenedImageResult opened => (opened.Image, PictureSentences.Opened(name, opened)),
            ToolError error => (null, PictureSentences.NotOpened(name, error.Message)),
            _ => (null, PictureSentences.NotOpened(name)),
        };
    }
}
