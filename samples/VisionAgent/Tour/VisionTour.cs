using System.Diagnostics;
using System.Globalization;
using MGLMM.Runtime;
using MGLMM.SemanticKernel;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;
using Microsoft.SemanticKernel;

namespace MGLMM.Samples.VisionAgent.Tour;

/// <summary>
/// Walks from the whole picture to the parts of one object and back, every step a function of Semantic Kernel, each choosing what it
/// asks from what the steps before have found.
/// </summary>
internal sealed class VisionTour
{
    private const string Plugin = "vision";
    private const string DefaultPicture = "meadow.png";
    private const int MostObjectsTakenApart = 3;

    private readonly SampleConsole _console;
    private readonly Kernel _kernel;
    private readonly VisionWorkspace _workspace;
    private readonly string _output;
    private readonly List<TimedCall> _calls = [];
    private readonly List<string> _written = [];
    private int _steps;

    private VisionTour(SampleConsole console, Kernel kernel, VisionWorkspace workspace, string output)
    {
        _console = console;
        _kernel = kernel;
        _workspace = workspace;
        _output = output;
    }

    public static async Task RunAsync(TourOptions options, CancellationToken cancellationToken)
    {
        SampleConsole console = new();
        if (options.IsEmbeddedModel && !Directory.Exists(options.Model))
        {
            throw new InputException("The embedded model was not built in; name a bundle with --model <folder> (mglmm convert makes one).");
        }

        string picture = Picture(options.Image);
        Stopwatch clock = Stopwatch.StartNew();
        using ILoggerFactory notes = SampleConsole.Warnings();
        using MglmmModel model = await console.WorkingAsync("loading the model", () => MglmmModel.LoadAsync(options.Model, loggerFactory: notes, cancellationToken: cancellationToken))
            .ConfigureAwait(false);
        console.Line($"Model {model.Manifest.Name} ({model.Manifest.Precision}, {(model.OnCuda ? "CUDA" : "CPU")}), loaded in {SampleConsole.Milliseconds(clock.Elapsed)}.");
        if (options.Image is not null)
        {
            console.Note($"what this model knows: {model.Manifest.ModelCard}");
        }
        else
        {
            console.Faint(model.Manifest.ModelCard);
        }

        // These are the lines that an application needs: a toolset over the model, with a workspace of its own, as a plugin.
        VisionToolset toolset = new(
            model, options: new VisionToolsetOptions { Inputs = new ImageInputPolicy { AllowedFolders = options.Image is null ? [BundledPictures] : [] } });
        Kernel kernel = new();
        kernel.Plugins.AddMglmmVision(toolset);

        if (options.Image is not null)
        {
            // The user's own file is handed in by the host, as a chat would do with an attachment; the policy lets no path in.
            Register(toolset, Path.GetFileName(picture), picture);
        }

        VisionTour tour = new(console, kernel, toolset.Workspace, options.Output);
        await tour.WalkAsync(Path.GetFileName(picture), cancellationToken).ConfigureAwait(false);
        console.Line(string.Empty);
        console.Line($"Overlay pictures in {Path.GetFullPath(options.Output)}: {(tour._written.Count == 0 ? "none, nothing was found" : string.Join(", ", tour._written))}");
        console.Line($"Done in {clock.Elapsed.TotalSeconds.ToString("N1", CultureInfo.InvariantCulture)} s.");
    }

    private static string BundledPictures => Path.Combine(AppContext.BaseDirectory, "images");

    private static string Picture(string? image)
    {
        if (image is not null)
        {
            return File.Exists(image) ? image
                : throw new InputException(Directory.Exists(image) ? $"'{image}' is a folder; give a PNG, JPEG or WebP file." : $"There is no file '{image}'; check --image.");
        }

        string bundled = Path.Combine(BundledPictures, DefaultPicture);
        return File.Exists(bundled) ? bundled : throw new InputException("No picture came with this build; give your own with --image <file>.");
    }

    private static void Register(VisionToolset toolset, string name, string path)
    {
        try
        {
            toolset.AddImage(name, File.ReadAllBytes(path));
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' cannot be opened: {exception.Message}");
        }
    }

