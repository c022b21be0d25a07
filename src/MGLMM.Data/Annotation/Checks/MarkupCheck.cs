using MGLMM.Data.Annotation.Captions;

namespace MGLMM.Data.Annotation.Checks;

/// <summary>Captions name every child exactly once and hold no other mark-up; every node has one. Thread-safe.</summary>
public sealed class MarkupCheck : IAnnotationCheck
{
    /// <inheritdoc/>
    public string Name => "markup";

    /// <inheritdoc/>
    public string Settings => "markup 1";

    /// <inheritdoc/>
    public bool ReadsCaptions => true;

    /// <inheritdoc/>
    public Task<CheckResult> CheckAsync(AnnotationScene scene, PictureAnnotation annotation, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(annotation);
        List<CheckFinding> findings = new();
        foreach (string? node in annotation.Nodes())
        {
            NodeCaption? caption = annotation.Captions.FirstOrDefault(caption => caption.Node == node);
            string? fault = caption is null ? "there is none" : TaggedCaption.FaultOf(caption.Text, [.. annotation.ChildrenOf(node).Select(child => child.Id)]);
            if (fault is not null)
            {
                findings.Add(new CheckFinding(node, CheckRemedy.Recompose, "a caption does not name every child exactly once", fault));
            }
        }

        return Task.FromResult(new CheckResult(findings, new Dictionary<string, double>()));
    }
}
