namespace MGLMM.Runtime.Preprocessing;

/// <summary>A size in pixels.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>The size of a picture.</summary>
    public static ImageSize Of(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return new ImageSize(image.Width, image.Height);
    }
}
