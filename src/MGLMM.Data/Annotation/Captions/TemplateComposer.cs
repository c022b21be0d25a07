using System.Text;
using MGLMM.Data.Annotation.Language;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Captions;

/// <summary>
/// Writes captions by rules: what reaches across the picture first, then what is on each side, with directions from the one named before; of a thing its
/// parts, with what is at its top and bottom. Says nothing that was not computed. Thread-safe.
/// </summary>
public sealed class TemplateComposer : ICaptionComposer
{
    private const string Author = "template";

    private static readonly string[] Sides = [RelationNames.OnTheLeft, RelationNames.InTheMiddle, RelationNames.OnTheRight];

    /// <inheritdoc/>
    public string Name => Author;

    /// <inheritdoc/>
    public Task<NodeCaption?> ComposeAsync(AnnotationScene scene, PictureAnnotation annotation, string? node, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        AnnotatedRegion[] children = [.. annotation.ChildrenOf(node).Where(child => child.Phrase is not null)];
        if (children.Length == 0 || (node is not null && annotation.Find(node)?.Phrase is null))
        {
            return Task.FromResult<NodeCaption?>(null);
        }

        string text = node is null ? OfPicture(annotation, children) : OfThing(annotation, annotation.Find(node)!, children);
        return Task.FromResult<NodeCaption?>(new NodeCaption(node, text, Author));
    }

    private static string OfPicture(PictureAnnotation annotation, AnnotatedRegion[] children)
    {
        PixelBox picture = RegionFacts.Around(annotation, null);
        ILookup<string, AnnotatedRegion> bySide = children.ToLookup(child => RegionFacts.SideOf(child.Mask, picture), StringComparer.Ordinal);
        List<string> sentences = new();
        AnnotatedRegion[] across = [.. bySide[RelationNames.Across].OrderBy(child => child.Mask.Centroid()!.Value.Y).ThenBy(child => child.Id, StringComparer.Ordinal)];
        if (across.Length > 0)
        {
            sentences.Add($"The picture shows {Joined(across)}.");
        }

        foreach (string side in Sides)
        {
            AnnotatedRegion[] there = [.. bySide[side].OrderBy(child => child.Mask.Centroid()!.Value.X).ThenBy(child => child.Id, StringComparer.Ordinal)];
            if (there.Length > 0)
            {
                sentences.Add(Chain(side, there));
            }
        }

        return string.Join(' ', sentences);
    }

    /// <summary>Each thing of a side, with its direction from the one before where there is one.</summary>
    private static string Chain(string side, AnnotatedRegion[] there)
    {
        StringBuilder text = new();
        text.Append(PhraseWords.Capital(side)).Append(" there ").Append(Verb(there[0])).Append(' ').Append(Tagged(there[0]));
        for (int index = 1; index < there.Length; index++)
        {
            AnnotatedRegion before = there[index - 1];
            string them = PhraseWords.IsPlural(before.Phrase!) ? "them" : "it";
            string? direction = RegionFacts.Direction(there[index].Mask, before.Mask) switch
            {
                RelationNames.LeftOf => $"to the left of {them}",
                RelationNames.RightOf => $"to the right of {them}",
                RelationNames.Above => $"above {them}",
                RelationNames.Below => $"below {them}",
                _ => null,
            };
            text.Append(direction is null ? ", and " : ", " + direction + " ").Append(Tagged(there[index]));
        }

        return text.Append('.').ToString();
    }

    private static string OfThing(PictureAnnotation annotation, AnnotatedRegion thing, AnnotatedRegion[] children)
    {
        PixelBox box = thing.Mask.Box;
        AnnotatedRegion[] ordered = [.. children.OrderBy(child => child.Mask.Centroid()!.Value.Y).ThenBy(child => child.Id, StringComparer.Ordinal)];
        string[] parts = [.. ordered.Select(Tagged)];
        if (ordered.Length > 1 && RegionFacts.HeightOf(ordered[0].Mask, box) == RelationNames.AtTheTop)
        {
            parts[0] += " at the top";
        }

        if (ordered.Length > 1 && RegionFacts.HeightOf(ordered[^1].Mask, box) == RelationNames.AtTheBottom)
        {
            parts[^1] += " at the bottom";
        }

        string has = PhraseWords.IsPlural(thing.Phrase!) ? "have" : "has";
        return $"{PhraseWords.Capital(PhraseWords.Definite(thing.Phrase!))} {has} {Joined(parts)}.";
    }

    private static string Tagged(AnnotatedRegion region) => TaggedCaption.Tag(region.Id, region.Phrase!);

    private static string Verb(AnnotatedRegion region) => PhraseWords.IsPlural(region.Phrase!) ? "are" : "is";

    private static string Joined(AnnotatedRegion[] regions) => Joined([.. regions.Select(Tagged)]);

    private static string Joined(string[] items) => items.Length == 1 ? items[0] : string.Join(", ", items[..^1]) + " and " + items[^1];
}
