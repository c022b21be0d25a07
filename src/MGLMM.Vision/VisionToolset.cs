using MGLMM.Imaging;
using MGLMM.Vision.Grounding;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tools;
using MGLMM.Vision.Tools.BuiltIn;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MGLMM.Vision;

/// <summary>
/// The tools that an agent sees with, over one model and one workspace. Every tool returns a record that is small enough for a
/// model to read; a caller's mistake, a full queue and a cancellation come back as a <see cref="ToolError"/>. No tool throws.
/// </summary>
/// <remarks>
/// Thread-safe. Knows no agent framework; those come as thin layers on top. The model stays the caller's and must outlive the
/// toolset's calls. Each method calls one <see cref="VisionTool"/> with its arguments, so that a host and a language model are told the same.
/// </remarks>
public sealed class VisionToolset
{
    private readonly ImageLimits _imageLimits;
    private readonly ImageInputs _inputs;
    private readonly ToolGuard _guard;
    private readonly ExportRegionsTool _export;

    /// <summary>Creates the tools.</summary>
    /// <param name="model">The model to ask; null where there is none: geometry, rendering and exports work, and asking says that there is no model.</param>
    /// <param name="workspace">Where pictures and regions are kept; null makes a new one.</param>
    /// <param name="options">Null takes the defaults, which let no file in.</param>
    /// <param name="loggerFactory">Null logs nothing.</param>
    public VisionToolset(IGroundingModel? model, VisionWorkspace? workspace = null, VisionToolsetOptions? options = null, ILoggerFactory? loggerFactory = null)
        : this(model, workspace, options, loggerFactory, network: null)
    {
    }

    /// <summary>Creates the tools over a network of a test's making.</summary>
    internal VisionToolset(IGroundingModel? model, VisionWorkspace? workspace, VisionToolsetOptions? options, ILoggerFactory? loggerFactory, Network? network)
    {
        options ??= VisionToolsetOptions.Default;
        options.Validate();
        Workspace = workspace ?? new VisionWorkspace();
        Tools = [.. BuiltInTools.With(options.ExportFormats), .. options.Tools];
        _export = Tools.OfType<ExportRegionsTool>().First();
        _imageLimits = model?.Card.ImageLimits ?? ImageLimits.Default;
        _inputs = new ImageInputs(options.Inputs, _imageLimits, network);
        VisionSettings settings = options.ToSettings();
        ILogger logger = (ILogger?)loggerFactory?.CreateLogger<VisionToolset>() ?? NullLogger.Instance;
        Context = new VisionToolContext(
            Workspace,
            new ModelAccess(
                model, settings.Asking with { Requester = Workspace.Requester, Priority = options.PriorityOf?.Invoke(Workspace.Owner) ?? AskPriority.Interactive }, logger, options.PrepareImages),
            settings,
            new ImageOpener(options.Sources, _inputs, options.Decoder ?? SkiaImageDecoder.Instance, _imageLimits),
            logger);
        _guard = new ToolGuard(Context);
    }

    /// <summary>The pictures and regions.</summary>
    public VisionWorkspace Workspace { get; }

    /// <summary>The tools: ours, then the host's own (<see cref="VisionToolsetOptions.Tools"/>).</summary>
    public IReadOnlyList<VisionTool> Tools { get; }

    /// <summary>The model; null where there is none.</summary>
    public IGroundingModel? Model => Context.Model;

    internal VisionToolContext Context { get; }

    /// <summary>
    /// What a planner should be told at this moment, for a system prompt: the open pictures and their sets of regions, and what the model knows.
    /// Told anew with each request, it also makes good what a shortened history has lost.
    /// </summary>
    public VisionBriefing GetBriefing() => VisionBriefing.Of(Workspace, Model?.Card);

    /// <summary>
    /// Begins to prepare an open picture for questions, where <see cref="VisionToolsetOptions.PrepareImages"/> says so, and returns at once. <c>open_image</c> does that itself; a host
    /// that adds pictures to <see cref="Workspace"/> calls it.
    /// </summary>
    /// <param name="image">Of <see cref="Workspace"/>.</param>
    public void Prepare(VisionImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Context.Asking.Prepare(image);
    }

    /// <summary>
    /// Registers a picture's file under a name, as a host does with what a user attached; <see cref="OpenImageAsync"/> then takes
    /// that name. The bytes are copied. A second picture of the same name replaces the first.
    /// </summary>
    /// <param name="name">What the caller will call it; at most 200 characters, and not written like a handle, which would come before it.</param>
    /// <param name="file">The file's bytes, at most as many as the model's image limits allow.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or like a handle, or the file too large.</exception>
    /// <exception cref="InvalidOperationException">The policy's limits are reached.</exception>
    public void AddImage(string name, ReadOnlySpan<byte> file)
    {
        Check(name, file);
        CheckIsNoHandle(name);
        _inputs.Register(name.Trim(), file);
    }

