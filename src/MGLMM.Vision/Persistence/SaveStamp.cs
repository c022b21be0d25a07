namespace MGLMM.Vision.Persistence;

/// <summary>Which save it is.</summary>
/// <param name="Seal">The checksum of its records.</param>
/// <param name="Generation">How many saves it comes from, itself included.</param>
internal sealed record SaveStamp(string Seal, long Generation);