    private async Task WalkAsync(string source, CancellationToken cancellationToken)
    {
        OpenedImageResult opened = (OpenedImageResult)await CallAsync("open_image", new KernelArguments { ["source"] = source }, null, cancellationToken).ConfigureAwait(false);
        _console.Line($"{opened.Image}: {opened.Name}, {opened.WidthPx} x {opened.HeightPx} px, {opened.Format}");
        // From the whole scene ...
        string image = opened.Image;
        KernelArguments whole = new() { ["image"] = image, ["granularity"] = "panoptic" };
        GroundedResult? panoptic = await TryStepAsync("segment_and_caption", whole, "panoptic", null, cancellationToken).ConfigureAwait(false);
        KernelArguments objects = new() { ["image"] = image, ["granularity"] = "instance" };
        GroundedResult? instances = await TryStepAsync("segment_and_caption", objects, "instance", null, cancellationToken).ConfigureAwait(false);
        TimedCall? cold = _calls.Find(call => call.Timings is not null);

        // ... to the parts of one object: the most promising one, or the next where the model finds no parts of it.
        IReadOnlyList<VisionRegion> found = _workspace.RegionsInSet((instances ?? panoptic)?.Set);
        string? takenApart = null;
        foreach (VisionRegion? candidate in TourChoices.ObjectsWithParts(found).Take(MostObjectsTakenApart))
        {
            KernelArguments arguments = new() { ["image"] = image, ["granularity"] = "part", ["within"] = candidate.Handle };
            takenApart = candidate.Handle;
            if (await TryStepAsync("segment_and_caption", arguments, $"parts of {candidate.Phrase}", candidate.Handle, cancellationToken).ConfigureAwait(false) is not { Empty: true })
            {
                break;
            }
        }

        string said = $"{panoptic?.Caption} {instances?.Caption}";
        if (TourChoices.Present(found, takenApart) is { } present)
        {
            await TryStepAsync("refer", new KernelArguments { ["image"] = image, ["expression"] = present }, "refer to what is there", null, cancellationToken).ConfigureAwait(false);
        }

        await TryStepAsync(
            "refer", new KernelArguments { ["image"] = image, ["expression"] = TourChoices.Missing(said) }, "refer to what is not there", null, cancellationToken).ConfigureAwait(false);
        await TryStepAsync(
            "reason_segment",
            new KernelArguments { ["image"] = image, ["question"] = TourChoices.Question(said), ["explain"] = true },
            "reason",
            null,
            cancellationToken).ConfigureAwait(false);

        // The first question once more, now that the picture's cost is paid.
        _console.Title("What each call took");
        if (cold is not null)
        {
            await CallAsync("segment_and_caption", panoptic is null ? objects : whole, "the first, asked again", cancellationToken).ConfigureAwait(false);
        }

        _console.Calls(_calls);
        if (cold is not null)
        {
            TimedCall warm = _calls[^1];
            _console.Line(
                $"The same question cold and warm: {SampleConsole.Milliseconds(cold.Elapsed)}, then {SampleConsole.Milliseconds(warm.Elapsed)} "
                + $"({(1 - (warm.Elapsed / cold.Elapsed)).ToString("P0", CultureInfo.InvariantCulture)} saved, because what the picture costs is kept).");
        }
    }

    /// <summary>A step that a model may not be able to do: then the tour says so and goes on.</summary>
    private async Task<GroundedResult?> TryStepAsync(
        string function, KernelArguments arguments, string title, string? around, CancellationToken cancellationToken)
    {
        try
        {
            return await StepAsync(function, arguments, title, around, cancellationToken).ConfigureAwait(false);
        }
        catch (ToolFailedException exception) when (exception.CanGoOn)
        {
            _console.Note(exception.Message);
            return null;
        }
    }

    private async Task<GroundedResult> StepAsync(
        string function, KernelArguments arguments, string title, string? around, CancellationToken cancellationToken)
    {
        _console.Title($"{++_steps}. {title}");
        _console.Faint($"{Plugin}.{function}({string.Join(", ", arguments.Select(argument => $"{argument.Key}: {argument.Value}"))})");
        GroundedResult result = (GroundedResult)await CallAsync(function, arguments, title, cancellationToken).ConfigureAwait(false);
        _console.Grounded(result, _workspace);
        if (!result.Empty)
        {
            IEnumerable<string> handles = _workspace.RegionsInSet(result.Set).Select(region => region.Handle);
            await WriteAsync(_workspace.RenderPng(result.Image, handles, around), title, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    private async Task<ToolResult> CallAsync(string function, KernelArguments arguments, string? title, CancellationToken cancellationToken)
    {
        Stopwatch clock = Stopwatch.StartNew();
        FunctionResult returned = await _console.WorkingAsync(title ?? function, () => _kernel.InvokeAsync(Plugin, function, arguments, cancellationToken)).ConfigureAwait(false);
        ToolResult result = returned.GetToolResult() ?? throw new InvalidOperationException($"{Plugin}.{function} returned nothing.");
        if (result is ToolError error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ToolFailedException(error);
        }

        _calls.Add(new TimedCall(title is null ? function : $"{function}: {title}", clock.Elapsed, result.Timings));
        return result;
    }

    private async Task WriteAsync(byte[] png, string title, CancellationToken cancellationToken)
    {
        string name = $"{_written.Count + 1:00}-{string.Concat(title.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-')}.png";
        try
        {
            Directory.CreateDirectory(_output);
            await File.WriteAllBytesAsync(Path.Combine(_output, name), png, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InputException($"Nothing can be written to '{_output}': {exception.Message} Give another folder with --output.");
        }

        _written.Add(name);
    }
}
