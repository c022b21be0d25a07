namespace MGLMM.Vision.Output;

/// <summary>A file before it becomes an artifact.</summary>
/// <param name="Name">What follows the artifact's handle in the file name, such as <c>overlay.png</c>.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record MadeFile(string Name, string MediaType, byte[] Content)
{
    public const string Png = "image/png";
    public const string Json = "application/json";
    public const string GeoJson = "application/geo+json";
    public const string Svg = "image/svg+xml";
    public const string Zip = "application/zip";

    /// <summary>Width of a picture in pixels; null for other files.</summary>
    public int? Width { get; init; }

    /// <summary>Height of a picture in pixels; null for other files.</summary>
    public int? Height { get; init; }

    /// <summary>What the caller should know of it; null if nothing.</summary>
    public string? Note { get; init; }
}
