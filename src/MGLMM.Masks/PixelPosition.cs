namespace MGLMM.Masks;

/// <summary>One pixel, named by its column and row, counted from 0 at the upper left.</summary>
/// <param name="X">The column.</param>
/// <param name="Y">The row.</param>
public readonly record struct PixelPosition(int X, int Y);