    /// <summary>
    /// As <see cref="AddImage"/>, but the picture gives way to later ones where the policy's limits would be passed, and replaces none of its name.
    /// </summary>
    /// <param name="name">
    /// What it is called; another picture of this name keeps it, and this one gets a number: <c>photo-2.png</c>. A name that is written like a handle becomes
    /// another: <c>picture-img1</c>.
    /// </param>
    /// <param name="file">The file's bytes, at most as many as the model's image limits allow. They are copied.</param>
    /// <returns>The name that it has now.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long, or the file too large.</exception>
    /// <exception cref="InvalidOperationException">It does not fit beside those that do not give way.</exception>
    public string Attach(string name, ReadOnlySpan<byte> file)
    {
        Check(name, file);
        return _inputs.Attach(Handles.Unlike(name.Trim()), file);
    }

    /// <summary>Registers a picture of the chat again that gave way or was attached in another process, if its name is free and there is room.</summary>
    /// <param name="name">The name that <see cref="Attach"/> gave it.</param>
    /// <param name="file">The file's bytes. They are copied.</param>
    /// <exception cref="ArgumentException">The name is empty, too long or like a handle, or the file too large.</exception>
    public void AttachAgain(string name, ReadOnlySpan<byte> file)
    {
        Check(name, file);
        CheckIsNoHandle(name);
        _inputs.AttachAgain(name.Trim(), file);
    }

