namespace MGLMM;

/// <summary>Picture file formats that a decoder of picture files can read.</summary>
[Flags]
public enum ImageFormats
{
    /// <summary>No format.</summary>
    None = 0,

    /// <summary>PNG; of an animated PNG, its default picture.</summary>
    Png = 1,

    /// <summary>JPEG.</summary>
    Jpeg = 2,

    /// <summary>WebP.</summary>
    WebP = 4,

    /// <summary>GIF.</summary>
    Gif = 8,

    /// <summary>Windows bitmap.</summary>
    Bmp = 16,
}
