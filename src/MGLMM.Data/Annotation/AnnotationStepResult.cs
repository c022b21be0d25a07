namespace MGLMM.Data.Annotation;

/// <summary>What a step made of a picture.</summary>
/// <param name="Annotation">What is known now.</param>
/// <param name="Dropped">What the step took away, and why.</param>
public sealed record AnnotationStepResult(PictureAnnotation Annotation, IReadOnlyList<AnnotationDrop> Dropped)
{
    /// <summary>What else is worth telling, such as a caption that was written anew; counted in the report.</summary>
    public IReadOnlyList<AnnotationDrop> Notes { get; init; } = [];
}

/// <summary>Something that a step took away or remarked on.</summary>
/// <param name="Region">The region; for a caption the region that it describes; null for the picture.</param>
/// <param name="Reason">Why, in words that do not depend on which one it is: reports count them.</param>
/// <param name="Detail">What it was in this case; may be empty.</param>
public sealed record AnnotationDrop(string? Region, string Reason, string Detail);
