namespace MGLMM.Hub;

/// <summary>A bundle that was made by a pull.</summary>
/// <param name="Model">Organisation and name.</param>
/// <param name="Revision">The revision that was asked for.</param>
/// <param name="Commit">The commit that it stood for.</param>
/// <param name="Folder">The bundle's folder.</param>
/// <param name="Precision">How its weights are stored.</param>
/// <param name="Accelerator">What its graphs compute for.</param>
/// <param name="Licence">The licence that the model's card states; null where it states none.</param>
/// <param name="Time">When it was pulled.</param>
/// <param name="Activations">What a decoder of integers rounds activations to on the CPU; <c>fp32</c> where that is no question.</param>
/// <param name="Encoders">What the image encoders' products are computed in on the CPU; <c>fp32</c> where that is no question.</param>
/// <param name="BlockSize">Weights of an int4 decoder that share a scale; 32 where that is no question.</param>
/// <param name="Manifest">SHA-256 of the bundle's manifest, by which it is known again where another bundle may have come into its folder; null in lists of earlier versions.</param>
/// <param name="Choices">A hash of what else was asked for and decides what the bundle is: a tower, a family, a licence, left-over tensors; null where none of it was named, and in lists of earlier versions.</param>
public sealed record PulledBundle(
    string Model, string Revision, string Commit, string Folder, string Precision, string Accelerator, string? Licence, DateTimeOffset Time, string Activations = "fp32", string Encoders = "fp32", int BlockSize = 32, string? Manifest = null, string? Choices = null);
