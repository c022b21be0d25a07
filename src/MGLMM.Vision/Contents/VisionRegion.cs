using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Contents;

/// <summary>A region of a picture, and where it came from. Immutable.</summary>
public sealed record VisionRegion
{
    /// <summary>Its handle, such as <c>m7</c>.</summary>
    public required string Handle { get; init; }

    /// <summary>The handle's number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The handle of the picture it belongs to.</summary>
    public required string Image { get; init; }

    /// <summary>Its pixels, of the whole picture's size; never empty.</summary>
    public required Mask Mask { get; init; }

    /// <summary>What the model or the host called it; null where neither gave words.</summary>
    public required string? Phrase { get; init; }

    /// <summary>
    /// The instruction that the model answered with it, the operation that made it, such as <c>union of m1, m2</c>, or where the host has it from,
    /// such as <c>drawn by the user</c>.
    /// </summary>
    public required string Instruction { get; init; }

    /// <summary>The handle of the region it was looked for in; null for the whole picture.</summary>
    public required string? Parent { get; init; }

    /// <summary>The model's name; null where geometry made the region from others or the host brought it.</summary>
    public required string? Model { get; init; }

    /// <summary>The handles of the regions that geometry made it from; empty where the model or the host gave it.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Whether the host brought it: no model found it, and no other regions made it.</summary>
    public bool IsFromHost => Model is null && Sources.Count == 0;

    /// <summary>Its colour in pictures and tables: an index into <see cref="Imaging.OverlayPalette"/>, the same for ever.</summary>
    public int ColorIndex => Number - 1;

    /// <summary>Its share of the picture's pixels, 0 to 1.</summary>
    public double AreaFraction => Mask.Area / ((double)Mask.Width * Mask.Height);
}
