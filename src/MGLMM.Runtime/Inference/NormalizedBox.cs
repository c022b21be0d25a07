using MGLMM.Runtime.Preprocessing;

namespace MGLMM.Runtime.Inference;

/// <summary>A box as the region encoder takes it: corners as shares of the picture's sides, rounded to fp16 as the official code does.</summary>
internal readonly record struct NormalizedBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>Numbers of a box.</summary>
    public const int Length = 4;

    /// <summary>
    /// Relative to the whole picture, although the encoder sees the centre square of it: the released weights were trained so.
    /// </summary>
    /// <param name="box">In pixels of the picture.</param>
    /// <param name="picture">The picture's size.</param>
    /// <param name="side">The global encoder's side.</param>
    /// <exception cref="ArgumentException">A corner is no number, or farther away than fp16 can say.</exception>
    public static NormalizedBox Of(RegionBox box, ImageSize picture, int side)
    {
        // app.py scales to the encoder's input and back; its height there is the number of channels, which cancels but for the last bit.
        const int OfficialHeight = 3;
        return new NormalizedBox(
            Share(box.Left, picture.Width, side),
            Share(box.Top, picture.Height, OfficialHeight),
            Share(box.Right, picture.Width, side),
            Share(box.Bottom, picture.Height, OfficialHeight));

        float Share(double value, int size, int scale)
        {
            // PyTorch rounds a double to fp16 by way of fp32.
            float share = (float)(Half)(float)(value * ((double)scale / size) / scale);
            return float.IsFinite(share)
                ? share
                : throw new ArgumentException($"The box {box} has a corner that is no number, or too far from the picture of {picture.Width} x {picture.Height} pixels.");
        }
    }
}
