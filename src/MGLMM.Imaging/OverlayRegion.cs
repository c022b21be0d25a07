using MGLMM.Masks;

namespace MGLMM.Imaging;

/// <summary>A region to draw.</summary>
/// <param name="Mask">Its pixels; of the picture's size. May be empty, and is then not drawn.</param>
/// <param name="Label">Text to put on it, or null for none.</param>
/// <param name="ColorIndex">Which colour of <see cref="OverlayPalette"/>; null for that of its place in the list.</param>
public sealed record OverlayRegion(Mask Mask, string? Label = null, int? ColorIndex = null)
{
    /// <summary>A colour of its own; null for that of <see cref="ColorIndex"/>.</summary>
    public RgbColor? Color { get; init; }
}
