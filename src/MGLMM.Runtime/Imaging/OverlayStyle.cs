namespace MGLMM.Runtime.Imaging;

/// <summary>How <see cref="OverlayRenderer"/> shows a region.</summary>
public enum OverlayStyle
{
    /// <summary>A translucent area with an outline.</summary>
    Overlay,

    /// <summary>The outline alone, so that colour and texture of the object stay as they are.</summary>
    Outline,
}
