namespace MGLMM.Masks;

/// <summary>
/// A point of the image plane, in pixels. The upper left corner of the image is (0, 0), and the pixel in column x and row y is
/// the square from (x, y) to (x+1, y+1), with its centre at (x+0.5, y+0.5).
/// </summary>
/// <param name="X">Pixels from the left edge of the image.</param>
/// <param name="Y">Pixels from the upper edge of the image.</param>
public readonly record struct MaskPoint(double X, double Y);
