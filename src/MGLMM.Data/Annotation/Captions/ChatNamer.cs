using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Data.Annotation.Language;
using MGLMM.Imaging;
using MGLMM.Masks;
using Microsoft.Extensions.AI;

namespace MGLMM.Data.Annotation.Captions;

/// <summary>
/// Has a chat model that sees name regions: it is shown the picture with the region tinted, and its box as shares of the picture, and answers with a name
/// of a few words and a description of one to three sentences. What is no such answer names nothing. Thread-safe.
/// </summary>
/// <param name="client">The chat model; not disposed.</param>
/// <param name="name">Its name, for settings and reports.</param>
public sealed partial class ChatNamer(IChatClient client, string name) : IRegionNamer
{
    private const int MostWords = 8;
    private const int MostSentences = 3;
    private const int MostLetters = 600;

    private static readonly OverlayRenderer Renderer = new(new OverlayOptions { ShowLabels = false, UseBuiltInFont = true });

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<AnnotatedRegion?> NameAsync(AnnotationScene scene, PictureAnnotation annotation, AnnotatedRegion region, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(annotation);
        ArgumentNullException.ThrowIfNull(region);
        PixelBox box = region.Mask.Box;
        (double width, double height) = (annotation.Width, annotation.Height);
        string question = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            One region of the picture is tinted. Its box is [{{box.Left / width:F3}}, {{box.Top / height:F3}}, {{box.Width / width:F3}}, {{box.Height / height:F3}}] (x, y, width, height as shares of the picture).{{(region.Phrase is null ? string.Empty : $" A detector took it for \"{region.Phrase}\".")}}
            Say only what you see in that region; the tint is not its colour. Answer with one JSON object: {"name": "a short noun phrase, such as a red car", "caption": "one to three sentences about the region"}.
            """);
        ChatMessage message = new(ChatRole.User,
        [
            new TextContent(question),
            new DataContent(Renderer.RenderPng(scene.Image, [new OverlayRegion(region.Mask)]), "image/png"),
        ]);
        string reply = await ChatReply.AskAsync(client, [message], cancellationToken).ConfigureAwait(false);
        (string? phrase, string? caption) = (ChatReply.Field(reply, "name")?.TrimEnd('.'), ChatReply.Field(reply, "caption"));
        if (phrase is null || caption is null || !IsName(phrase) || !IsCaption(caption))
        {
            return null;
        }

        string label = PhraseWords.Label(phrase);
        return label.Length == 0 ? null : region with { Phrase = PhraseWords.Indefinite(phrase), Label = label, Caption = caption, CaptionAuthor = name };
    }

    private static bool IsName(string phrase) => phrase.Length > 0 && phrase.Split(' ').Length <= MostWords && IsPlain(phrase);

    private static bool IsCaption(string caption) => caption.Length is > 0 and <= MostLetters && SentenceEnd().Count(caption) is >= 1 and <= MostSentences && IsPlain(caption);

    private static bool IsPlain(string text) => text.AsSpan().IndexOfAny('<', '>') < 0 && !text.Contains("[SEG]", StringComparison.Ordinal) && !text.Any(char.IsControl);

    [GeneratedRegex(@"[.!?](?:\s|$)")]
    private static partial Regex SentenceEnd();
}
