using System.Globalization;
using MGLMM.Vision;
using MGLMM.Vision.Contents;

namespace MGLMM.Mcp;

/// <summary>What people are told of a resource.</summary>
internal static class ResourceDescriptions
{
    public static string Of(VisionArtifact artifact) => $"{artifact.Handle}: the {artifact.Kind} of {artifact.Image}";

    public static string Of(VisionImage image) =>
        string.Create(CultureInfo.InvariantCulture, $"{image.Handle}: {image.Width} x {image.Height} px, opened from {image.Format}");
}
