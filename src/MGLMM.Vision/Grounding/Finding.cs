using MGLMM.Masks;
using MGLMM.Vision.Geometry;

namespace MGLMM.Vision.Grounding;

/// <summary>An answer about a view of a picture, its masks brought back to the picture.</summary>
/// <param name="Image">The picture.</param>
/// <param name="Parent">The region that was looked in; null for the whole picture.</param>
/// <param name="View">What the model was shown.</param>
/// <param name="Instruction">What it was asked.</param>
/// <param name="Answer">What it answered.</param>
/// <param name="Masks">One for each of the answer's; null where the model's mask does not count.</param>
/// <param name="OutsideCount">Masks that lie outside the parent.</param>
internal sealed record Finding(
    VisionImage Image, VisionRegion? Parent, PictureView View, string Instruction, GroundedAnswer Answer, Mask?[] Masks, int OutsideCount);
