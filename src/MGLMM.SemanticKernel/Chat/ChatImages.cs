using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.SemanticKernel;
using Microsoft.SemanticKernel.ChatCompletion;

namespace MGLMM.SemanticKernel.Chat;

/// <summary>Pictures that a user attached to a chat, opened for the vision functions.</summary>
public static partial class ChatImages
{
    /// <summary>The key of <see cref="KernelContent.Metadata"/> under which a picture carries the handle that the chat was told.</summary>
    internal const string HandleKey = "mglmm_image";

    /// <summary>The key under which it carries the hash of its pixels: another workspace may have another picture under the same handle.</summary>
    private const string HashKey = "mglmm_pixels";

    /// <summary>The key under which it carries the name by which <c>open_image</c> knows it.</summary>
    private const string NameKey = "mglmm_name";

    private static readonly string[] NameKeys = ["name", "file_name", "fileName", "filename"];

    /// <inheritdoc cref="OpenImagesAsync(ChatHistory, VisionToolset, ChatImageOptions, CancellationToken)"/>
    public static Task<IReadOnlyList<string>> OpenImagesAsync(this ChatHistory history, VisionToolset toolset, CancellationToken cancellationToken = default) =>
        history.OpenImagesAsync(toolset, ChatImageOptions.Default, cancellationToken);

