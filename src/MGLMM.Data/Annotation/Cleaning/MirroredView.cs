using MGLMM.Data.Annotation.Proposals;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Cleaning;

/// <summary>What a model marks in the mirrored picture, turned back: a mask that comes out again does not hang on one view.</summary>
internal static class MirroredView
{
    /// <summary>The masks; empty where the model lists nothing.</summary>
    public static async Task<IReadOnlyList<Mask>> MasksAsync(IGroundingModel model, RgbImage image, CancellationToken cancellationToken)
    {
        IOpenedImage opened = await model.OpenImageAsync(Mirrored(image), cancellationToken).ConfigureAwait(false);
        List<Mask> masks = new();
        foreach (string task in (string[])["segment_all", "segment_and_caption.panoptic"])
        {
            masks.AddRange(GroundedQuestion.Masks(await GroundedQuestion.AskAsync(model, opened, task, null, cancellationToken).ConfigureAwait(false), task).Select(found => Mirrored(found.Mask)));
        }

        return masks;
    }

    private static RgbImage Mirrored(RgbImage image)
    {
        byte[] pixels = new byte[image.Pixels.Length];
        ReadOnlySpan<byte> source = image.Pixels;
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                int from = ((y * image.Width) + x) * RgbImage.Channels;
                int to = ((y * image.Width) + (image.Width - 1 - x)) * RgbImage.Channels;
                source.Slice(from, RgbImage.Channels).CopyTo(pixels.AsSpan(to));
            }
        }

        return RgbImage.FromPixels(pixels, image.Width, image.Height);
    }

    private static Mask Mirrored(Mask mask)
    {
        bool[] pixels = mask.ToBitmap();
        for (int y = 0; y < mask.Height; y++)
        {
            Array.Reverse(pixels, y * mask.Width, mask.Width);
        }

        return Mask.FromBitmap(pixels, mask.Width, mask.Height);
    }
}
