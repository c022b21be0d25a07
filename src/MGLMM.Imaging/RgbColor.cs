namespace MGLMM.Imaging;

/// <summary>A colour of 8-bit red, green and blue.</summary>
/// <param name="Red">0 to 255.</param>
/// <param name="Green">0 to 255.</param>
/// <param name="Blue">0 to 255.</param>
public readonly record struct RgbColor(byte Red, byte Green, byte Blue)
{
    /// <summary>True if black text reads better on this colour than white text (by the luma of ITU-R BT.601).</summary>
    public bool IsLight => (0.299 * Red) + (0.587 * Green) + (0.114 * Blue) > 128;

    /// <summary>The colour as in HTML: <c>#rrggbb</c>.</summary>
    public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";
}
