namespace MGLMM.Masks;

/// <summary>The rule that every size of a mask obeys: at least 1 by 1, and pixel positions fit an <see cref="int"/>.</summary>
internal static class MaskSize
{
    /// <summary>Checks a size and gives its number of pixels.</summary>
    public static int Check(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        long pixels = (long)width * height;
        if (pixels > int.MaxValue)
        {
            throw new ArgumentOutOfRangeException(
                nameof(width), $"A mask of {width} x {height} has {pixels} pixels; the most is {int.MaxValue}.");
        }

        return (int)pixels;
    }

    /// <summary>Checks that a row-major buffer has exactly one element per pixel.</summary>
    public static void CheckBuffer(int length, int width, int height, string parameter)
    {
        int pixels = Check(width, height);
        if (length != pixels)
        {
            throw new ArgumentException($"A mask of {width} x {height} needs {pixels} elements; the buffer has {length}.", parameter);
        }
    }
}
