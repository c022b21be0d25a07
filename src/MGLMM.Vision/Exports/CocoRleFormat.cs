namespace MGLMM.Vision.Exports;

/// <summary>COCO instances with masks as run lengths: exact, and the smallest.</summary>
internal sealed class CocoRleFormat : IExportFormat
{
    public string Name => "coco_rle";

    public string Description => "COCO instances (JSON) with run lengths: exact masks, for pycocotools.";

    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default) =>
        new("regions.json", ExportedFile.Json, CocoDocument.Of(request, polygonsOf: null, cancellationToken));
}
