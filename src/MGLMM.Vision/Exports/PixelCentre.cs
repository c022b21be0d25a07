namespace MGLMM.Vision.Exports;

/// <summary>Where a pixel is, for programs that count from the picture's upper left corner.</summary>
internal static class PixelCentre
{
    /// <summary>
    /// From a pixel's edge to where its point is put: the middle, but for 1/256. Some readers cut the fraction off (Ultralytics, supervision, Pillow) and
    /// some round; a half would be rounded to another pixel, this is the right pixel for both, also as a 32-bit number.
    /// </summary>
    public const double Offset = 0.5 - (1.0 / 256);

    /// <summary>The coordinate of a column or row.</summary>
    public static double Of(int index) => index + Offset;
}
