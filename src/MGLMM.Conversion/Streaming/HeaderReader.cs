namespace MGLMM.Conversion.Streaming;

/// <summary>Reads bytes of a file's header before the file itself is there.</summary>
/// <param name="offset">Where they begin in the file.</param>
/// <param name="destination">Filled whole.</param>
internal delegate void HeaderReader(long offset, Span<byte> destination);