    /// <summary>
    /// Opens each new picture of the users' messages and adds a sentence to its message that tells the model its handle: "Attached picture
    /// photo.png is img1, 640 x 480 px." A picture that cannot be opened gets a sentence that says why. Call it before each request; a picture
    /// that was told already is left alone, unless this is another workspace, where its handle means nothing or another picture: it is opened anew then, and the last user's
    /// message tells that the regions of before are lost.
    /// </summary>
    /// <remarks>
    /// Bytes and data URIs within the message are attachments that the host let in, so no input policy is asked; the model's image limits
    /// hold. An address is opened only where the toolset's policy allows it. A picture's name is taken from <c>name</c> or <c>file_name</c> of its
    /// metadata, with a number where another has it already. A file that newer pictures pushed out of the workspace can be opened again by its
    /// name; where the files themselves would be too many, the oldest give way. Where a shortened history no longer names what is open in the
    /// workspace, the last user's message tells it again. Not thread-safe, as a history is not.
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
        List<string> opened = new();
        int number = 0;
        bool isAnotherWorkspace = false;
        foreach (ChatMessageContent? message in history.Where(message => message.Role == AuthorRole.User))
        {
            ChatMessageContentItemCollection items = message.Items;
            for (int index = 0; index < items.Count; index++)
            {
                if (items[index] is not ImageContent image)
                {
                    continue;
                }

                number++;
                if (IsTold(image, toolset.Workspace))
                {
                    KeepAtHand(image, toolset);
                }
                else
                {
                    (string? handle, string? name, string? sentence) = await OpenAsync(image, NameOf(image, number), toolset, cancellationToken).ConfigureAwait(false);
                    if (handle is not null)
                    {
                        opened.Add(handle);
                    }

                    bool wasTold = image.Metadata?.ContainsKey(HandleKey) == true;
                    isAnotherWorkspace |= wasTold && image.Metadata![HandleKey]?.ToString() is { Length: > 0 } before && !toolset.Workspace.IsExpired(before);
                    image.Metadata = new Dictionary<string, object?>(image.Metadata ?? new Dictionary<string, object?>())
                    {
                        [HandleKey] = handle ?? string.Empty,
                        [NameKey] = name,
                        [HashKey] = handle is not null && toolset.Workspace.TryGetImage(handle, out VisionImage? added) ? added.Pixels.ContentHash : null,
                    };
                    TextContent told = new(sentence);
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

        if (isAnotherWorkspace)
        {
            TellLost(history);
        }

        TellAgain(history, toolset.Workspace);
        return opened;
    }

    /// <summary>Regions that were told in another workspace: this one gives their handles to others.</summary>
    private static void TellLost(ChatHistory history)
    {
        if (history.LastOrDefault(message => message.Role == AuthorRole.User) is { } last && ToldIn(history).Any(handle => !IsPicture(handle)))
        {
            last.Items.Add(new TextContent(PictureSentences.Lost(hasPictures: true)));
        }
    }

    /// <summary>The handles that a chat names, without those that are told to be lost.</summary>
    private static HashSet<string> ToldIn(ChatHistory history)
    {
        HashSet<string> told = new(StringComparer.Ordinal);
        foreach (string text in history.SelectMany(message => message.Items).Select(TextOf).OfType<string>())
        {
            told.UnionWith(Handle().Matches(text).Select(match => match.Value));
            if (text == PictureSentences.Lost(hasPictures: true))
            {
                told.RemoveWhere(handle => !IsPicture(handle));
            }
        }

        return told;
    }

    private static bool IsPicture(string handle) => handle.StartsWith("img", StringComparison.Ordinal);

    /// <summary>Pictures and regions whose handles no message tells any more, because the history was shortened, are told with the last user's message.</summary>
    private static void TellAgain(ChatHistory history, VisionWorkspace workspace)
    {
        if (history.LastOrDefault(message => message.Role == AuthorRole.User) is not { } last)
        {
            return;
        }

        HashSet<string> told = ToldIn(history);
        HashSet<string> lost = workspace.Images.Where(image => !told.Contains(image.Handle) || IsLost(image.Handle)).Select(image => image.Handle).ToHashSet(StringComparer.Ordinal);
        if (lost.Count > 0)
        {
            last.Items.Add(new TextContent(PictureSentences.OpenAlready(workspace, image => lost.Contains(image.Handle))));
        }

        // A picture whose regions the chat once named, and names none of any more.
        bool IsLost(string image) => workspace.Sets.Any(set => set.Image == image && set.Regions.Count > 0)
            && !workspace.Sets.Any(set => set.Image == image && told.Contains(set.Handle)) && !workspace.RegionsOf(image).Any(region => told.Contains(region.Handle));
    }

    private static string? TextOf(KernelContent item) => item switch
    {
        TextContent text => text.Text,
        FunctionResultContent result => result.Result?.ToString(),
        _ => null,
    };

    [GeneratedRegex(@"\b(?:img|m|s)\d+\b")]
    private static partial Regex Handle();

    /// <summary>
    /// Whether the chat has been told of a picture, and its handle is this workspace's. A file that was pushed out is not opened again by itself,
    /// for it would push out the next. A picture that could not be opened is told once.
    /// </summary>
    private static bool IsTold(ImageContent image, VisionWorkspace workspace) =>
        image.Metadata?.TryGetValue(HandleKey, out object? handle) == true
        && handle?.ToString() is var told
        && (string.IsNullOrEmpty(told) || !IsPicture(told)
            || (workspace.TryGetImage(told, out VisionImage? known) ? IsOf(image, known) : image.Data is not null && workspace.IsExpired(told)));

    /// <summary>Whether a picture of the chat is the one that has its handle; chats of before this was kept say nothing of it.</summary>
    private static bool IsOf(ImageContent image, VisionImage known) =>
        image.Metadata?.GetValueOrDefault(HashKey)?.ToString() is not { Length: > 0 } hash || hash == known.Pixels.ContentHash;

    /// <summary>So that a file that was pushed out can be opened by its name, also by the tools of another process.</summary>
    private static void KeepAtHand(ImageContent image, VisionToolset toolset)
    {
        if (image.Data is { Length: > 0 } bytes && image.Metadata?.TryGetValue(NameKey, out object? name) == true && image.Metadata.TryGetValue(HandleKey, out object? handle)
            && name?.ToString() is { Length: > 0 } known && handle?.ToString() is { Length: > 0 } told && toolset.Workspace.IsExpired(told))
        {
            try
            {
                toolset.AttachAgain(known, bytes.Span);
            }
            catch (ArgumentException)
            {
                // A name or a size that these tools do not take, out of another process: it is not at hand then.
            }
        }
    }

    private static async Task<(string? Handle, string Name, string Sentence)> OpenAsync(
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
                    return (null, name, PictureSentences.NotOpened(name, "it is empty."));
                }

                source = name = toolset.Attach(name, bytes.Span);
            }
        }
        catch (InvalidOperationException)
        {
            // Only pictures that the host itself registered do not give way.
            return (null, name, PictureSentences.NotOpened(name, "too many pictures are registered."));
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or KernelException or NotSupportedException)
        {
            return (null, name, PictureSentences.NotOpened(name, "it is damaged or too large."));
        }

        ToolResult result = await toolset.OpenImageAsync(source, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return result switch
        {
            OpenedImageResult picture => (picture.Image, name, PictureSentences.Opened(name, picture)),
            ToolError error => (null, name, PictureSentences.NotOpened(name, error.Message)),
            _ => (null, name, PictureSentences.NotOpened(name)),
        };
    }

    private static string NameOf(ImageContent image, int number) => ContentNames.OfPicture(
        NameKeys.Select(key => image.Metadata?.GetValueOrDefault(key)?.ToString()).FirstOrDefault(name => Path.GetFileName(name)?.Any(char.IsLetterOrDigit) == true), image.MimeType, number);
}
