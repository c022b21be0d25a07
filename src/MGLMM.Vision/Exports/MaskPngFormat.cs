using MGLMM.Masks;

namespace MGLMM.Vision.Exports;

/// <summary>
/// Masks as 8-bit greyscale PNG files, 255 inside and 0 outside. One region gives one PNG; several give a zip with one PNG each, named
/// by handle and label (<c>m3-red-car.png</c>), since regions may overlap; none gives a black picture.
/// </summary>
internal sealed class MaskPngFormat : IExportFormat
{
    private const int ByteDeep = 8;

    public string Name => "mask_png";

    public string Description => "An exact 8-bit mask (PNG), or a zip with one per region.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
    {
        if (request.Regions.Count <= 1)
        {
            Mask mask = request.Regions.Count == 1 ? request.Regions[0].Mask : Mask.Empty(request.Width, request.Height);
            return new("mask.png", ExportedFile.Png, MaskPng.Encode(mask, ByteDeep)) { WidthPx = request.Width, HeightPx = request.Height };
        }

        return ExportedFile.Archive(
            "masks.zip",
            request.Regions.Select(region =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                return ($"{region.Handle}-{LabelName.Of(region.Label)}.png", MaskPng.Encode(region.Mask, ByteDeep));
            }),
            request.MaximumBytes);
    }
}
