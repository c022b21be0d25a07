using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>A region as an <see cref="IExportFormat"/> gets it. Immutable.</summary>
public sealed record ExportRegion
{
    /// <summary>The class of regions without words.</summary>
    public const string Unnamed = "object";

    /// <summary>Its handle, such as <c>m7</c>; each once in a request.</summary>
    public required string Handle { get; init; }

    /// <summary>The handle's number, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Its pixels, of the picture's size; never empty.</summary>
    public required Mask Mask { get; init; }

    /// <summary>Its class: its words in lower case, without an article; <see cref="Unnamed"/> where it has none. Never empty.</summary>
    public required string Label { get; init; }

    /// <summary>What it was called, as it was; null where it has no words. Plain text.</summary>
    public string? Phrase { get; init; }

    /// <summary>The model that found it; null where none did.</summary>
    public string? Model { get; init; }

    /// <summary>False for background that is not counted, such as sky, grass or water.</summary>
    public bool IsThing { get; init; } = true;

    /// <summary>Its colour in every picture and file.</summary>
    public RgbColor Color { get; init; }
}
