namespace MGLMM.Data.Annotation;

/// <summary>The caption of a node of the tree: of the picture or of a region that has parts.</summary>
/// <param name="Node">The region; null for the picture.</param>
/// <param name="Text">With a tag for each child, such as <c>On the left there is &lt;r3&gt;a red car&lt;/r3&gt;.</c></param>
/// <param name="Author">Who wrote it: <c>template</c>, or the name of a model.</param>
public sealed record NodeCaption(string? Node, string Text, string Author);
