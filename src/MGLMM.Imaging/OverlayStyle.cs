namespace MGLMM.Imaging;

/// <summary>How <see cref="OverlayRenderer"/> shows a region.</summary>
public enum OverlayStyle
{
    /// <summary>A translucent area with an outline.</summary>
    Overlay,

    /// <summary>The outline alone, so that colour and texture of the object stay as they are.</summary>
    Outline,

    /// <summary>
    /// A translucent area with an outline, and a label that is meant to be one number: large where the region has room for it, in a
    /// round box with a light rim.
    /// </summary>
    Numbered,
}
