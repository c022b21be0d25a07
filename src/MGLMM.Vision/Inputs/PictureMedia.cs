namespace MGLMM.Vision.Inputs;

/// <summary>The media types of pictures that are let in.</summary>
internal static class PictureMedia
{
    public static bool IsAllowed(string? mediaType) =>
        mediaType is not null && mediaType.ToLowerInvariant() is "image/png" or "image/jpeg" or "image/jpg" or "image/webp";
}
