namespace MGLMM.Data.Annotation.Steps;

/// <summary>Writes a caption for the picture and for every region that has parts. Thread-safe.</summary>
/// <param name="composers">Who writes; the next one is asked where one has nothing usable to say.</param>
public sealed class CaptionStep(params IReadOnlyList<ICaptionComposer> composers) : IAnnotationStep
{
    /// <inheritdoc/>
    public string Name => "captions";

    /// <inheritdoc/>
    public string Settings => "captions 1: " + string.Join(", ", composers.Select(composer => composer.Name));

    /// <inheritdoc/>
    public async Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        (List<NodeCaption> captions, List<AnnotationDrop> notes) = (new List<NodeCaption>(), new List<AnnotationDrop>());
        foreach (string? node in before.Nodes())
        {
            NodeCaption? caption = null;
            for (int index = 0; index < composers.Count && caption is null; index++)
            {
                caption = await composers[index].ComposeAsync(scene, before, node, cancellationToken).ConfigureAwait(false);
                if (caption is null)
                {
                    notes.Add(new AnnotationDrop(node, $"'{composers[index].Name}' gave no usable caption", string.Empty));
                }
            }

            if (caption is not null)
            {
                captions.Add(caption);
            }
        }

        return new AnnotationStepResult(before with { Captions = captions }, []) { Notes = notes };
    }
}
