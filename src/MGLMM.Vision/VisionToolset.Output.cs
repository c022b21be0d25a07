using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Output;
using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>Files for the user: pictures and exports.</summary>
public sealed partial class VisionToolset
{
    /// <summary>Draws regions as a PNG file, which the host shows; no pixels come back.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="regions">Handles of regions and sets of that picture; null takes all of its regions.</param>
    /// <param name="style">
    /// <c>overlay</c> (where null): coloured areas with handle and phrase. <c>outline</c>: outlines instead of areas. <c>numbered</c>: light areas
    /// with big numbers, which are those of the handles. <c>cutout</c>: the regions on a transparent background, at their place in the
    /// picture's size. <c>crop</c>: the rectangle around the regions with a small margin, nothing drawn. <c>blur_others</c>: everything but
    /// the regions blurred and dimmed. Parts of one object (regions that were found <c>within</c> it) are drawn on that object, enlarged, with
    /// a quarter of its size around it.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>An <see cref="ArtifactResult"/> or a <see cref="ToolError"/>. See <see cref="ExportRegionsAsync"/> on files and limits.</returns>
    public Task<ToolResult> RenderImageAsync(
        string image, string? regions = null, string? style = null, CancellationToken cancellationToken = default) => GuardAsync(
        "render_image",
        token => Task.Run<ToolResult>(
            () =>
            {
                var picture = Image(image);
                var shape = IsLeftOut(style) ? RegionPicture.DefaultStyle : OneOf(style, "style", RegionPicture.Styles);
                var (_, shown) = SomeRegionsOf(IsLeftOut(regions) ? picture.Handle : regions, "regions", picture);
                return KeepFile(picture, shown, shape, RegionPicture.Of(shape, picture, shown, _options.CropMargin, WholeOf(shown), token), token);
            },
            token),
        cancellationToken);

    /// <summary>Writes regions into a file for another tool.</summary>
    /// <remarks>
    /// The file is kept in the workspace and, where <see cref="VisionToolsetOptions.OutputFolder"/> is set, written there too, under a name
    /// that is free. A file larger than <see cref="WorkspaceLimits.MaximumArtifactBytes"/> is an error.
    /// </remarks>
    /// <param name="set">Handles of sets and regions, or a picture's handle for all of its regions. An empty set gives a valid empty file.</param>
    /// <param name="format">
    /// The name of one of <see cref="VisionToolsetOptions.ExportFormats"/>. Ours: <c>coco_rle</c>, <c>coco_polygon</c>: COCO instances (JSON); polygons
    /// lose holes. <c>panoptic_png</c>: COCO panoptic, PNG and JSON in a zip, smaller regions on top. <c>mask_png</c>: an 8-bit mask, or a zip with one
    /// per region. <c>labelme</c>: JSON; regions with holes as masks. <c>geojson</c>: outlines with holes, in pixels. <c>yolo_seg</c>: Ultralytics
    /// labels and class names in a zip; pieces are joined by lines of one pixel. <c>label_studio</c>: a task with brush masks (JSON). <c>svg</c>:
    /// coloured paths, simplified by up to 1 px. All else is exact to the pixel.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>An <see cref="ArtifactResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> ExportRegionsAsync(string set, string format, CancellationToken cancellationToken = default) => GuardAsync(
        "export_regions",
        token => Task.Run<ToolResult>(
            () =>
            {
                var kind = OneOf(format, "format", [.. _options.ExportFormats.Select(known => known.Name)]);
                var (picture, held) = RegionsOf(set, "set");
                return KeepFile(picture, held, kind, Workspace.Export(_options.ExportFormats.First(known => known.Name == kind), picture, held, token), token);
            },
            token),
        cancellationToken);

    /// <summary>The object that all regions are parts of; null where they are not parts of one.</summary>
    private Mask? WholeOf(IReadOnlyList<VisionRegion> regions) =>
        regions[0].Parent is { } parent && regions.All(region => region.Parent == parent) && Workspace.TryGetRegion(parent, out var whole) ? whole.Mask : null;

    private ArtifactResult KeepFile(VisionImage image, IReadOnlyList<VisionRegion> regions, string kind, ExportedFile file, CancellationToken cancellationToken)
    {
        if (file.Content.Length > Workspace.Limits.MaximumArtifactBytes)
        {
            throw new ExportTooLargeException(Workspace.Limits.MaximumArtifactBytes);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var (handle, number) = Workspace.NextArtifact();
        var name = $"{handle}-{file.FileName}";
        if (_options.OutputFolder is { } folder)
        {
            name = WriteFile(folder, name, file.Content.Span);
        }

        var artifact = Workspace.AddArtifact(new VisionArtifact
        {
            Handle = handle,
            Number = number,
            Image = image.Handle,
            Kind = kind,
            FileName = name,
            MediaType = file.MediaType,
            Content = file.Content,
            Regions = [.. regions.Select(region => region.Handle)],
        });
        return new ArtifactResult
        {
            Artifact = artifact.Handle,
            Image = image.Handle,
            Kind = kind,
            FileName = name,
            SizeBytes = file.Content.Length,
            WidthPx = file.WidthPx,
            HeightPx = file.HeightPx,
            RegionCount = regions.Count,
            Note = file.Note,
        };
    }

    private string WriteFile(string folder, string name, ReadOnlySpan<byte> content)
    {
        try
        {
            return ArtifactFolder.Write(folder, name, content);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // What it says names the folder; the log has it, the caller does not.
            LogFailure(_logger, "output", exception);
            throw new ToolException(
                ToolErrorCodes.Failed, "The file could not be written to the host's output folder.", "Tell the user that the output folder cannot be written to; the host's log says why.");
        }
    }
}
