namespace MGLMM.Conversion.Checkpoints.Torch;

/// <summary>An uncompressed entry of a zip file.</summary>
/// <param name="Name">The full name, with forward slashes.</param>
/// <param name="Offset">Where its bytes begin in the file.</param>
/// <param name="Length">How many there are.</param>
internal sealed record StoredZipEntry(string Name, long Offset, long Length);
