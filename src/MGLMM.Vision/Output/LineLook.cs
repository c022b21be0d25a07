using MGLMM.Imaging;

namespace MGLMM.Vision.Output;

/// <summary>How lines and areas are drawn.</summary>
/// <param name="Color">One colour for all; null gives each region its own.</param>
/// <param name="Width">The width of lines in pixels of the picture; null fits it to the picture.</param>
internal readonly record struct LineLook(RgbColor? Color, int? Width);
