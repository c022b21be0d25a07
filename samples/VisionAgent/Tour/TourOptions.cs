namespace MGLMM.Samples.VisionAgent.Tour;

/// <summary>What the command line asks for.</summary>
/// <param name="Image">The user's picture; null for one that comes with the sample.</param>
/// <param name="Model">The bundle's folder.</param>
/// <param name="IsEmbeddedModel">Whether that is the model that comes with the sample.</param>
/// <param name="Output">Where overlay pictures go.</param>
internal sealed record TourOptions(string? Image, string Model, bool IsEmbeddedModel, string Output);
