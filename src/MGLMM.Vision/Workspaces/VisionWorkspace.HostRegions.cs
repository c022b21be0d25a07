using MGLMM.Masks;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Workspaces;

/// <summary>Regions that a host brings itself. They compare, combine, render, export and are saved as those of a model.</summary>
public sealed partial class VisionWorkspace
{
    /// <summary>Keeps a mask as a region of a picture. The same pixels with the same words keep the handle that they have.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="mask">Of the picture's size, with at least one pixel.</param>
    /// <param name="about">What it is and where it comes from; null says neither.</param>
    /// <exception cref="KeyNotFoundException">There is no such picture, or no such region to be within.</exception>
    /// <exception cref="ArgumentException">The mask is empty or of another size.</exception>
    public VisionRegion AddRegion(string image, Mask mask, HostRegion? about = null)
    {
        ArgumentNullException.ThrowIfNull(mask);
        about ??= HostRegion.Default;
        ArgumentNullException.ThrowIfNull(about.Origin, nameof(about));
        if (!TryGetImage(image, out VisionImage? picture))
        {
            throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
        }

        if (mask.Width != picture.Width || mask.Height != picture.Height)
        {
            throw new ArgumentException(
                $"The mask has {mask.Width}x{mask.Height} pixels and the picture {picture.Width}x{picture.Height}; give a mask of the picture's size.", nameof(mask));
        }

        if (mask.IsEmpty)
        {
            throw new ArgumentException("The mask is empty: a region has at least one pixel.", nameof(mask));
        }

        string? parent = about.Within is null ? null : RegionOfPicture(about.Within, picture).Handle;
        string? phrase = string.IsNullOrWhiteSpace(about.Phrase) ? null : about.Phrase.Trim();
        string origin = string.IsNullOrWhiteSpace(about.Origin) ? HostRegion.DefaultOrigin : PlainText.Limit(about.Origin.Trim(), ContentNames.Longest);
        return AddRegions(picture, [(mask, phrase)], origin, parent, model: null)[0];
    }

    /// <summary>Keeps the area of polygons as a region of a picture: a click path of a user, or what another program found.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="polygons">In the picture's pixels; what lies outside is cut off.</param>
    /// <param name="rule">What the points mean.</param>
    /// <param name="about">What it is and where it comes from; null says neither.</param>
    /// <exception cref="KeyNotFoundException">There is no such picture, or no such region to be within.</exception>
    /// <exception cref="ArgumentException">A ring has fewer than three points, a point is no place, or no pixel lies inside.</exception>
    public VisionRegion AddPolygons(string image, IEnumerable<MaskPolygon> polygons, PolygonRule rule = PolygonRule.PixelEdges, HostRegion? about = null)
    {
        ArgumentNullException.ThrowIfNull(polygons);
        return TryGetImage(image, out VisionImage? picture)
            ? AddRegion(image, Mask.FromPolygons(polygons, picture.Width, picture.Height, rule), about)
            : throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
    }

    /// <summary>Keeps COCO run lengths as a region of a picture.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="counts">The compressed string of a <c>segmentation</c>, whose <c>size</c> is the picture's height and width.</param>
    /// <param name="about">What it is and where it comes from; null says neither.</param>
    /// <exception cref="KeyNotFoundException">There is no such picture, or no such region to be within.</exception>
    /// <exception cref="FormatException">The string is none, or is not of the picture's size.</exception>
    /// <exception cref="ArgumentException">No pixel is inside.</exception>
    public VisionRegion AddCocoRle(string image, string counts, HostRegion? about = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return TryGetImage(image, out VisionImage? picture)
            ? AddRegion(image, CocoRle.Decode(counts, picture.Width, picture.Height), about)
            : throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
    }

    /// <summary>Keeps a mask picture as a region: inside is what is not 0 (<see cref="MaskPng"/>).</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="png">The bytes of a greyscale or palette PNG of the picture's size.</param>
    /// <param name="about">What it is and where it comes from; null says neither.</param>
    /// <exception cref="KeyNotFoundException">There is no such picture, or no such region to be within.</exception>
    /// <exception cref="FormatException">The file is no PNG that is read here; the message says why.</exception>
    /// <exception cref="ArgumentException">It has another size, or no pixel is inside.</exception>
    public VisionRegion AddMaskPng(string image, ReadOnlySpan<byte> png, HostRegion? about = null)
    {
        if (!TryGetImage(image, out VisionImage? picture))
        {
            throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
        }

        return AddRegion(image, MaskPng.Decode(png, new MaskPngLimits { MaxPixels = Math.Max(picture.PixelCount, new MaskPngLimits().MaxPixels) }), about);
    }
}
