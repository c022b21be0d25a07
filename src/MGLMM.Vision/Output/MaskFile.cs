using MGLMM.Masks;

namespace MGLMM.Vision.Output;

/// <summary>
/// Masks as 8-bit greyscale PNG files, 255 inside and 0 outside. One region gives one PNG; several give a zip with one PNG each, named
/// by handle and phrase (<c>m3-red-car.png</c>), since regions may overlap; none gives a black picture.
/// </summary>
internal static class MaskFile
{
    private const int ByteDeep = 8;

    public static MadeFile Of(VisionImage image, IReadOnlyList<VisionRegion> regions, long maximumBytes, CancellationToken cancellationToken)
    {
        if (regions.Count <= 1)
        {
            var mask = regions.Count == 1 ? regions[0].Mask : Mask.Empty(image.Width, image.Height);
            return new("mask.png", MadeFile.Png, MaskPng.Encode(mask, ByteDeep)) { Width = image.Width, Height = image.Height };
        }

        return new("masks.zip", MadeFile.Zip, ArchiveFile.Of(maximumBytes, regions.Select(region =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return ($"{region.Handle}-{FileStem.Of(ExportCategories.NameOf(region), ExportCategories.Unnamed)}.png", MaskPng.Encode(region.Mask, ByteDeep));
        })));
    }
}
