using System.Globalization;
using MGLMM.Masks;
using MGLMM.Runtime.Imaging;
using SkiaSharp;

namespace MGLMM.Vision.Output;

/// <summary>Pictures of regions, as PNG files.</summary>
internal static class RegionPicture
{
    public const string DefaultStyle = "overlay";

    /// <summary>The styles by the names that callers use.</summary>
    public static readonly string[] Styles = ["overlay", "outline", "numbered", "cutout", "crop", "blur_others"];

    /// <summary>Draws.</summary>
    /// <param name="style">One of <see cref="Styles"/>.</param>
    /// <param name="image">The picture.</param>
    /// <param name="regions">At least one.</param>
    /// <param name="cropMargin">What a crop shows around the regions, as a share of their width and height.</param>
    /// <param name="cancellationToken">Observed between steps.</param>
    public static MadeFile Of(string style, VisionImage image, IReadOnlyList<VisionRegion> regions, double cropMargin, CancellationToken cancellationToken)
    {
        var pixels = image.Opened.Pixels;
        return style switch
        {
            "overlay" => Drawn(new OverlayOptions(), Named),
            "outline" => Drawn(new OverlayOptions { Style = OverlayStyle.Outline }, Named),
            "numbered" => Drawn(
                new OverlayOptions { Style = OverlayStyle.Numbered, Opacity = 0.25 },
                region => region.Number.ToString(CultureInfo.InvariantCulture)) with
            {
                Note = $"The numbers are those of the handles: {regions[0].Number} is {regions[0].Handle}.",
            },
            "cutout" => Cutout(),
            "crop" => Crop(),
            "blur_others" => Picture(OthersBlur.Apply(pixels, InsideOf(regions), cancellationToken)),
            _ => throw new ArgumentOutOfRangeException(nameof(style), style, "No such style."),
        };

        MadeFile Picture(RgbImage picture) => new($"{style}.png", MadeFile.Png, PngWriter.Encode(picture)) { Width = picture.Width, Height = picture.Height };

        MadeFile Drawn(OverlayOptions options, Func<VisionRegion, string> label)
        {
            // Small regions last, so that they are not painted over by what they are part of.
            OverlayRegion[] drawn =
            [
                .. regions.OrderByDescending(region => region.Mask.Area).Select(region => new OverlayRegion(region.Mask, label(region), region.ColorIndex)),
            ];
            var picture = new OverlayRenderer(options).Render(pixels, drawn);
            cancellationToken.ThrowIfCancellationRequested();
            return Picture(picture);
        }

        MadeFile Cutout()
        {
            var inside = InsideOf(regions);
            using var bitmap = new SKBitmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
            var target = bitmap.GetPixelSpan();
            target.Clear();
            var source = pixels.Pixels;
            for (var index = 0; index < inside.Length; index++)
            {
                if (inside[index] != 0)
                {
                    source.Slice(index * RgbImage.Channels, RgbImage.Channels).CopyTo(target[(index * 4)..]);
                    target[(index * 4) + 3] = byte.MaxValue;
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100)
                ?? throw new InvalidOperationException($"A picture of {image.Width}x{image.Height} pixels could not be encoded as PNG.");
            return new($"{style}.png", MadeFile.Png, png.ToArray()) { Width = image.Width, Height = image.Height };
        }

        MadeFile Crop()
        {
            PixelBox? around = null;
            foreach (var region in regions)
            {
                var box = PictureView.BoxAround(region.Mask, cropMargin);
                around = around is { } known
                    ? new PixelBox(Math.Min(known.Left, box.Left), Math.Min(known.Top, box.Top), Math.Max(known.Right, box.Right), Math.Max(known.Bottom, box.Bottom))
                    : box;
            }

            var (left, top, right, bottom) = around!.Value;
            return Picture(pixels.Crop(left, top, right - left, bottom - top)) with
            {
                Note = string.Create(CultureInfo.InvariantCulture, $"Shows [{left}, {top}, {right}, {bottom}] of the picture (box_xyxy_px)."),
            };
        }
    }

    private static string Named(VisionRegion region) => region.Phrase is null ? region.Handle : $"{region.Handle} {region.Phrase}";

    private static byte[] InsideOf(IReadOnlyList<VisionRegion> regions)
    {
        var mask = Mask.Union(regions.Select(region => region.Mask));
        var inside = new byte[mask.Width * mask.Height];
        mask.CopyTo(inside);
        return inside;
    }
}
