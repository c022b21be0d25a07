namespace MGLMM;

/// <summary>What a decoder of picture files accepts. Immutable; the defaults are meant for files from strangers.</summary>
public sealed record ImageLimits
{
    /// <summary>The defaults.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Largest picture in pixels, checked on the header, before memory is taken. A picture takes 3 bytes a pixel; while
    /// it is decoded, 3 to 15 by how it is stored (<c>ImageDecoder.MaximumMemory</c>).</summary>
    public long MaximumPixels { get; init; } = 100_000_000;

    /// <summary>Largest file in bytes.</summary>
    public long MaximumBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Formats that are read; every other file is refused before a decoder sees it.</summary>
    public ImageFormats AllowedFormats { get; init; } = ImageFormats.Png | ImageFormats.Jpeg | ImageFormats.WebP;

    /// <summary>
    /// True: of an animation the first frame is taken. False: an animation is refused, because an answer about one frame would
    /// pass for an answer about all of them.
    /// </summary>
    public bool FirstFrameOfAnimations { get; init; }
}
