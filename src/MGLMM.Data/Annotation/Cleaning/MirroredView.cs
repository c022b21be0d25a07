using MGLMM.Data.Annotation.Language;
using MGLMM.Data.Annotation.Proposals;
using MGLMM.Masks;

namespace MGLMM.Data.Annotation.Cleaning;

/// <summary>What a model marks in the mirrored picture, turned back: a mask that comes out again does not hang on one view.</summary>
internal static class MirroredView
{
    private static readonly string[] Lists = ["segment_all", "segment_and_caption.panoptic"];

    private const string Parts = "segment_and_caption.part";

    /// <summary>The masks with what they are called; empty where the model lists nothing.</summary>
    /// <param name="model">Who is asked.</param>
    /// <param name="image">The picture as it is.</param>
    /// <param name="wholes">Phrases of things whose parts are asked for too.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    public static async Task<IReadOnlyList<MaskProposal>> MasksAsync(IGroundingModel model, RgbImage image, IEnumerable<string> wholes, CancellationToken cancellationToken)
    {
        IOpenedImage opened = await model.OpenImageAsync(Mirrored(image), cancellationToken).ConfigureAwait(false);
        List<MaskProposal> masks = new();
        foreach ((string task, string? value) in Lists.Select(task => (task, (string?)null)).Concat(wholes.Select(whole => (Parts, (string?)PhraseWords.Definite(whole)))))
        {
            GroundedAnswer? answer = await GroundedQuestion.AskAsync(model, opened, task, value, cancellationToken).ConfigureAwait(false);
            masks.AddRange(GroundedQuestion.Masks(answer, task).Select(found => found with { Mask = Mirrored(found.Mask) }));
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
