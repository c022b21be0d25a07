namespace MGLMM.Vision.Contents;

/// <summary>A picture of a workspace. Immutable.</summary>
/// <param name="Handle">Its handle, such as <c>img1</c>.</param>
/// <param name="Name">What the host or the caller called it; never a path.</param>
/// <param name="Format">The file's format, such as <c>png</c>; <c>raw</c> for pixels that came from no file.</param>
/// <param name="Pixels">The picture.</param>
public sealed record VisionImage(string Handle, string Name, string Format, RgbImage Pixels)
{
    /// <summary>Width in pixels.</summary>
    public int Width => Pixels.Width;

    /// <summary>Height in pixels.</summary>
    public int Height => Pixels.Height;

    internal long PixelCount => (long)Width * Height;
}
