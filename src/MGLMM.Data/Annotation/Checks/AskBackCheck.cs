using System.Globalization;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Proposals;
using MGLMM.Language;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// Asks the model where the phrase is: the answer has to hold the region. A part is asked for as part of its thing. Thread-safe.
/// </summary>
/// <param name="model">The model; not disposed.</param>
/// <param name="leastIou">The least IoU of the region with one of the answer's masks, or with all of them together.</param>
/// <param name="leastIouOfParts">The same for parts, which models draw more roughly: one that comes out otherwise at the second time was not seen well.</param>
public sealed class AskBackCheck(IGroundingModel model, double leastIou = 0.5, double leastIouOfParts = 0.6) : IAnnotationCheck
{
    private const string Task = "refer";

    /// <inheritdoc/>
    public string Name => "ask_back";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"ask_back 1: {leastIou} {leastIouOfParts}");

    /// <inheritdoc/>
    public bool ReadsCaptions => false;

    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(annotation);
        (List<CheckFinding> findings, Dictionary<string, double> evidence) = (new List<CheckFinding>(), new Dictionary<string, double>(StringComparer.Ordinal));
        if (!model.Card.Instructions.Supports(Task))
        {
            return new CheckResult(findings, evidence);
        }

        IOpenedImage image = await scene.OpenAsync(model, cancellationToken).ConfigureAwait(false);
        Dictionary<string, IReadOnlyList<Mask>> answers = new(StringComparer.OrdinalIgnoreCase);
        foreach (AnnotatedRegion region in annotation.Regions)
        {
            if (Expression(annotation, region) is not { } expression)
            {
                continue;
            }

            if (!answers.TryGetValue(expression, out IReadOnlyList<Mask>? masks))
            {
                GroundedAnswer? answer = await GroundedQuestion.AskAsync(model, image, Task, expression, cancellationToken).ConfigureAwait(false);
                answers.Add(expression, masks = [.. GroundedQuestion.Masks(answer, Task).Select(found => found.Mask)]);
            }

            double iou = masks.Count == 0 ? 0 : Math.Max(masks.Max(mask => mask.IntersectionOverUnion(region.Mask)), Mask.Union(masks).IntersectionOverUnion(region.Mask));
            evidence[region.Id] = iou;
            if (iou < (region.Parent is null ? leastIou : leastIouOfParts))
            {
                findings.Add(new CheckFinding(
                    region.Id,
                    CheckRemedy.DropRegion,
                    masks.Count == 0 ? "asked for it, the model finds nothing" : "asked for it, the model finds something else",
                    string.Create(CultureInfo.InvariantCulture, $"'{expression}': IoU {iou:F2}")));
            }
        }

        return new CheckResult(findings, evidence);
    }

    /// <summary>
    /// "the red car", or "the car on the left" where there are two and a side tells them apart; of a part "the door of the white house", without its own
    /// colour, which models are not used to there. Null where no words tell the region from others: an answer would say nothing about it.
    /// </summary>
    private static string? Expression(PictureAnnotation annotation, AnnotatedRegion region)
    {
        if (region.Phrase is not { } phrase || region.Label is not { } label)
        {
            return null;
        }

        if (annotation.Find(region.Parent) is { } whole)
        {
            bool alone = annotation.ChildrenOf(whole.Id).Count(other => other.Label == label) == 1;
            return alone && Expression(annotation, whole) is { } said ? $"the {label} of {said}" : null;
        }

        AnnotatedRegion[] same = [.. annotation.ChildrenOf(null).Where(other => other.Label == label)];
        if (same.Count(other => EnglishPhrases.Same(other.Phrase!, phrase)) == 1 && (same.Length == 1 || PhraseWords.Colours(phrase).Count > 0))
        {
            return PhraseWords.Definite(phrase);
        }

        PixelBox picture = RegionFacts.Around(annotation, null);
        string side = RegionFacts.SideOf(region.Mask, picture);
        return side != RelationNames.Across && same.Count(other => RegionFacts.SideOf(other.Mask, picture) == side) == 1 ? $"the {label} {side}" : null;
    }
}