    private void Check(string name, ReadOnlySpan<byte> file)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Length > 200 || name.Any(char.IsControl))
        {
            throw new ArgumentException("A picture's name has at most 200 characters and no control characters.", nameof(name));
        }

        if (file.Length > _imageLimits.MaximumBytes)
        {
            throw new ArgumentException($"The file has {file.Length} bytes; at most {_imageLimits.MaximumBytes} are accepted.", nameof(file));
        }
    }

    private static void CheckIsNoHandle(string name)
    {
        if (Handles.Unlike(name.Trim()) is string other && other != name.Trim())
        {
            throw new ArgumentException($"'{name}' is written like a handle, and opens what that stands for. Take another name, such as '{other}'.", nameof(name));
        }
    }

    /// <summary>Forgets a registered picture; what was opened from it stays open.</summary>
    /// <param name="name">The name it was registered under.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveImage(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _inputs.Remove(name.Trim());
    }

    /// <summary>Calls a tool by arguments as a language model writes them: the way that every call goes.</summary>
    /// <param name="tool">One of <see cref="Tools"/>, or another that was made with <see cref="VisionTool.Create"/>.</param>
    /// <param name="arguments">By name: strings, numbers, booleans or JSON. Null and left out are the same.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>
    /// The tool's result, or a <see cref="ToolError"/>; of the same failing call three times in a row, one of the code
    /// <see cref="ToolErrorCodes.Repeated"/>.
    /// </returns>
    public Task<ToolResult> CallAsync(VisionTool tool, IEnumerable<KeyValuePair<string, object?>> arguments, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tool);
        ArgumentNullException.ThrowIfNull(arguments);
        return _guard.RunAsync(tool, [.. arguments], watchesRepeats: true, cancellationToken);
    }

    /// <summary>Opens a picture.</summary>
    /// <param name="source">
    /// The name of a registered picture; or, where the policy allows it, the path of a file, an https address, or a data URI.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>An <see cref="OpenedImageResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> OpenImageAsync(string source, CancellationToken cancellationToken = default) =>
        CallAsync(OpenImageTool.Instance, cancellationToken, ("source", source));

    /// <summary>Describes a picture, or one region of it, with a region for each phrase.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="granularity"><c>panoptic</c> (objects and background), <c>instance</c> (objects) or <c>part</c> (the parts of one object).</param>
    /// <param name="within">A region to look inside; <c>part</c> needs one.</param>
    /// <param name="detail">
    /// <c>brief</c> (handles and words), <c>normal</c> (where null; with areas and boxes) or <c>detailed</c> (with centroids). A model that was
    /// taught captions of several lengths also words them so.
    /// </param>
    /// <param name="maxRegions">Regions that the result lists at most; null lists as many as a short result holds. The set has all.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> SegmentAndCaptionAsync(
        string image, string granularity = "panoptic", string? within = null, string? detail = null, int? maxRegions = null,
        CancellationToken cancellationToken = default) =>
        CallAsync(SegmentAndCaptionTool.Instance, cancellationToken, ("image", image), ("granularity", granularity), ("within", within), ("detail", detail), ("max_regions", maxRegions));

    /// <summary>Finds what an expression refers to: one region, several, or none.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="expression">A noun phrase, such as "the red car on the left".</param>
    /// <param name="within">A region to look inside; null for the whole picture.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> ReferAsync(string image, string expression, string? within = null, CancellationToken cancellationToken = default) =>
        CallAsync(ReferTool.Instance, cancellationToken, ("image", image), ("expression", expression), ("within", within));

    /// <summary>Finds what answers a question that names no object, such as "What could carry many people?".</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="question">The question.</param>
    /// <param name="explain">Whether the model says why.</param>
    /// <param name="within">A region to look inside, on its crop; null for the whole picture.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> ReasonSegmentAsync(
        string image, string question, bool explain = false, string? within = null,
        CancellationToken cancellationToken = default) =>
        CallAsync(ReasonSegmentTool.Instance, cancellationToken, ("image", image), ("question", question), ("explain", explain), ("within", within));

    /// <summary>Describes a picture, or one region of it, in words alone.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="region">A region to describe; null for the whole picture.</param>
    /// <param name="detail"><c>brief</c>, <c>normal</c> (where null) or <c>detailed</c>.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="CaptionResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> CaptionAsync(string image, string? region = null, string? detail = null, CancellationToken cancellationToken = default) =>
        CallAsync(CaptionTool.Instance, cancellationToken, ("image", image), ("region", region), ("detail", detail));

    /// <summary>Puts a free question or instruction to the model.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="question">The question, in the words that the model shall read.</param>
    /// <param name="followUp">Whether it continues from the last answers about the whole picture, rather than standing alone.</param>
    /// <param name="region">A region to ask about, by its box where the model takes boxes, else on its crop; null for the whole picture. Cannot continue earlier answers.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="GroundedResult"/>, with regions where the answer has any, or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> AskAsync(
        string image, string question, bool followUp = false, string? region = null,
        CancellationToken cancellationToken = default) =>
        CallAsync(AskTool.Instance, cancellationToken, ("image", image), ("question", question), ("follow_up", followUp), ("region", region));

    /// <summary>Makes new regions from others, pixel by pixel.</summary>
    /// <param name="operation">
    /// <c>union</c>: all of the regions as one. <c>intersect</c>: what they have in common. <c>subtract</c>: the regions without the others.
    /// <c>invert</c>: the picture without the regions. <c>grow</c>, <c>shrink</c>: each region by a distance; the picture's edge does not eat
    /// into a region. <c>largest_part</c>: the largest connected piece of each. <c>split_parts</c>: all connected pieces of each, largest
    /// first; the smallest are left out where there are more than 200. Pixels that share a corner are connected.
    /// </param>
    /// <param name="regions">Handles of regions and sets, or a picture's handle for all of its regions.</param>
    /// <param name="others">More regions of the same picture. <c>subtract</c> needs them; union and intersect take them as well.</param>
    /// <param name="pixels">How far <c>grow</c> and <c>shrink</c> go, measured between the centres of pixels; above 0, at most 1000.</param>
    /// <param name="cancellationToken">Ends it early; nothing is kept then.</param>
    /// <returns>
    /// A <see cref="RegionsResult"/> with a new set, or a <see cref="ToolError"/>. Where nothing is left, the set is empty and the note
    /// says why.
    /// </returns>
    public Task<ToolResult> CombineRegionsAsync(
        string operation, string regions, string? others = null, double? pixels = null,
        CancellationToken cancellationToken = default) =>
        CallAsync(CombineRegionsTool.Instance, cancellationToken, ("operation", operation), ("regions", regions), ("others", others), ("pixels", pixels));

    /// <summary>Picks and sorts regions.</summary>
    /// <param name="set">Handles of regions and sets, or a picture's handle for all of its regions.</param>
    /// <param name="label">
    /// Words that a region's phrase must have, whole, in any case and number; several labels are separated by commas. Where some
    /// regions are called so and others only mention the word ("tree": "a bird on a tree"), only the former are taken and the note
    /// names the latter.
    /// </param>
    /// <param name="minAreaPx">Only regions with at least this many pixels.</param>
    /// <param name="maxAreaPx">Only regions with at most this many pixels.</param>
    /// <param name="orderBy">
    /// <c>left_to_right</c>, <c>right_to_left</c>, <c>top_to_bottom</c>, <c>bottom_to_top</c> (by the middle of a region's pixels), <c>largest</c>,
    /// <c>smallest</c>, <c>nearest</c>, <c>farthest</c> (by the gap to <paramref name="near"/>, then by the distance of the middles).
    /// Null keeps the order.
    /// </param>
    /// <param name="near">A region to measure from, itself never among the result; alone, it orders by <c>nearest</c>.</param>
    /// <param name="top">Only the first so many.</param>
    /// <param name="nth">Only the one at this place, from 1.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>
    /// A <see cref="RegionsResult"/> with a new set, or a <see cref="ToolError"/>. Where nothing fits, the set is empty and the note says
    /// what there is.
    /// </returns>
    public Task<ToolResult> SelectRegionsAsync(
        string set, string? label = null, long? minAreaPx = null, long? maxAreaPx = null, string? orderBy = null, string? near = null, int? top = null, int? nth = null,
        CancellationToken cancellationToken = default) =>
        CallAsync(SelectRegionsTool.Instance, cancellationToken, ("set", set), ("label", label), ("min_area_px", minAreaPx), ("max_area_px", maxAreaPx), ("order_by", orderBy), ("near", near), ("top", top), ("nth", nth));

    /// <summary>Measures how regions lie to each other, pair by pair.</summary>
    /// <remarks>
    /// The first region comes with each of the others, then the second with each after it, and so on. Pairs beyond the size of a
    /// result are counted only, so put the region that matters first. What the relations mean: <c>inside</c> and <c>contains</c> from
    /// 95 % on; <c>touching</c> without a pixel in common; directions where on that axis the middle of each lies beyond the other's box,
    /// specks aside.
    /// </remarks>
    /// <param name="regions">Handles of at least two regions of one picture, or of sets.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="ComparisonResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> CompareRegionsAsync(string regions, CancellationToken cancellationToken = default) =>
        CallAsync(CompareRegionsTool.Instance, cancellationToken, ("regions", regions));

    /// <summary>Lists the regions of a set, page by page.</summary>
    /// <param name="set">A set's handle, handles of regions, or a picture's handle for all of its regions.</param>
    /// <param name="offset">How many to leave out at the start.</param>
    /// <param name="limit">
    /// Regions on the page, 1 to 100. Up to 10, a page holds fewer where they would not fit a short result; more are listed as asked.
    /// </param>
    /// <param name="fields">
    /// What to tell of each, separated by commas: <c>phrase</c>, <c>area_px</c>, <c>area_fraction</c>, <c>box_xyxy_px</c>, <c>centroid_xy_px</c>,
    /// <c>within</c>, <c>origin</c>. Null tells phrase, area and box.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="RegionsResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> GetRegionsAsync(
        string set, int offset = 0, int limit = 10, string? fields = null,
        CancellationToken cancellationToken = default) =>
        CallAsync(GetRegionsTool.Instance, cancellationToken, ("set", set), ("offset", offset), ("limit", limit), ("fields", fields));

    /// <summary>Draws regions as a PNG file, which the host shows; no pixels come back.</summary>
    /// <param name="image">The picture's handle.</param>
    /// <param name="regions">Handles of regions and sets of that picture; null takes all of its regions.</param>
    /// <param name="style">
    /// <c>overlay</c> (where null): coloured areas with handle and phrase. <c>outline</c>: outlines instead of areas. <c>numbered</c>: light areas
    /// with big numbers, which are those of the handles. <c>cutout</c>: the regions on a transparent background, at their place in the
    /// picture's size. <c>crop</c>: the rectangle around the regions with a small margin, nothing drawn. <c>blur_others</c>: everything but
    /// the regions blurred and dimmed. <c>box</c>: the box around each region. <c>gray_others</c>: everything but the regions in grey. Parts of one object (regions that were found <c>within</c> it) are drawn on that object, enlarged, with
    /// a quarter of its size around it.
    /// </param>
    /// <param name="color">One colour for all that is drawn, by its English name or as <c>#rrggbb</c>; null gives each region its own.</param>
    /// <param name="linePx">The width of lines in pixels of the picture, 1 to 64; null fits it to the picture.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>An <see cref="ArtifactResult"/> or a <see cref="ToolError"/>. See <see cref="ExportRegionsAsync"/> on files and limits.</returns>
    public Task<ToolResult> RenderImageAsync(string image, string? regions = null, string? style = null, string? color = null, int? linePx = null, CancellationToken cancellationToken = default) =>
        CallAsync(RenderImageTool.Instance, cancellationToken, ("image", image), ("regions", regions), ("style", style), ("color", color), ("line_px", linePx));

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
    /// labels and class names in a zip; pieces are joined by lines of one pixel, or apart. <c>label_studio</c>: a task with brush masks (JSON).
    /// <c>svg</c>: coloured paths, simplified by up to 1 px. All else is exact to the pixel.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>An <see cref="ArtifactResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> ExportRegionsAsync(string set, string format, CancellationToken cancellationToken = default) =>
        CallAsync(_export, cancellationToken, ("set", set), ("format", format));

    private Task<ToolResult> CallAsync(VisionTool tool, CancellationToken cancellationToken, params (string Name, object? Value)[] arguments) =>
        _guard.RunAsync(tool, [.. arguments.Select(argument => KeyValuePair.Create(argument.Name, argument.Value))], watchesRepeats: false, cancellationToken);
}
