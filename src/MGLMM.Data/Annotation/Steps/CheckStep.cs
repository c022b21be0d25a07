using System.Globalization;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Language;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>
/// Runs checks and does what their findings ask for: regions go, colours go out of phrases, captions are written anew by rules. What reads captions is
/// asked again until nothing is found, at most three times; a caption that is still wrong then goes. Thread-safe.
/// </summary>
public sealed class CheckStep : IAnnotationStep
{
    private const int MostRounds = 3;

    private readonly IReadOnlyList<IAnnotationCheck> _checks;
    private readonly double _leastConfidence;
    private readonly TemplateComposer _composer = new();

    /// <summary>Takes the checks.</summary>
    /// <param name="checks">In order: a later one does not see what an earlier one took away.</param>
    /// <param name="leastConfidence">Regions whose evidence says less on average go; regions without evidence stay.</param>
    public CheckStep(IReadOnlyList<IAnnotationCheck> checks, double leastConfidence = 0)
    {
        ArgumentNullException.ThrowIfNull(checks);
        (_checks, _leastConfidence) = (checks, leastConfidence);
    }

    /// <inheritdoc/>
    public string Name => "checks";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"checks 1: {string.Join("; ", _checks.Select(check => check.Settings))}; {_leastConfidence}");

    /// <inheritdoc/>
    public async Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(before);
        (PictureAnnotation annotation, List<AnnotationDrop> dropped, List<AnnotationDrop> notes) = (before, new List<AnnotationDrop>(), new List<AnnotationDrop>());
        foreach (IAnnotationCheck check in _checks.Where(check => !check.ReadsCaptions))
        {
            CheckResult result = await check.CheckAsync(scene, annotation, cancellationToken).ConfigureAwait(false);
            annotation = await RemediedAsync(scene, Judged(annotation, check, result), check, result.Findings, dropped, notes, cancellationToken).ConfigureAwait(false);
        }

        annotation = Confident(annotation, dropped);
        for (int round = 0; round < MostRounds; round++)
        {
            annotation = await CompletedAsync(scene, annotation, cancellationToken).ConfigureAwait(false);
            bool found = false;
            foreach (IAnnotationCheck check in _checks.Where(check => check.ReadsCaptions))
            {
                CheckResult result = await check.CheckAsync(scene, annotation, cancellationToken).ConfigureAwait(false);
                annotation = Judged(annotation, check, result);
                found |= result.Findings.Any(finding => finding.Remedy != CheckRemedy.Note);
                if (round + 1 == MostRounds)
                {
                    HashSet<string?> wrong = [.. result.Findings.Where(finding => finding.Remedy == CheckRemedy.Recompose).Select(finding => finding.Region)];
                    dropped.AddRange(wrong.Select(node => new AnnotationDrop(node, $"its caption could not be mended ({check.Name})", string.Empty)));
                    annotation = annotation with { Captions = [.. annotation.Captions.Where(caption => !wrong.Contains(caption.Node))] };
                }
                else
                {
                    annotation = await RemediedAsync(scene, annotation, check, result.Findings, dropped, notes, cancellationToken).ConfigureAwait(false);
                }
            }

            if (!found)
            {
                break;
            }
        }

        // Captions by rules name what a region is part of, which may have gone or lost its colour.
        annotation = Confident(annotation, dropped);
        PictureAnnotation told = annotation;
        annotation = annotation with
        {
            Regions = [.. annotation.Regions.Select(region => region is { CaptionAuthor: TemplateNamer.Author, Phrase: not null } ? TemplateNamer.Captioned(told, region) : region)],
        };
        return new AnnotationStepResult(await CompletedAsync(scene, annotation, cancellationToken).ConfigureAwait(false), dropped) { Notes = notes };
    }

    private static PictureAnnotation Judged(PictureAnnotation annotation, IAnnotationCheck check, CheckResult result) => annotation with
    {
        Regions = [.. annotation.Regions.Select(region => result.Evidence.TryGetValue(region.Id, out double value) ? region.With(check.Name, value) : region)],
    };

    private async Task<PictureAnnotation> RemediedAsync(
        AnnotationScene scene, PictureAnnotation annotation, IAnnotationCheck check, IReadOnlyList<CheckFinding> findings, List<AnnotationDrop> dropped, List<AnnotationDrop> notes, CancellationToken cancellationToken)
    {
        HashSet<string> gone = new(StringComparer.Ordinal);
        HashSet<string?> anew = new();
        foreach (CheckFinding finding in findings)
        {
            AnnotationDrop entry = new(finding.Region, $"{check.Name}: {finding.Reason}", finding.Detail);
            switch (finding.Remedy)
            {
                case CheckRemedy.DropRegion when finding.Region is { } region && gone.Add(region):
                    dropped.Add(entry);
                    break;
                case CheckRemedy.DropColours when annotation.Find(finding.Region) is { Phrase: not null } region:
                    notes.Add(entry);
                    AnnotatedRegion plain = region with { Phrase = PhraseWords.WithoutColours(region.Phrase) };
                    annotation = annotation with { Regions = [.. annotation.Regions.Select(one => one.Id == plain.Id ? TemplateNamer.Captioned(annotation, plain) : one)] };

                    // Its own caption speaks of it too; the one that names it has its phrase.
                    anew.Add(plain.Parent);
                    anew.Add(plain.Id);
                    break;
                case CheckRemedy.Recompose:
                    notes.Add(entry);
                    anew.Add(finding.Region);
                    break;
                case CheckRemedy.Note:
                    notes.Add(entry);
                    break;
                default:
                    break;
            }
        }

        annotation = annotation.Without(gone);
        annotation = annotation with { Captions = [.. annotation.Captions.Where(caption => !anew.Contains(caption.Node))] };
        return await CompletedAsync(scene, annotation, cancellationToken).ConfigureAwait(false);
    }

    private PictureAnnotation Confident(PictureAnnotation annotation, List<AnnotationDrop> dropped)
    {
        HashSet<string> gone = new(StringComparer.Ordinal);
        foreach (AnnotatedRegion region in annotation.Regions.Where(region => region.Evidence.Count > 0 && region.Confidence < _leastConfidence))
        {
            gone.Add(region.Id);
            dropped.Add(new AnnotationDrop(region.Id, "too little speaks for it", string.Create(CultureInfo.InvariantCulture, $"{region.Confidence:F2}, {region.Phrase}")));
        }

        return annotation.Without(gone);
    }

    /// <summary>Every node without a caption gets one by rules; what no node is any more loses its own.</summary>
    private async Task<PictureAnnotation> CompletedAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken)
    {
        List<NodeCaption> captions = new();
        foreach (string? node in annotation.Nodes())
        {
            NodeCaption? caption = annotation.Captions.FirstOrDefault(caption => caption.Node == node)
                ?? await _composer.ComposeAsync(scene, annotation, node, cancellationToken).ConfigureAwait(false);
            if (caption is not null)
            {
                captions.Add(caption);
            }
        }

        return annotation with { Captions = captions };
    }
}
