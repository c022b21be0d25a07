using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Proposals;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// Asks the model whether there is such a thing. Where it says no to the phrase and yes without the colours, only these are wrong. Parts are not asked
/// about. Thread-safe.
/// </summary>
/// <param name="model">The model; not disposed.</param>
public sealed class PresenceCheck(IGroundingModel model) : IAnnotationCheck
{
    private const string Task = "ask";

    /// <inheritdoc/>
    public string Name => "presence";

    /// <inheritdoc/>
    public string Settings => "presence 1";

    /// <inheritdoc/>
    public bool ReadsCaptions => false;

    /// <inheritdoc/>
    public async Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(annotation);
        (List<CheckFinding> findings, Dictionary<string, double> evidence) = (new List<CheckFinding>(), new Dictionary<string, double>(StringComparer.Ordinal));
        IOpenedImage image = await scene.OpenAsync(model, cancellationToken).ConfigureAwait(false);
        Dictionary<string, bool?> answers = new(StringComparer.OrdinalIgnoreCase);
        foreach (AnnotatedRegion region in annotation.Regions.Where(region => region is { Parent: null, Phrase: not null }))
        {
            string phrase = region.Phrase!;
            bool? there = await IsThereAsync(phrase).ConfigureAwait(false);
            if (there is null)
            {
                continue;
            }

            evidence[region.Id] = there.Value ? 1 : 0;
            if (there.Value)
            {
                continue;
            }

            string plain = PhraseWords.WithoutColours(phrase);
            bool onlyColour = plain != phrase && await IsThereAsync(plain).ConfigureAwait(false) == true;
            evidence[region.Id] = onlyColour ? 0.5 : 0;
            findings.Add(onlyColour
                ? new CheckFinding(region.Id, CheckRemedy.DropColours, "asked whether it is there, the model says no to its colour", $"'{phrase}'")
                : new CheckFinding(region.Id, CheckRemedy.DropRegion, "asked whether it is there, the model says no", $"'{phrase}'"));
        }

        return new CheckResult(findings, evidence);

        async Task<bool?> IsThereAsync(string phrase)
        {
            if (!answers.TryGetValue(phrase, out bool? known))
            {
                string verb = PhraseWords.IsPlural(phrase) ? "Are" : "Is";
                GroundedAnswer? answer = await GroundedQuestion.AskAsync(model, image, Task, $"{verb} there {phrase} in the picture?", cancellationToken).ConfigureAwait(false);
                string said = answer?.Caption.TrimStart() ?? string.Empty;
                known = said.StartsWith("yes", StringComparison.OrdinalIgnoreCase) ? true : said.StartsWith("no", StringComparison.OrdinalIgnoreCase) ? false : null;
                answers.Add(phrase, known);
            }

            return known;
        }
    }
}
