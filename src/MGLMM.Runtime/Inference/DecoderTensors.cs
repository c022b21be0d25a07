using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Runtime.Inference;

/// <summary>What a run of the decoder reads and writes beside keys and values, for B sequences of S new positions each, K of which are wanted.</summary>
/// <param name="Embeddings">[B, S, hidden size].</param>
/// <param name="Lengths">[B]: each sequence's length after the run, less one.</param>
/// <param name="Total">The longest length after the run.</param>
/// <param name="Positions">[K]: the rows whose logits are wanted.</param>
/// <param name="Hidden">[B, S, hidden size].</param>
/// <param name="Logits">[B, K, vocabulary].</param>
internal readonly record struct DecoderTensors(OrtValue Embeddings, OrtValue Lengths, OrtValue Total, OrtValue Positions, OrtValue Hidden, OrtValue Logits);
