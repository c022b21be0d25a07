using System.Globalization;
using MGLMM.Data.Annotation.Captions;
using MGLMM.Data.Annotation.Language;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>The colours of names and captions are there in the pixels. A thing need only have enough of a colour, for its parts have others. Thread-safe.</summary>
/// <param name="leastShare">The least share of a region's pixels that could go by the colour's name.</param>
/// <param name="leastShareOfParts">The same for parts that have no parts of their own, which are of one colour.</param>
public sealed class ColourCheck(double leastShare = 0.2, double leastShareOfParts = 0.5) : IAnnotationCheck
{
    private const string Reason = "its pixels do not have the colour that is said";

    /// <inheritdoc/>
    public string Name => "colours";

    /// <inheritdoc/>
    public string Settings => string.Create(CultureInfo.InvariantCulture, $"colours 1: {leastShare} {leastShareOfParts}");

    /// <inheritdoc/>
    public bool ReadsCaptions => true;

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(annotation);
        PictureColours colours = new(scene.Image);
        (List<CheckFinding> findings, Dictionary<string, double> evidence) = (new List<CheckFinding>(), new Dictionary<string, double>(StringComparer.Ordinal));
        foreach (AnnotatedRegion region in annotation.Regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool whole = annotation.Regions.Any(part => part.Parent == region.Id);
            foreach (string colour in PhraseWords.Colours(region.Phrase ?? string.Empty))
            {
                double share = colours.ShareOf(region.Mask, colour);
                if (share < (region.Parent is null || whole ? leastShare : leastShareOfParts))
                {
                    findings.Add(new CheckFinding(region.Id, CheckRemedy.DropColours, Reason, string.Create(CultureInfo.InvariantCulture, $"'{region.Phrase}': {share:P0} of its pixels")));
                }
                else
                {
                    // Half of its pixels say as much as all: the rest are other parts.
                    evidence[region.Id] = Math.Min(evidence.GetValueOrDefault(region.Id, 1), Math.Min(1, share / 0.5));
                }
            }
        }

        foreach (NodeCaption caption in annotation.Captions)
        {
            foreach (TaggedPhrase phrase in TaggedCaption.Phrases(caption.Text))
            {
                AnnotatedRegion? region = annotation.Find(phrase.Id);
                foreach (string colour in region is null ? [] : PhraseWords.Colours(phrase.Words).Except(PhraseWords.Colours(region.Phrase ?? string.Empty), StringComparer.Ordinal))
                {
                    if (colours.ShareOf(region!.Mask, colour) < leastShare)
                    {
                        findings.Add(new CheckFinding(caption.Node, CheckRemedy.Recompose, "a caption says a colour that the pixels do not have", $"'{phrase.Words}'"));
                    }
                }
            }
        }

        return Task.FromResult(new CheckResult(findings, evidence));
    }
}
