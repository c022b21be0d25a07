using System.Runtime.CompilerServices;
using MGLMM.Imaging;
using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MGLMM.Vision;

/// <summary>
/// The tools that an agent sees with, over one model and one workspace. Every tool returns a record that is small enough for a
/// model to read; a caller's mistake, a full queue and a cancellation come back as a <see cref="ToolError"/>. No tool throws.
/// </summary>
/// <remarks>
/// Thread-safe. Knows no agent framework; those come as thin layers on top. The model stays the caller's and must outlive the
/// toolset's calls.
/// </remarks>
public sealed partial class VisionToolset
{
    private const string NoModel = "none";

    private static readonly string[] Granularities = ["panoptic", "instance", "part"];
    private static readonly string[] Details = ["brief", "normal", "detailed"];

    private readonly IGroundingModel? _model;
    private readonly ImageLimits _imageLimits;
    private readonly IImageDecoder _decoder;
    private readonly ConditionalWeakTable<RgbImage, IOpenedImage> _opened = [];
    private readonly VisionToolsetOptions _options;
    private readonly ImageInputs _inputs;
    private readonly AskOptions _askOptions;
    private readonly ILogger _logger;

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
        _model = model;
        _options = options ?? VisionToolsetOptions.Default;
        _options.Validate();
        Workspace = workspace ?? new VisionWorkspace();
        _imageLimits = model?.Card.ImageLimits ?? ImageLimits.Default;
        _decoder = _options.Decoder ?? SkiaImageDecoder.Instance;
        _inputs = new ImageInputs(_options.Inputs, _imageLimits, network);
        _askOptions = new AskOptions { MaximumNewTokens = _options.MaximumNewTokens };
        _logger = (ILogger?)loggerFactory?.CreateLogger<VisionToolset>() ?? NullLogger.Instance;
    }

    private IGroundingModel Model => _model ?? throw new ModelUnavailableException("There is no model here: pictures cannot be asked about.");

    /// <summary>The pictures and regions.</summary>
    public VisionWorkspace Workspace { get; }

    /// <summary>How it works.</summary>
    public VisionToolsetOptions Options => _options;

    /// <summary>
    /// Registers a picture's file under a name, as a host does with what a user attached; <see cref="OpenImageAsync"/> then takes
    /// that name. The bytes are copied. A second picture of the same name replaces the first.
    /// </summary>
    /// <param name="name">What the caller will call it; at most 200 characters.</param>
    /// <param name="file">The file's bytes, at most as many as the model's image limits allow.</param>
    /// <exception cref="ArgumentException">The name is empty or too long, or the file too large.</exception>
    /// <exception cref="InvalidOperationException">The policy's limits are reached.</exception>
    public void AddImage(string name, ReadOnlySpan<byte> file)
    {
        Check(name, file);
        _inputs.Register(name.Trim(), file);
    }

    /// <summary>
    /// As <see cref="AddImage"/>, but the picture gives way to later ones where the policy's limits would be passed, and replaces none of its name.
    /// </summary>
    /// <returns>The name that it has now.</returns>
    internal string Attach(string name, ReadOnlySpan<byte> file)
    {
        Check(name, file);
        return _inputs.Attach(name.Trim(), file);
    }

    /// <summary>Registers a picture of the chat again that gave way or was attached in another process, if there is room.</summary>
    internal void AttachAgain(string name, ReadOnlySpan<byte> file)
    {
        Check(name, file);
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

    /// <summary>Forgets a registered picture; what was opened from it stays open.</summary>
    /// <param name="name">The name it was registered under.</param>
    /// <returns>Whether there was one.</returns>
    public bool RemoveImage(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _inputs.Remove(name.Trim());
    }

    /// <summary>Opens a picture.</summary>
    /// <param name="source">
    /// The name of a registered picture; or, where the policy allows it, the path of a file, an https address, or a data URI.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>An <see cref="OpenedImageResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> OpenImageAsync(string source, CancellationToken cancellationToken = default) => GuardAsync(
        "open_image",
        async token =>
        {
            if (string.IsNullOrWhiteSpace(source))
            {
                throw ToolException.BadArgument("'source' is empty.", "Give the name of an attached picture, or a path or address that is allowed.");
            }

            var (name, file) = await _inputs.ReadAsync(source.Trim(), token).ConfigureAwait(false);

            // Decoding holds the processor for long; the caller's thread may be one that draws a window.
            var decoded = await Task.Run(() => _decoder.Decode(file, _imageLimits, token), token).ConfigureAwait(false);
            var image = Workspace.AddImage(decoded.Pixels, name, decoded.Format);
            return new OpenedImageResult
            {
                Image = image.Handle,
                Name = image.Name,
                WidthPx = image.Width,
                HeightPx = image.Height,
                Format = image.Format,
            };
        },
        cancellationToken);

    private VisionImage Image(string? handle)
    {
        if (Workspace.TryGetImage(handle, out var image))
        {
            VisionTelemetry.TagImage(image.Handle);
            return image;
        }

        throw Unknown(handle, "image", "open_image", Workspace.Images.Select(known => $"{known.Handle} ({known.Name})"));
    }

    /// <summary>The region of an optional argument; null where it was not given.</summary>
    private VisionRegion? RegionOf(VisionImage image, string? handle)
    {
        if (IsLeftOut(handle))
        {
            return null;
        }

        if (!Workspace.TryGetRegion(handle, out var region))
        {
            throw Unknown(handle, "region", "segment_and_caption or refer", KnownRegions(image));
        }

        if (region.Image != image.Handle)
        {
            throw new ToolException(
                ToolErrorCodes.RegionOfAnotherImage,
                $"Region {region.Handle} belongs to {region.Image}, not to {image.Handle}.",
                $"Pass image {region.Image}, or a region of {image.Handle}: {Listed(KnownRegions(image))}.");
        }

        return region;
    }

    /// <summary>Whether an optional argument was not given: models write out "null" or nothing for what they do not want to give.</summary>
    private static bool IsLeftOut(string? value) => string.IsNullOrWhiteSpace(value) || value.Trim() is "null" or "none" or "None";

    private IEnumerable<string> KnownRegions(VisionImage image) =>
        Workspace.RegionsOf(image.Handle).Reverse().Select(known => known.Phrase is null ? known.Handle : $"{known.Handle} ({known.Phrase})");

    private ToolException Unknown(string? handle, string kind, string maker, IEnumerable<string> known)
    {
        var said = PlainText.Limit(handle ?? string.Empty, 40);
        return handle is not null && Workspace.IsExpired(handle)
            ? new ToolException(
                ToolErrorCodes.Expired, $"The {kind} '{said}' is no longer kept.", $"Make it again with {maker}, or use a kept one: {Listed(known)}.")
            : new ToolException(
                ToolErrorCodes.UnknownHandle, $"There is no {kind} '{said}'.", $"Use a known handle: {Listed(known)}. New ones come from {maker}.");
    }

    private static string Listed(IEnumerable<string> names) => ResultBudget.Names([.. names]);

    private static string Required(string? value, string name, string remedy) =>
        string.IsNullOrWhiteSpace(value) ? throw ToolException.BadArgument($"'{name}' is empty.", remedy) : value;
}
