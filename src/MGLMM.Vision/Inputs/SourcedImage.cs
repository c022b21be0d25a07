namespace MGLMM.Vision.Inputs;

/// <summary>What an <see cref="IImageSource"/> gives: a picture's file, or its pixels. Immutable.</summary>
public sealed class SourcedImage
{
    private SourcedImage(string name, ReadOnlyMemory<byte> file, RgbImage? pixels)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
        File = file;
        Pixels = pixels;
    }

    /// <summary>What people call it; not a path.</summary>
    public string Name { get; }

    /// <summary>The file's bytes; empty where there are pixels.</summary>
    public ReadOnlyMemory<byte> File { get; }

    /// <summary>The pixels; null where there is a file.</summary>
    public RgbImage? Pixels { get; }

    /// <summary>A picture as a file, which is decoded and then let go.</summary>
    /// <param name="name">What people call it; not a path.</param>
    /// <param name="file">The file's bytes; not copied.</param>
    public static SourcedImage FromFile(string name, ReadOnlyMemory<byte> file) => new(name, file, null);

    /// <summary>A picture that is decoded already, such as a frame of a video.</summary>
    /// <param name="name">What people call it; not a path.</param>
    /// <param name="pixels">The pixels.</param>
    public static SourcedImage FromPixels(string name, RgbImage pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        return new SourcedImage(name, default, pixels);
    }
}
