namespace MGLMM.Data.Annotation.Proposals;

/// <summary>Masks of one answer of a model about the whole picture. Thread-safe.</summary>
/// <param name="model">The model; not disposed.</param>
/// <param name="name">The name of the proposer.</param>
/// <param name="task">What is asked, a key of <see cref="ModelCard.Wordings"/> that takes no value, such as <c>segment_all</c>. A model without the task proposes nothing.</param>
public sealed class ModelProposer(IGroundingModel model, string name, string task) : IMaskProposer
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public string Settings => $"{name} 1: {task}";

    /// <summary>A description of everything, things and background.</summary>
    public static ModelProposer Panoptic(IGroundingModel model) => new(model, "panoptic", "segment_and_caption.panoptic");

    /// <summary>A list of everything.</summary>
    public static ModelProposer List(IGroundingModel model) => new(model, "list", "segment_all");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<MaskProposal>> ProposeAsync(AnnotationScene scene, IReadOnlyList<MaskProposal> earlier, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        IOpenedImage image = await scene.OpenAsync(model, cancellationToken).ConfigureAwait(false);
        return [.. GroundedQuestion.Masks(await GroundedQuestion.AskAsync(model, image, task, null, cancellationToken).ConfigureAwait(false), GroundedQuestion.WholePicture)];
    }
}
