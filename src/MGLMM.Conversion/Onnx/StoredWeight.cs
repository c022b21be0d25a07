namespace MGLMM.Conversion.Onnx;

/// <summary>A weight that a graph has stored.</summary>
/// <param name="Type">Its ONNX element type.</param>
/// <param name="Inline">Its bytes, where they lie in the graph itself rather than in the file beside it.</param>
internal readonly record struct StoredWeight(int Type, byte[]? Inline);
