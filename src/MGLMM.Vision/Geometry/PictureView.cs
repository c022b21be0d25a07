using MGLMM.Masks;

namespace MGLMM.Vision.Geometry;

/// <summary>
/// What the model is shown of a picture: all of it, a crop, or all of it with a box that the instruction points to. Brings masks back to the whole picture.
/// </summary>
internal sealed class PictureView
{
    private readonly VisionImage _picture;
    private readonly PixelBox _box;

    private PictureView(VisionImage picture, PixelBox box, RgbImage shown, bool isCrop, params RegionBox[] regions)
    {
        Regions = regions;
        _picture = picture;
        _box = box;
        Shown = shown;
        IsCrop = isCrop;
    }

    /// <summary>The pixels to ask about.</summary>
    public RgbImage Shown { get; }

    public bool IsCrop { get; }

    /// <summary>Boxes for the instruction's <c>&lt;bbox&gt;</c>.</summary>
    public IReadOnlyList<RegionBox> Regions { get; }

    /// <summary>Whether it is the whole picture and nothing else, so that later questions can go on from it.</summary>
    public bool IsWhole => !IsCrop && Regions.Count == 0;

    public string WireName => IsCrop ? "crop" : IsWhole ? "whole_image" : "box";

    public static PictureView Whole(VisionImage picture) =>
        new(picture, new PixelBox(0, 0, picture.Width, picture.Height), picture.Pixels, isCrop: false);

    /// <summary>The main box around a region with a margin, cut at the picture's edges.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="region">What the crop is about.</param>
    /// <param name="margin">As a share of the box's width and height; 2 pixels at least.</param>
    public static PictureView Around(VisionImage picture, Mask region, double margin)
    {
        PixelBox box = BoxAround(region, margin);
        return box.Width == picture.Width && box.Height == picture.Height
            ? Whole(picture)
            : new PictureView(picture, box, picture.Pixels.Crop(box.Left, box.Top, box.Width, box.Height), isCrop: true);
    }

    /// <summary>The whole picture and the main box around a region, for a model that takes boxes.</summary>
    public static PictureView Boxed(VisionImage picture, Mask region)
    {
        (int left, int top, int right, int bottom) = MainBox(region);
        return new PictureView(picture, new PixelBox(0, 0, picture.Width, picture.Height), picture.Pixels, isCrop: false, new RegionBox(left, top, right, bottom));
    }

    /// <summary>A mask of what was shown, as a mask of the whole picture.</summary>
    public Mask ToPicture(Mask mask) => IsCrop ? mask.Place(_box.Left, _box.Top, _picture.Width, _picture.Height) : mask;

    /// <summary>The box around what a region mainly is: specks that a mask strews about do not stretch it.</summary>
    public static PixelBox MainBox(Mask region)
    {
        const double Speck = 0.05;
        PixelBox? box = null;
        foreach (Mask part in region.ConnectedComponents())
        {
            if (part.Area >= region.Area * Speck)
            {
                (int left, int top, int right, int bottom) = part.Box;
                box = box is { } known
                    ? new PixelBox(Math.Min(known.Left, left), Math.Min(known.Top, top), Math.Max(known.Right, right), Math.Max(known.Bottom, bottom))
                    : part.Box;
            }
        }

        // A mask of specks alone is all there is.
        return box ?? region.Box;
    }

    /// <summary>A region's main box with a margin on each side (a share of its width and height, 2 pixels at least), cut at the picture's edges.</summary>
    public static PixelBox BoxAround(Mask region, double margin)
    {
        PixelBox box = MainBox(region);
        int x = Math.Max(2, (int)Math.Ceiling(box.Width * margin));
        int y = Math.Max(2, (int)Math.Ceiling(box.Height * margin));
        return new PixelBox(box.Left - x, box.Top - y, box.Right + x, box.Bottom + y).Intersect(new PixelBox(0, 0, region.Width, region.Height));
    }
}
