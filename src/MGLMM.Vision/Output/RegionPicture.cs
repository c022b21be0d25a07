using System.Globalization;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Output;

/// <summary>Pictures of regions, as PNG files.</summary>
internal static class RegionPicture
{
    public const string DefaultStyle = "overlay";

    /// <summary>What is shown around an object whose parts are drawn, as a share of its width and height.</summary>
    private const double PartMargin = 0.25;

    /// <summary>The styles by the names that callers use.</summary>
    public static readonly string[] Styles = ["overlay", "outline", "numbered", "cutout", "crop", "blur_others", "box", "gray_others"];

    /// <summary>Whether a style draws in a colour and with lines, rather than showing the picture's own pixels alone.</summary>
    public static bool HasLines(string style) => style is "overlay" or "outline" or "numbered" or "box";

    /// <summary>Draws.</summary>
    /// <param name="style">One of <see cref="Styles"/>.</param>
    /// <param name="image">The picture.</param>
    /// <param name="regions">At least one.</param>
    /// <param name="cropMargin">What a crop shows around the regions, as a share of their width and height.</param>
    /// <param name="whole">The object that all regions are parts of; drawn styles show it large, with its surroundings cut off. Null shows the picture.</param>
    /// <param name="lines">The colour and the width of what is drawn.</param>
    /// <param name="cancellationToken">Observed between steps.</param>
    public static ExportedFile Of(string style, VisionImage image, IReadOnlyList<VisionRegion> regions, double cropMargin, Mask? whole, LineLook lines, CancellationToken cancellationToken)
    {
        RgbImage pixels = image.Pixels;
        return style switch
        {
            "overlay" => Drawn(new OverlayOptions(), Named),
            "outline" => Drawn(new OverlayOptions { Style = OverlayStyle.Outline }, Named),
            "box" => Drawn(new OverlayOptions { Style = OverlayStyle.Outline }, Named, boxed: true),
            "numbered" => Drawn(
                new OverlayOptions { Style = OverlayStyle.Numbered, Opacity = 0.25 },
                region => region.Number.ToString(CultureInfo.InvariantCulture),
                $"The numbers are those of the handles: {regions[0].Number} is {regions[0].Handle}."),
            "cutout" => Cutout(),
            "crop" => Crop(),
            "gray_others" => Picture(OthersGray.Apply(pixels, InsideOf(regions))),
            "blur_others" => Picture(OthersBlur.Apply(pixels, InsideOf(regions), cancellationToken)),
            _ => throw new ArgumentOutOfRangeException(nameof(style), style, "No such style."),
        };

        ExportedFile Picture(RgbImage picture) => new($"{style}.png", ExportedFile.Png, PngWriter.Encode(picture)) { WidthPx = picture.Width, HeightPx = picture.Height };

        ExportedFile Drawn(OverlayOptions options, Func<VisionRegion, string> label, string? note = null, bool boxed = false)
        {
            PixelBox view = whole is null ? AllOf(image) : Union(Around(whole), BoxOf(regions, 0));
            RgbImage picture = Draw(image, regions, view, options with { LineWidth = lines.Width }, label, lines.Color, boxed);
            cancellationToken.ThrowIfCancellationRequested();
            string? shown = view == AllOf(image) ? null : Shows(view);
            return Picture(picture) with { Note = note is null ? shown : shown is null ? note : $"{note} {shown}" };
        }

        ExportedFile Cutout()
        {
            Mask mask = Mask.Union(regions.Select(region => region.Mask));
            return new($"{style}.png", ExportedFile.Png, PngWriter.Encode(pixels, mask)) { WidthPx = image.Width, HeightPx = image.Height };
        }

        ExportedFile Crop()
        {
            PixelBox around = BoxOf(regions, cropMargin);
            return Picture(pixels.Crop(around.Left, around.Top, around.Width, around.Height)) with { Note = Shows(around) };
        }
    }

    /// <summary>Draws regions over a part of their picture, each in its own colour.</summary>
    public static RgbImage Draw(VisionImage image, IEnumerable<VisionRegion> regions, PixelBox view, OverlayOptions? options, Func<VisionRegion, string> label, RgbColor? color = null, bool boxed = false)
    {
        RgbImage pixels = image.Pixels;
        bool isAll = view == AllOf(image);

        // Small regions last, so that they are not painted over by what they are part of.
        OverlayRegion[] drawn =
        [
            .. regions.OrderByDescending(region => region.Mask.Area)
                .Select(region => (Region: region, Mask: boxed ? BoxMask(region.Mask) : region.Mask))
                .Select(one => new OverlayRegion(isAll ? one.Mask : one.Mask.Crop(view), label(one.Region), one.Region.ColorIndex) { Color = color }),
        ];
        return new OverlayRenderer(options).Render(isAll ? pixels : pixels.Crop(view.Left, view.Top, view.Width, view.Height), drawn);
    }

    /// <summary>What is shown of a picture that is about one object: the object with a quarter of its size around it.</summary>
    public static PixelBox Around(Mask whole) => PictureView.BoxAround(whole, PartMargin);

    /// <summary>The whole picture.</summary>
    public static PixelBox AllOf(VisionImage image) => new(0, 0, image.Width, image.Height);

    /// <summary>What a region is labelled with: handle and phrase.</summary>
    public static string Named(VisionRegion region) => region.Phrase is null ? region.Handle : $"{region.Handle} {region.Phrase}";

    private static Mask BoxMask(Mask mask) => Mask.FromRectangle(mask.Width, mask.Height, mask.Box);

    private static PixelBox BoxOf(IEnumerable<VisionRegion> regions, double margin) =>
        regions.Select(region => PictureView.BoxAround(region.Mask, margin)).Aggregate(Union);

    private static PixelBox Union(PixelBox a, PixelBox b) =>
        new(Math.Min(a.Left, b.Left), Math.Min(a.Top, b.Top), Math.Max(a.Right, b.Right), Math.Max(a.Bottom, b.Bottom));

    private static string Shows(PixelBox box) =>
        string.Create(CultureInfo.InvariantCulture, $"Shows [{box.Left}, {box.Top}, {box.Right}, {box.Bottom}] of the picture (box_xyxy_px).");

    private static byte[] InsideOf(IReadOnlyList<VisionRegion> regions)
    {
        Mask mask = Mask.Union(regions.Select(region => region.Mask));
        byte[] inside = new byte[mask.Width * mask.Height];
        mask.CopyTo(inside);
        return inside;
    }
}
