using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Proposals;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Captions;

/// <summary>
/// Names regions by what their proposals called them, and those without a name by what the model sees in a crop; the caption is made by rules out of the
/// name and what is computed. Thread-safe.
/// </summary>
/// <param name="model">The model; not disposed.</param>
public sealed class TemplateNamer(IGroundingModel model) : IRegionNamer
{
    /// <summary>Who captions by rules.</summary>
    internal const string Author = "template";

    private const string Task = "region_caption";
    private const double Margin = 0.1;

    /// <inheritdoc/>
    public string Name => Author;

    /// <inheritdoc/>
    public async Task<AnnotatedRegion?> NameAsync(AnnotationScene scene, PictureAnnotation annotation, AnnotatedRegion region, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(annotation);
        ArgumentNullException.ThrowIfNull(region);
        string? phrase = region.Phrase ?? await SeenAsync(scene, region, cancellationToken).ConfigureAwait(false);
        if (phrase is null)
        {
            return null;
        }

        string label = PhraseWords.Label(phrase, model.Card.Vocabulary);
        AnnotatedRegion named = region with { Phrase = PhraseWords.Indefinite(phrase), Label = label };
        return label.Length == 0 ? null : Captioned(annotation, named);
    }

    /// <summary>The region with a caption by rules.</summary>
    internal static AnnotatedRegion Captioned(PictureAnnotation annotation, AnnotatedRegion region) => region with { Caption = CaptionOf(annotation, region), CaptionAuthor = Author };

    /// <summary>One to three sentences: what it is and where, what it consists of is told by its node's caption.</summary>
    private static string CaptionOf(PictureAnnotation annotation, AnnotatedRegion region)
    {
        PixelBox around = RegionFacts.Around(annotation, region.Parent);
        (string side, string? height) = (RegionFacts.SideOf(region.Mask, around), RegionFacts.HeightOf(region.Mask, around));
        string whole = annotation.Find(region.Parent)?.Phrase is { } phrase ? PhraseWords.Definite(phrase) : "the picture";
        string place = side == RelationNames.Across
            ? $"{(height is null ? string.Empty : height + ", ")}across {whole}"
            : $"{(height is null ? string.Empty : height + ", ")}{side} of {whole}";
        string it = PhraseWords.IsPlural(region.Phrase!) ? "They are" : "It is";
        double share = 100.0 * region.Mask.Area / ((double)annotation.Width * annotation.Height);
        string size = share switch { >= 20 => "a large part", >= 5 => "a part", >= 1 => "a small part", _ => "a very small part" };
        string takes = PhraseWords.IsPlural(region.Phrase!) ? "take" : "takes";
        return $"{PhraseWords.Capital(region.Phrase!)}. {it} {place} and {takes} up {size} of the picture.";
    }

    private async Task<string?> SeenAsync(AnnotationScene scene, AnnotatedRegion region, CancellationToken cancellationToken)
    {
        PixelBox box = region.Mask.Box.Inflate((int)Math.Ceiling(Margin * Math.Max(region.Mask.Box.Width, region.Mask.Box.Height))).Intersect(new PixelBox(0, 0, scene.Image.Width, scene.Image.Height));
        IOpenedImage shown = await model.OpenImageAsync(scene.Image.Crop(box.Left, box.Top, box.Width, box.Height), cancellationToken).ConfigureAwait(false);
        GroundedAnswer? answer = await GroundedQuestion.AskAsync(model, shown, Task, null, cancellationToken).ConfigureAwait(false);
        string? said = answer?.Caption.Split('.', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault();
        return said is null || said.Length == 0 ? null : char.ToLowerInvariant(said[0]) + said[1..];
    }
}
