using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Predictions;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Evaluation.Pictures;

/// <summary>Draws a sample: the true masks on the left, the predicted ones on the right, matching masks in the same colour.</summary>
internal static class ExamplePicture
{
    private const int Gap = 12;

    /// <summary>Of one side: two of them fit a page, and labels can still be read.</summary>
    private const int LongSide = 480;

    /// <summary>Small differences of brightness go: they cost most of a file's bytes and show nothing.</summary>
    private const byte KeptBits = 0xF8;

    // The built-in font draws the same letters on every machine.
    private static readonly OverlayRenderer Areas = new(new OverlayOptions { UseBuiltInFont = true });
    private static readonly OverlayRenderer Outlines = new(new OverlayOptions { UseBuiltInFont = true, Style = OverlayStyle.Outline });

    /// <summary>The bytes of a PNG file.</summary>
    public static byte[] Draw(SegCapSample sample, RgbImage picture, IReadOnlyList<PredictedMask> answer)
    {
        if (sample.Masks.Count == 0 && answer.Count == 0)
        {
            return PngWriter.Encode(Compact(Framed(sample, picture)));
        }

        Mask[] truth = SegCapFile.MasksOf(sample);
        IEnumerable<OverlayRegion> wanted = truth.Select((mask, index) => new OverlayRegion(mask, sample.Labels[index], index));
        Dictionary<int, int> partners = MaskMatching.Greedy(MaskMatching.Overlaps([.. answer.Select(segment => segment.Mask)], truth)).ToDictionary(pair => pair.Predicted, pair => pair.Truth);
        int unmatched = truth.Length;
        IEnumerable<OverlayRegion> said = answer.Select((segment, index) => new OverlayRegion(segment.Mask, segment.Phrase, partners.TryGetValue(index, out int partner) ? partner : unmatched++));
        return PngWriter.Encode(Beside(Compact(Areas.Render(picture, [.. wanted])), Compact(Areas.Render(picture, [.. said]))));
    }

    /// <summary>A picture without masks, in which a frame shows the sample's region, where it has one: that is what the question is about.</summary>
    public static RgbImage Framed(SegCapSample sample, RgbImage picture)
    {
        OverlayRegion[] box = sample.Region is [var left, var top, var width, var height]
            ? [new OverlayRegion(Mask.FromRectangle(sample.Width, sample.Height, new PixelBox(left, top, left + width, top + height)))]
            : [];
        return Outlines.Render(picture, box);
    }

    private static RgbImage Compact(RgbImage image)
    {
        double scale = (double)LongSide / Math.Max(image.Width, image.Height);
        if (scale < 1)
        {
            image = PillowResize.Resize(image, Math.Max(1, (int)(image.Width * scale)), Math.Max(1, (int)(image.Height * scale)), ResampleFilter.Bicubic);
        }

        byte[] pixels = image.Pixels.ToArray();
        for (int index = 0; index < pixels.Length; index++)
        {
            // White stays white.
            pixels[index] = pixels[index] >= KeptBits ? byte.MaxValue : (byte)(pixels[index] & KeptBits);
        }

        return RgbImage.FromPixels(pixels, image.Width, image.Height);
    }

    private static RgbImage Beside(RgbImage left, RgbImage right)
    {
        int width = left.Width + Gap + right.Width;
        byte[] pixels = new byte[width * left.Height * RgbImage.Channels];
        pixels.AsSpan().Fill(byte.MaxValue);
        for (int row = 0; row < left.Height; row++)
        {
            Span<byte> target = pixels.AsSpan(row * width * RgbImage.Channels);
            Row(left, row).CopyTo(target);
            Row(right, row).CopyTo(target[((left.Width + Gap) * RgbImage.Channels)..]);
        }

        return RgbImage.FromPixels(pixels, width, left.Height);
    }

    private static ReadOnlySpan<byte> Row(RgbImage image, int row) =>
        image.Pixels.Slice(row * image.Width * RgbImage.Channels, image.Width * RgbImage.Channels);
}
