namespace MGLMM.Conversion.Checkpoints;

/// <summary>An entry of a checkpoint that is not a tensor and was passed over.</summary>
/// <param name="FileName">The file that holds it, without its folder.</param>
/// <param name="Name">Its key, after the keys of the dictionaries that wrap it, joined by <c>/</c>.</param>
/// <param name="Content">What it is, in a word or two.</param>
internal sealed record IgnoredEntry(string FileName, string Name, string Content);
