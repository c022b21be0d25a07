namespace MGLMM.Imaging;

/// <summary>How <see cref="OverlayRenderer"/> draws. Immutable.</summary>
public sealed record OverlayOptions
{
    /// <summary>The defaults.</summary>
    public static OverlayOptions Default { get; } = new();

    /// <summary>Areas with outlines, or outlines alone.</summary>
    public OverlayStyle Style { get; init; } = OverlayStyle.Overlay;

    /// <summary>Opacity of an area, 0 to 1.</summary>
    public double Opacity { get; init; } = 0.45;

    /// <summary>Width of lines in pixels of the picture; null fits it to the picture's size.</summary>
    public double? LineWidth { get; init; }

    /// <summary>Whether labels are drawn.</summary>
    public bool ShowLabels { get; init; } = true;

    /// <summary>
    /// A picture whose long side is shorter is enlarged by a whole factor until it is not (by 8 at most), so that labels can be
    /// read and do not cover it. 0 keeps every picture's size.
    /// </summary>
    public int MinimumLongSide { get; init; } = 512;

    /// <summary>
    /// True: labels are drawn with the built-in font alone (Latin, Greek, Cyrillic), the same on every machine; what it cannot write is a box. False:
    /// a label that it cannot write is drawn with a font of the machine, where there is one that can.
    /// </summary>
    public bool UseBuiltInFont { get; init; }
}
