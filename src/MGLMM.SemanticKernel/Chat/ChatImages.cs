using System.Globalization;
using MGLMM.Vision;
using MGLMM.Vision.Results;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.SemanticKernel.Chat;

/// <summary>Pictures that a user attached to a chat, opened for the vision functions.</summary>
public static class ChatImages
{
    /// <summary>The key of <see cref="KernelContent.Metadata"/> under which a picture carries the handle that the chat was told.</summary>
    internal const string HandleKey = "mglmm_image";

    private const int LongestName = 60;
    private static readonly string[] NameKeys = ["name", "file_name", "fileName", "filename"];

    /// <inheritdoc cref="OpenImagesAsync(ChatHistory, VisionToolset, ChatImageOptions, CancellationToken)"/>
    public static Task<IReadOnlyList<string>> OpenImagesAsync(this ChatHistory history, VisionToolset toolset, CancellationToken cancellationToken = default) =>
        history.OpenImagesAsync(toolset, ChatImageOptions.Default, cancellationToken);

    /// <summary>
    /// Opens each new picture of the users' messages and adds a sentence to its message that tells the model its handle: "Attached picture
    /// photo.png is img1, 640 x 480 px." A picture that cannot be opened gets a sentence that says why. Call it before each request; a picture
    /// that was told already is left alone, unless this is another workspace, where its handle means nothing: it is opened anew then.
    /// </summary>
    /// <remarks>
    /// Bytes and data URIs within the message are attachments that the host let in, so no input policy is asked; the model's image limits
    /// hold. An address is opened only where the toolset's policy allows it. A picture's name is taken from <c>name</c> or <c>file_name</c> of its
    /// metadata. A picture that newer ones pushed out of the workspace can be opened again by that name, which is all that a call on its handle
    /// then says; of the attached files themselves, the oldest give way where they would be too many. Not thread-safe, as a history is not.
    /// </remarks>
    /// <param name="history">The chat. Its messages are changed in place.</param>
    /// <param name="toolset">The tools, with the workspace of this conversation.</param>
    /// <param name="options">What to do with the pictures.</param>
    /// <param name="cancellationToken">Ends it early; pictures opened until then are told.</param>
    /// <returns>The handles of the pictures opened by this call, in order.</returns>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static async Task<IReadOnlyList<string>> OpenImagesAsync(
        this ChatHistory history, VisionToolset toolset, ChatImageOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(toolset);
        ArgumentNullException.ThrowIfNull(options);
        var opened = new List<string>();
        var number = 0;
        foreach (var message in history.Where(message => message.Role == AuthorRole.User))
        {
            var items = message.Items;
            for (var index = 0; index < items.Count; index++)
            {
                if (items[index] is not ImageContent image)
                {
                    continue;
                }

                number++;
                if (!IsTold(image, toolset.Workspace))
                {
                    var name = NameOf(image, number);
                    var (handle, sentence) = await OpenAsync(image, name, toolset, cancellationToken).ConfigureAwait(false);
                    if (handle is not null)
                    {
                        opened.Add(handle);
                    }

                    var wasTold = image.Metadata?.ContainsKey(HandleKey) == true;
                    image.Metadata = new Dictionary<string, object?>(image.Metadata ?? new Dictionary<string, object?>()) { [HandleKey] = handle ?? string.Empty };
                    var told = new TextContent(sentence);
                    if (wasTold && index + 1 < items.Count && items[index + 1] is TextContent)
                    {
                        items[index + 1] = told;
                    }
                    else
                    {
                        items.Insert(index + 1, told);
                    }
                }

                if (!options.ModelTakesImages)
                {
                    items.RemoveAt(index--);
                }
            }
        }

        return opened;
    }

    /// <summary>
    /// Whether the chat has been told of a picture, and its handle is this workspace's. One that was pushed out is not opened again by itself,
    /// for it would push out the next. A picture that could not be opened is told once.
    /// </summary>
    private static bool IsTold(ImageContent image, VisionWorkspace workspace) =>
        image.Metadata?.TryGetValue(HandleKey, out var handle) == true
        && handle?.ToString() is var told
        && (string.IsNullOrEmpty(told) || !told.StartsWith("img", StringComparison.Ordinal) || workspace.TryGetImage(told, out _) || workspace.IsExpired(told));

    private static async Task<(string? Handle, string Sentence)> OpenAsync(
        ImageContent image, string name, VisionToolset toolset, CancellationToken cancellationToken)
    {
        string? source;
        try
        {
            source = image.Uri is { } address && image.Data is null ? address.ToString() : null;
            if (source is null)
            {
                if (image.Data is not { Length: > 0 } bytes)
                {
                    return (null, $"Attached picture {name} could not be opened: it is empty.");
                }

                toolset.AddAttachment(name, bytes.Span);
                source = name;
            }
        }
        catch (InvalidOperationException)
        {
            // Only pictures that the host itself registered do not give way.
            return (null, $"Attached picture {name} could not be opened: too many pictures are registered.");
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KernelException or NotSupportedException)
        {
            return (null, $"Attached picture {name} could not be opened: it is damaged or too large.");
        }

        var result = await toolset.OpenImageAsync(source, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result switch
        {
            OpenedImageResult picture => (
                picture.Image,
                string.Create(CultureInfo.InvariantCulture, $"Attached picture {name} is {picture.Image}, {picture.WidthPx} x {picture.HeightPx} px.")),
            ToolError error => (null, $"Attached picture {name} could not be opened: {error.Message}"),
            _ => (null, $"Attached picture {name} could not be opened."),
        };
    }

    /// <summary>What to call a picture: its name without anything that could be read as more than a name.</summary>
    private static string NameOf(ImageContent image, int number)
    {
        foreach (var key in NameKeys)
        {
            if (image.Metadata?.TryGetValue(key, out var value) == true && value?.ToString() is { } said)
            {
                var name = new string([.. Path.GetFileName(said).Take(LongestName).Select(letter => char.IsLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_')]);
                if (name.Any(char.IsLetterOrDigit))
                {
                    return name;
                }
            }
        }

        var extension = image.MimeType switch { "image/png" => ".png", "image/jpeg" => ".jpg", "image/webp" => ".webp", _ => string.Empty };
        return string.Create(CultureInfo.InvariantCulture, $"picture-{number}{extension}");
    }
}
