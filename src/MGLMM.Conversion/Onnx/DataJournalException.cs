namespace MGLMM.Conversion.Onnx;

/// <summary>What an unfinished conversion left behind cannot be gone on with; it has to begin again.</summary>
internal sealed class DataJournalException(string message) : Exception(message);
