namespace MGLMM.Data.Annotation.Steps;

/// <summary>Gives every region a short name and a caption; one that nobody can name goes. Thread-safe.</summary>
/// <param name="namers">Who names; the next one is asked where one cannot.</param>
public sealed class NamingStep(params IReadOnlyList<IRegionNamer> namers) : IAnnotationStep
{
    /// <inheritdoc/>
    public string Name => "names";

    /// <inheritdoc/>
    public string Settings => "names 1: " + string.Join(", ", namers.Select(namer => namer.Name));

    /// <inheritdoc/>
    public async Task<AnnotationStepResult> RunAsync(AnnotationScene scene, PictureAnnotation before, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(before);
        (PictureAnnotation annotation, List<AnnotationDrop> dropped, List<AnnotationDrop> notes) = (before, new List<AnnotationDrop>(), new List<AnnotationDrop>());

        // Wholes before parts: the caption of a part may name what it is part of.
        foreach (AnnotatedRegion region in before.Regions.OrderBy(region => Depth(before, region)).ToArray())
        {
            AnnotatedRegion? named = null;
            for (int index = 0; index < namers.Count && named is null; index++)
            {
                named = await namers[index].NameAsync(scene, annotation, region, cancellationToken).ConfigureAwait(false);
                if (named is null && index + 1 < namers.Count)
                {
                    notes.Add(new AnnotationDrop(region.Id, $"'{namers[index].Name}' gave no usable name", string.Empty));
                }
            }

            if (named is null)
            {
                dropped.Add(new AnnotationDrop(region.Id, "it has no name", string.Empty));
                continue;
            }

            annotation = annotation with { Regions = [.. annotation.Regions.Select(one => one.Id == named.Id ? named : one)] };
        }

        HashSet<string> gone = dropped.Select(drop => drop.Region!).ToHashSet(StringComparer.Ordinal);
        return new AnnotationStepResult(annotation.Without(gone), dropped) { Notes = notes };
    }

    private static int Depth(PictureAnnotation annotation, AnnotatedRegion region)
    {
        int depth = 0;
        for (string? parent = region.Parent; parent is not null && depth <= annotation.Regions.Count; parent = annotation.Find(parent)?.Parent)
        {
            depth++;
        }

        return depth;
    }
}
