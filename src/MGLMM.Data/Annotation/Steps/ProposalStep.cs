using System.Globalization;
using MGLMM.Data.Annotation.Language;

namespace MGLMM.Data.Annotation.Steps;

/// <summary>Collects proposals; each becomes a region. Thread-safe.</summary>
/// <param name="proposers">Who proposes, in order.</param>
public sealed class ProposalStep(IReadOnlyList<IMaskProposer> proposers) : IAnnotationStep
{
    /// <inheritdoc/>
    public string Name => "proposals";

    /// <inheritdoc/>
    public string Settings => "proposals 1: " + string.Join("; ", proposers.Select(proposer => proposer.Settings));

    /// <inheritdoc/>
    public string? FingerprintOf(string picture)
    {
        string[] own = [.. proposers.Select(proposer => proposer.FingerprintOf(picture) is { } fingerprint ? $"{proposer.Name} {fingerprint}" : null).OfType<string>()];
        return own.Length == 0 ? null : string.Join("; ", own);
    }

    /// <inheritdoc/>
    public async Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        List<AnnotatedRegion> regions = [.. before.Regions];
        List<MaskProposal> earlier = [.. before.Regions.Select(region => new MaskProposal(region.Mask, region.Phrase))];
        List<AnnotationDrop> dropped = new();
        Dictionary<MaskProposal, string> ids = new(ReferenceEqualityComparer.Instance);
        foreach (IMaskProposer proposer in proposers)
        {
            IReadOnlyList<MaskProposal> proposals = await proposer.ProposeAsync(scene, earlier, cancellationToken).ConfigureAwait(false);
            foreach (MaskProposal proposal in proposals)
            {
                if (proposal.Mask.Width != before.Width || proposal.Mask.Height != before.Height)
                {
                    throw new InvalidDataException(
                        $"The proposer '{proposer.Name}' gave a mask of {proposal.Mask.Width}x{proposal.Mask.Height} pixels for '{scene?.Name}', which has {before.Width}x{before.Height}.");
                }

                if (proposal.Mask.IsEmpty)
                {
                    dropped.Add(new AnnotationDrop(null, "a proposal has no pixel", proposal.Phrase ?? proposer.Name));
                    continue;
                }

                AnnotatedRegion region = new()
                {
                    Id = string.Create(CultureInfo.InvariantCulture, $"r{regions.Count + 1}"),
                    Mask = proposal.Mask,
                    Phrase = proposal.Phrase is { } phrase && phrase.Trim().Length > 0 ? phrase.Trim() : null,
                    Label = proposal.Phrase is { } words && words.Trim().Length > 0 ? PhraseWords.Label(words) : null,
                    FoundIn = proposal.PartOf is { } whole ? ids.GetValueOrDefault(whole) : null,
                    Sources = [proposer.Name],
                    Answers = proposal.Answer is null ? [] : [proposal.Answer],
                };
                ids[proposal] = region.Id;
                regions.Add(proposal.Stability is { } stability ? region.With("stability", Math.Clamp(stability, 0, 1)) : region);
            }

            earlier.AddRange(proposals);
        }

        return new AnnotationStepResult(before with { Regions = regions }, dropped);
    }
}
