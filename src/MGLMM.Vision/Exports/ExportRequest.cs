using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>What an <see cref="IExportFormat"/> writes: regions of one picture, without its pixels. Immutable.</summary>
public sealed record ExportRequest
{
    /// <summary>What people call the picture, such as <c>IMG_0001.JPG</c>: plain text, no path. Not safe as a file's name.</summary>
    public required string PictureName { get; init; }

    /// <summary>
    /// The picture's name without its extension, safe as the name of a file and of no other picture here: what formats call files that stand beside
    /// the picture.
    /// </summary>
    public required string PictureStem { get; init; }

    /// <summary>A positive number of the picture, made of its name and pixels: another picture has another one, in other files too.</summary>
    public required int PictureId { get; init; }

    /// <summary>The picture's width in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>The picture's height in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>The regions in order, each once; may be empty.</summary>
    public required IReadOnlyList<ExportRegion> Regions { get; init; }

    /// <summary>Bytes of the file at most.</summary>
    public long MaximumBytes { get; init; } = Array.MaxLength;
}
