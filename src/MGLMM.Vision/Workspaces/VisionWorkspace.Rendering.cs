using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Output;

namespace MGLMM.Vision.Workspaces;

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
        if (!TryGetImage(image, out VisionImage? picture))
        {
            throw new KeyNotFoundException($"There is no picture '{image}' in this workspace.");
        }

        PixelBox view = around is null ? RegionPicture.AllOf(picture) : RegionPicture.Around(RegionOfPicture(around, picture).Mask);
        IReadOnlyList<VisionRegion> chosen = regions is null ? RegionsOf(picture.Handle) : [.. regions.Select(handle => RegionOfPicture(handle, picture))];
        return PngWriter.Encode(RegionPicture.Draw(picture, chosen, view, options, RegionPicture.Named));
    }

    private VisionRegion RegionOfPicture(string handle, VisionImage picture) => TryGetRegion(handle, out VisionRegion? region) && region.Image == picture.Handle
        ? region
        : throw new KeyNotFoundException($"There is no region '{handle}' of '{picture.Handle}' in this workspace.");
}
