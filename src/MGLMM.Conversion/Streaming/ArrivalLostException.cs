namespace MGLMM.Conversion.Streaming;

/// <summary>A part of the checkpoint is needed that an earlier run has deleted: what it left behind cannot be gone on with.</summary>
internal sealed class ArrivalLostException(string message) : Exception(message);
