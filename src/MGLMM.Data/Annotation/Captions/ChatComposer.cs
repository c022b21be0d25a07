using System.Text;
using MGLMM.Data.Annotation.Language;
using Microsoft.Extensions.AI;

namespace MGLMM.Data.Annotation.Captions;

/// <summary>
/// Has a chat model write captions of nodes out of the names, descriptions and computed places of their children. It sees no picture, so that it can make
/// nothing up that was not found; a caption that does not name every child exactly once is refused once with the reason, then left to the next composer.
/// Thread-safe.
/// </summary>
/// <param name="client">The chat model; not disposed.</param>
/// <param name="name">Its name, for settings and reports.</param>
public sealed class ChatComposer(IChatClient client, string name) : ICaptionComposer
{
    private const int MostTries = 2;
    private const int MostLetters = 4000;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task<NodeCaption?> ComposeAsync(AnnotationScene scene, PictureAnnotation annotation, string? node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        AnnotatedRegion[] children = [.. annotation.ChildrenOf(node).Where(child => child.Phrase is not null)];
        if (children.Length == 0)
        {
            return null;
        }

        string[] ids = [.. children.Select(child => child.Id)];
        List<ChatMessage> messages = [new ChatMessage(ChatRole.User, Question(annotation, node, children))];
        for (int attempt = 0; attempt < MostTries; attempt++)
        {
            string reply = await ChatReply.AskAsync(client, messages, cancellationToken).ConfigureAwait(false);
            string? text = ChatReply.Field(reply, "caption");
            string? fault = text is null ? "it is no JSON object with a caption" : text.Length > MostLetters || text.Any(char.IsControl) ? "it is too long or has control characters" : TaggedCaption.FaultOf(text, ids);
            if (fault is null)
            {
                return new NodeCaption(node, text!, name);
            }

            messages.Add(new ChatMessage(ChatRole.Assistant, reply));
            messages.Add(new ChatMessage(ChatRole.User, $"That caption cannot be used: {fault}. Write it again, with each of {string.Join(", ", ids)} tagged exactly once and no other tags."));
        }

        return null;
    }

    private static string Question(PictureAnnotation annotation, string? node, AnnotatedRegion[] children)
    {
        StringBuilder text = new();
        string what = annotation.Find(node)?.Phrase is { } phrase ? PhraseWords.Definite(phrase) : "the picture";
        text.Append("Write a fluent description of ").Append(what).AppendLine(" out of these facts. Say nothing else, and no place or direction that is not listed.");
        foreach (AnnotatedRegion child in children)
        {
            text.Append("- ").Append(child.Id).Append(": ").Append(child.Phrase);
            foreach (RegionRelation relation in annotation.Relations.Where(relation => relation.Region == child.Id))
            {
                text.Append("; ").Append(relation.Relation);
                if (relation.Other is not null)
                {
                    text.Append(' ').Append(relation.Other);
                }
            }

            text.AppendLine(child.Caption is null || child.CaptionAuthor == TemplateNamer.Author ? string.Empty : ". " + child.Caption);
        }

        text.Append("Name each of them exactly once, in a tag of its id round its noun phrase, as in <").Append(children[0].Id).Append('>').Append(children[0].Phrase).Append("</").Append(children[0].Id)
            .Append(">; speak of it as \"it\" otherwise. Answer with one JSON object: {\"caption\": \"...\"}.");
        return text.ToString();
    }
}
