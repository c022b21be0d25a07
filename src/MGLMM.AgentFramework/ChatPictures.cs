using System.Globalization;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>
    /// Opens the pictures that are new; each becomes a sentence that tells its handle, or why it has none, also one that is attached again: "this one" means it. Bytes within a message are an attachment that the host let in; an address is opened
    /// only where the tools' policy allows it.
    /// </summary>
    /// <param name="lease">The workspace.</param>
    /// <param name="messages">The run's messages.</param>
    /// <param name="told">Pictures that were opened before; those that are opened now come to them.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<List<string>> OpenAsync(
        IConversationLease lease, IEnumerable<ChatMessage> messages, Dictionary<string, string> told, CancellationToken cancellationToken)
    {
        List<string> sentences = [];
        foreach (Attachment picture in messages.Where(message => message.Role == ChatRole.User).SelectMany(message => message.Contents).Select(AttachmentOf).OfType<Attachment>())
        {
            string hash = Convert.ToHexStringLower(SHA256.HashData(picture.Address is null ? picture.File.Span : Encoding.UTF8.GetBytes(picture.Address)));
            if (told.TryGetValue(hash, out string? handle) && lease.Workspace.TryGetImage(handle, out VisionImage? known))
            {
                sentences.Add(PictureSentences.Opened(
                    ContentNames.OfPicture(picture.Name ?? known.Name, picture.MediaType, told.Count),
                    new OpenedImageResult { Image = known.Handle, Name = known.Name, WidthPx = known.Width, HeightPx = known.Height, Format = known.Format }));
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

    private static Attachment? AttachmentOf(AIContent content) => content switch
    {
        DataContent file when file.HasTopLevelMediaType(ImageType) => new Attachment(file.Name, file.MediaType, file.Data, null),
        UriContent address when address.HasTopLevelMediaType(ImageType) => new Attachment(null, address.MediaType, default, address.Uri.OriginalString),
        _ => null,
    };

    private static async Task<(string? Handle, string Sentence)> OpenAsync(IConversationLease lease, Attachment picture, string name, CancellationToken cancellationToken)
    {
        ToolResult result;
        try
        {
            VisionToolset toolset = await lease.GetToolsetAsync(cancellationToken).ConfigureAwait(false);
            string source = picture.Address ?? (name = toolset.Attach(name, picture.File.Span));
            result = await toolset.OpenImageAsync(source, cancellationToken).ConfigureAwait(false);
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

    /// <summary>A picture of a message: its bytes, or where they are.</summary>
    private sealed record Attachment(string? Name, string MediaType, ReadOnlyMemory<byte> File, string? Address);
}
