using MGLMM.Masks;
using MGLMM.Runtime.Imaging;

namespace MGLMM.Vision;

/// <summary>Overlays for the host.</summary>
public sealed partial class VisionWorkspace
{
    /// <summary>Draws regions over their picture, each in its own colour, labelled with handle and phrase.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="regions">Handles of regions of that picture; null draws all of them.</param>
    /// <param name="around">Handle of a region to show alone, with a margin of a quarter; null shows the whole picture.</param>
    /// <param name="options">How to draw; null takes the defaults.</param>
    /// <returns>The bytes of a PNG file. For the host to keep or show: no tool returns pixels to a model.</returns>
    /// <exception cref="KeyNotFoundException">A handle is unknown, or a region belongs to another picture.</exception>
    public byte[] RenderPng(string image, IEnumerable<string>? regions = null, string? around = null, OverlayOptions? options = null)
    {
        if (!TryGetImage(image, out var picture))
        {
            throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
        }

        const double Margin = 0.25;
        var box = around is null ? new PixelBox(0, 0, picture.Width, picture.Height) : PictureView.BoxAround(RegionOfPicture(around).Mask, Margin);
        var chosen = regions is null ? RegionsOf(picture.Handle) : [.. regions.Select(RegionOfPicture)];

        // Small regions last, so that they are not painted over by what they are part of.
        OverlayRegion[] drawn =
        [
            .. chosen.OrderByDescending(region => region.Mask.Area)
                .Select(region => new OverlayRegion(
                    region.Mask.Crop(box), region.Phrase is null ? region.Handle : $"{region.Handle} {region.Phrase}", region.ColorIndex)),
        ];
        return new OverlayRenderer(options).RenderPng(picture.Opened.Pixels.Crop(box.Left, box.Top, box.Width, box.Height), drawn);

        VisionRegion RegionOfPicture(string handle) => TryGetRegion(handle, out var region) && region.Image == picture.Handle
            ? region
            : throw new KeyNotFoundException($"There is no region '{handle}' of '{picture.Handle}' in this workspace.");
    }
}
