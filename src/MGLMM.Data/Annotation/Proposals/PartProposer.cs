using System.Globalization;
using MGLMM.Data.Annotation.Language;
using MGLMM.Language;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Proposals;

/// <summary>
/// The parts of each thing that a model names in a description of the objects. A thing whose phrase no other one has is asked about in the picture;
/// others are asked about in a crop around them. A part keeps the pixels that lie in its thing; one that lies mostly elsewhere is none, and neither is
/// a single one. Thread-safe.
/// </summary>
/// <param name="model">The model; not disposed.</param>
public sealed class PartProposer(IGroundingModel model) : IMaskProposer
{
    private const string ThingsTask = "segment_and_caption.instance";
    private const string PartsTask = "segment_and_caption.part";
    private const double MostlyInside = 0.5;
    private const double Margin = 0.15;

    /// <inheritdoc/>
    public string Name => "parts";

    /// <inheritdoc/>
    public string Settings => "parts 1";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MaskProposal>> ProposeAsync(AnnotationScene scene, IReadOnlyList<MaskProposal> earlier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        IOpenedImage image = await scene.OpenAsync(model, cancellationToken).ConfigureAwait(false);
        List<MaskProposal> things = GroundedQuestion.Masks(await GroundedQuestion.AskAsync(model, image, ThingsTask, null, cancellationToken).ConfigureAwait(false), GroundedQuestion.WholePicture).ToList();
        List<MaskProposal> found = [.. things];
        foreach ((int index, MaskProposal thing) in things.Index())
        {
            if (thing.Phrase is not { } phrase)
            {
                continue;
            }

            bool alone = things.Count(other => other.Phrase is { } said && EnglishPhrases.Same(said, phrase)) == 1;
            PixelBox box = CropOf(thing.Mask);
            IOpenedImage shown = alone ? image : await model.OpenImageAsync(scene.Image.Crop(box.Left, box.Top, box.Width, box.Height), cancellationToken).ConfigureAwait(false);
            GroundedAnswer? answer = await GroundedQuestion.AskAsync(model, shown, PartsTask, PhraseWords.Definite(phrase), cancellationToken).ConfigureAwait(false);
            string source = string.Create(CultureInfo.InvariantCulture, $"parts:{index + 1}");
            List<MaskProposal> parts = new();
            foreach (MaskProposal part in GroundedQuestion.Masks(answer, source))
            {
                Mask whole = alone ? part.Mask : part.Mask.Place(box.Left, box.Top, scene.Image.Width, scene.Image.Height);
                if (whole.ContainmentIn(thing.Mask) >= MostlyInside)
                {
                    parts.Add(part with { Mask = whole.Intersect(thing.Mask), PartOf = thing });
                }
            }

            // What consists of one part was not taken apart: models that are asked for parts of what has none make one up.
            found.AddRange(parts.Count < 2 ? [] : parts);
        }

        return found;
    }

    private static PixelBox CropOf(Mask mask)
    {
        PixelBox box = mask.Box;
        int margin = (int)Math.Ceiling(Margin * Math.Max(box.Width, box.Height));
        return box.Inflate(margin).Intersect(new PixelBox(0, 0, mask.Width, mask.Height));
    }
}
