using System.Globalization;
using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Proposals;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// Asks the model where the phrase is: the answer has to hold the region. A part is asked for as part of its thing. Thread-safe.
/// </summary>
/// <param name="model">The model; not disposed.</param>
/// <param name="leastIou">The least IoU of the region with one of the answer's masks, or with all of them together.</param>
public sealed class AskBackCheck(IGroundingModel model, double leastIou = 0.5) : IAnnotationCheck
{
    private const string Task = "refer";

    /// <inheritdoc/>
    public string Name => "ask_back";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"ask_back 1: {leastIou}");

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
            if (region.Phrase is not { } phrase)
            {
                continue;
            }

            string expression = Expression(annotation, region, phrase);
            if (!answers.TryGetValue(expression, out IReadOnlyList<Mask>? masks))
            {
                GroundedAnswer? answer = await GroundedQuestion.AskAsync(model, image, Task, expression, cancellationToken).ConfigureAwait(false);
                answers.Add(expression, masks = [.. GroundedQuestion.Masks(answer, Task).Select(found => found.Mask)]);
            }

            double iou = masks.Count == 0 ? 0 : Math.Max(masks.Max(mask => mask.IntersectionOverUnion(region.Mask)), Mask.Union(masks).IntersectionOverUnion(region.Mask));
            evidence[region.Id] = iou;
            if (iou < leastIou)
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

    /// <summary>"the red car"; of a part "the door of the white house", without the part's own colour, which models are not used to there.</summary>
    private static string Expression(PictureAnnotation annotation, AnnotatedRegion region, string phrase) =>
        annotation.Find(region.Parent) is { Phrase: { } whole }
            ? $"the {region.Label ?? PhraseWords.Label(phrase)} of {PhraseWords.Definite(whole)}"
            : PhraseWords.Definite(phrase);
}
