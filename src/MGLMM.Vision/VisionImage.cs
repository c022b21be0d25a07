using MGLMM.Runtime;

namespace MGLMM.Vision;

/// <summary>A picture of a workspace. Immutable.</summary>
/// <param name="Handle">Its handle, such as <c>img1</c>.</param>
/// <param name="Name">What the host or the caller called it; never a path.</param>
/// <param name="Format">The file's format, such as <c>png</c>; <c>raw</c> for pixels that came from no file.</param>
/// <param name="Opened">The picture, opened over the model.</param>
public sealed record VisionImage(string Handle, string Name, string Format, OpenedImage Opened)
{
    /// <summary>Width in pixels.</summary>
    public int Width => Opened.Width;

    /// <summary>Height in pixels.</summary>
    public int Height => Opened.Height;

    internal long PixelCount => (long)Width * Height;
}
