namespace MGLMM.Imaging;

/// <summary>Pillow's resampling filters that the official pre-processing uses.</summary>
public enum ResampleFilter
{
    /// <summary>Triangle of radius 1, as <c>PIL.Image.BILINEAR</c>.</summary>
    Bilinear,

    /// <summary>Cubic of radius 2 with a = -0.5, as <c>PIL.Image.BICUBIC</c>.</summary>
    Bicubic,
}
