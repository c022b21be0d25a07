namespace MGLMM.Vision.Exports;

/// <summary>
/// Writes labelled masks into a file for another program. A host's own format stands beside ours
/// (<see cref="VisionToolsetOptions.ExportFormats"/>): <c>export_regions</c> then knows it by its name.
/// </summary>
/// <remarks>
/// Thread-safe. The same request gives the same bytes. Writing touches no disk and no network: a host decides where the file goes. A format can
/// hold no region at all, and is asked to.
/// </remarks>
public interface IExportFormat
{
    /// <summary>
    /// What callers call it, such as <c>coco_rle</c>: 2 to 40 small letters, digits and underscores, beginning with a letter. The same for as long
    /// as the format lives.
    /// </summary>
    public string Name { get; }

    /// <summary>One line for people and models: which program reads it, and what it keeps of a mask.</summary>
    public string Description { get; }

    /// <summary>Writes.</summary>
    /// <param name="request">The picture's name and size, the masks with their labels, and how large the file may be.</param>
    /// <param name="cancellationToken">Observed between regions at the latest.</param>
    /// <exception cref="ExportTooLargeException">The file would be larger than <see cref="ExportRequest.MaximumBytes"/>.</exception>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default);
}
