namespace MGLMM.Vision.Contents;

/// <summary>
/// A file that a tool made for the host: a rendered picture or an export. Immutable. Models see its handle only; its bytes are for
/// the host to show, send or keep.
/// </summary>
public sealed record VisionArtifact
{
    /// <summary>Its handle, such as <c>a3</c>.</summary>
    public required string Handle { get; init; }

    /// <summary>The handle's number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The handle of the picture it is about.</summary>
    public required string Image { get; init; }

    /// <summary>What it is: the style of a rendered picture, or the format of an export, such as <c>overlay</c> or <c>coco_rle</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>A file name for it, such as <c>a3-overlay.png</c>; where the host names an output folder, the name it was written under there.</summary>
    public required string FileName { get; init; }

    /// <summary>Its media type, such as <c>image/png</c>.</summary>
    public required string MediaType { get; init; }

    /// <summary>The file's bytes.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The handles of the regions that it shows or holds.</summary>
    public required IReadOnlyList<string> Regions { get; init; }
}
