using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Language;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>
/// What a phrase is about is the region's label, in its name and in the caption that names it. Thread-safe.
/// </summary>
/// <param name="vocabulary">Names of several words that a phrase may end with, as the model's card has them; null where they are not known.</param>
public sealed class HeadCheck(IReadOnlyList<string>? vocabulary = null) : IAnnotationCheck
{
    /// <inheritdoc/>
    public string Name => "heads";

    /// <inheritdoc/>
    public string Settings => $"heads 1{(vocabulary is null ? string.Empty : " with a vocabulary")}";

    /// <inheritdoc/>
    public bool ReadsCaptions => true;

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        List<CheckFinding> findings = new();
        foreach (AnnotatedRegion region in annotation.Regions)
        {
            string head = region.Phrase is null ? string.Empty : PhraseWords.Label(region.Phrase, vocabulary);
            if (head.Length == 0 || head != region.Label)
            {
                findings.Add(new CheckFinding(region.Id, CheckRemedy.DropRegion, "its phrase is not about its label", $"'{region.Phrase}' and '{region.Label}'"));
            }
        }

        foreach (NodeCaption caption in annotation.Captions)
        {
            foreach (TaggedPhrase phrase in TaggedCaption.Phrases(caption.Text))
            {
                if (annotation.Find(phrase.Id) is { Label: { } label } && PhraseWords.Label(phrase.Words, vocabulary) != label)
                {
                    findings.Add(new CheckFinding(caption.Node, CheckRemedy.Recompose, "a phrase of a caption is not about its region's label", $"'{phrase.Words}' and '{label}'"));
                }
            }
        }

        return Task.FromResult(new CheckResult(findings, new Dictionary<string, double>()));
    }
}
