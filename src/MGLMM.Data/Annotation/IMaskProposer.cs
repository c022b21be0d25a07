using MGLMM.Masks;

namespace MGLMM.Data.Annotation;

/// <summary>Proposes masks of a picture: a model, a detector of a host's own, masks from files. Thread-safe.</summary>
public interface IMaskProposer
{
    /// <summary>Its name, such as <c>panoptic</c>.</summary>
    public string Name { get; }

    /// <summary>What its proposals depend on beside the picture, as <see cref="IAnnotationStep.Settings"/>.</summary>
    public string Settings { get; }

    /// <summary>What its proposals for one picture depend on besides, as <see cref="IAnnotationStep.FingerprintOf"/>.</summary>
    /// <param name="picture">The picture's name.</param>
    public string? FingerprintOf(string picture) => null;

    /// <summary>Proposes masks.</summary>
    /// <param name="scene">The picture.</param>
    /// <param name="earlier">What others proposed before.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public Task<IReadOnlyList<MaskProposal>> ProposeAsync(AnnotationScene scene, IReadOnlyList<MaskProposal> earlier, CancellationToken cancellationToken = default);
}

/// <summary>A mask that somebody proposed.</summary>
/// <param name="Mask">Of the picture's size.</param>
/// <param name="Phrase">What it is called, such as <c>a red car</c>; null where that is not known.</param>
public sealed record MaskProposal(Mask Mask, string? Phrase)
{
    /// <summary>Which answer listed it side by side with others, which it then is no part of; null where masks may nest.</summary>
    public string? Answer { get; init; }

    /// <summary>The proposal that it was found as a part of; null where it was found on its own. One of the same proposer or of an earlier one.</summary>
    public MaskProposal? PartOf { get; init; }

    /// <summary>How little the mask depends on the threshold or the view, 0 to 1, where the proposer knows.</summary>
    public double? Stability { get; init; }
}
