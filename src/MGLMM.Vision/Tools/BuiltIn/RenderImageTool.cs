using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Output;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Draws regions as a PNG file, which the host shows; no pixels come back.</summary>
internal sealed class RenderImageTool : VisionTool
{
    private static readonly Dictionary<string, string[]> Synonyms = new(StringComparer.Ordinal)
    {
        ["overlay"] = ["overlays", "colour", "color", "colored", "highlight", "fill", "masks", "mask", "filled", "mask_overlay"],
        ["outline"] = ["contour", "border", "boundary", "edges", "outlined", "polygon"],
        ["numbered"] = ["numbers", "labels", "labeled", "labelled", "marks", "set_of_marks", "som", "ids", "annotated"],
        ["cutout"] = ["cut_out", "transparent", "extract", "isolate", "remove_background", "background_removed", "foreground", "sticker", "transparent_background"],
        ["crop"] = ["cropped", "zoom", "close_up", "crop_out"],
        ["blur_others"] = ["blur", "blur_background", "blur_rest", "focus", "bokeh", "dim_others", "blurred", "spotlight", "background_blur"],
        ["box"] = ["boxes", "bounding_box", "bounding_boxes", "bbox", "rectangle"],
        ["gray_others"] = ["grey_others", "gray", "grey", "grayscale_others", "desaturate_others", "color_splash", "greyscale", "grayscale", "gray_background", "grey_background", "desaturate", "color_pop", "black_and_white"],
    };

    private static readonly ImageParameter Image = new() { IsRequired = true, Aliases = ImageParameter.UsualAliases };

    private static readonly RegionsParameter Regions = new("regions", "Regions or a set, such as m3, m4 or s2; all of the picture if left out")
    {
        Of = Image,
        AllIfLeftOut = true,
        Aliases = [.. RegionsParameter.UsualAliases, "within", "highlight", "show", "draw", "what", "targets"],
    };

    private static readonly ChoiceParameter Style = new(
        "style",
        "Style; overlay if left out",
        [.. RegionPicture.Styles.Select(name => new Choice(name, Synonyms.GetValueOrDefault(name, [])))])
    {
        Default = RegionPicture.DefaultStyle,
        TellsDefault = false,
        Aliases = ["mode", "type", "kind", "format", "render_style", "drawing_style", "effect", "visualization", "render_mode"],
    };

    private static readonly ColorParameter LineColor = new("color", "One colour for all, such as red or #ff0000")
    {
        Aliases = ["colour", "line_color", "line_colour", "outline_color", "stroke", "stroke_color", "border_color"],
    };

    private static readonly NumberParameter<int> LinePixels = new("line_px", "Line width in px")
    {
        ZeroIsNothing = true,
        Aliases = ["line_width", "width", "thickness", "line_width_px", "stroke_width", "line_thickness", "border_width", "stroke_px", "outline_px", "border_px", "border", "outline_width"],
    };

    private const int WidestLine = 64;

    private RenderImageTool()
        : base(
            ToolGroups.Output,
            "render_image",
            "Draws regions for the user to look at; the application shows the file. overlay: colours and names; outline; numbered: each with the number of its handle, 3 on m3, in whatever "
            + "order they are given; cutout: regions on a clear ground; crop: the picture around them; blur_others, gray_others: all else blurred, grey; box.",
            "artifact (a1), file_name, width_px, height_px, note",
            Image,
            Regions,
            Style,
            LineColor,
            LinePixels)
    {
    }

    public static VisionTool Instance { get; } = new RenderImageTool();

    internal override Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken) => Task.Run<ToolResult>(() => Render(call, cancellationToken), cancellationToken);

    private static ArtifactResult Render(ToolCall call, CancellationToken cancellationToken)
    {
        (VisionImage picture, RegionList given, string style) = (call.Get(Image), call.Get(Regions)!, call.Get(Style)!);
        (IReadOnlyList<VisionRegion> shown, RgbColor? color, int? width) = (given.Regions, call.Get(LineColor), call.Get(LinePixels));
        if (width is < 1 or > WidestLine)
        {
            throw ToolException.BadArgument($"'line_px' is {width}.", $"Give 1 to {WidestLine}, or leave it out.");
        }

        ExportedFile file = RegionPicture.Of(style, picture, shown, call.Context.Settings.CropMargin, WholeOf(call.Context, shown), new LineLook(color, width), cancellationToken);
        string? note = RegionSets.Note(given.Expired, Unused(LineColor, color), Unused(LinePixels, width), file.Note);
        return KeptFile.Of(call.Context, picture, shown, style, file with { Note = note }, cancellationToken);

        string? Unused(ToolParameter parameter, object? value) => value is null || RegionPicture.HasLines(style) ? null : $"'{parameter.Name}' is not used by {style}.";
    }

    /// <summary>The object that all regions are parts of; null where they are not parts of one.</summary>
    private static Mask? WholeOf(VisionToolContext context, IReadOnlyList<VisionRegion> regions) =>
        regions[0].Parent is { } parent && regions.All(region => region.Parent == parent) && context.Workspace.TryGetRegion(parent, out VisionRegion? whole) ? whole.Mask : null;
}
