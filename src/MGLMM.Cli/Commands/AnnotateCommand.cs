using System.CommandLine;
using System.Globalization;
using MGLMM.Cli.Output;
using MGLMM.Data;
using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Runs;
using MGLMM.Data.Annotation.Steps;
using MGLMM.Evaluation.Pictures;
using MGLMM.Hub;
using MGLMM.Runtime;
using Microsoft.Extensions.AI;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm annotate &lt;images&gt; --output &lt;dir&gt;</c>: masks, names and captions at every granularity for a folder of pictures.</summary>
internal static class AnnotateCommand
{
    private const int DefaultSheet = 24;

    public static Command Create()
    {
        Argument<string> images = new("images") { Description = "A folder of pictures, or one picture." };
        Option<string> output = new("--output", "-o") { Description = "The folder for what comes out; the same command goes on from what lies there.", Required = true };
        Option<string> model = new("--model") { Description = "Bundle folder, or the <org>/<name> of a pulled model; the embedded scenes model by default.", DefaultValueFactory = _ => DefaultModel.Path };
        Option<string[]> proposals = new("--proposals") { Description = $"Who proposes masks: {string.Join(", ", AnnotationSteps.ProposerNames)}; by default panoptic, list and parts, and files with --masks.", AllowMultipleArgumentsPerToken = true };
        Option<string?> masks = new("--masks") { Description = "A folder of masks to begin with, one JSON file a picture as SA-1B has them, with 'label' where it is known." };
        Option<double> predictedIou = new("--least-predicted-iou") { Description = "Leave out masks of files whose predicted_iou is lower." };
        Option<bool> noChecks = new("--no-checks") { Description = "Keep everything that was proposed and cleaned, for comparison." };
        Option<double> confidence = new("--least-confidence") { Description = "Leave out regions for which less speaks on average, 0 to 1: fewer and purer.", DefaultValueFactory = _ => new AnnotationStepOptions().LeastConfidence };
        Option<bool> noChat = new("--no-chat") { Description = "Names and captions by the model and by rules, also where OPENAI_MODEL is set." };
        Option<int?> limit = new("--limit") { Description = "The first so many pictures by name." };
        Option<int> threads = ThreadsOption.Create();
        Option<int> sheet = new("--sheet") { Description = $"How many captions {Annotator.SheetName} shows; 0 draws none.", DefaultValueFactory = _ => DefaultSheet };
        Command command = new("annotate", "Annotates pictures: masks, names, captions and the tree of what is part of what, checked; writes SegCap, MGSC and COCO.")
        {
            images, output, model, proposals, masks, predictedIou, noChecks, confidence, noChat, limit, threads, sheet,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            string? folder = parsed.GetValue(masks);
            string[] chosen = parsed.GetValue(proposals) is { Length: > 0 } named ? named : folder is null ? ["panoptic", "list", "parts"] : ["files", "panoptic", "list", "parts"];
            Request request = new(
                parsed.GetRequiredValue(images), parsed.GetRequiredValue(output), parsed.GetRequiredValue(model), chosen, folder, parsed.GetValue(predictedIou), !parsed.GetValue(noChecks),
                parsed.GetRequiredValue(confidence), !parsed.GetValue(noChat), parsed.GetValue(limit), parsed.GetRequiredValue(threads), parsed.GetRequiredValue(sheet));
            return ExitCodes.Guard(() => RunAsync(request, cancellationToken), "Cancelled; the same command goes on from here.");
        });
        return command;
    }

    private static async Task RunAsync(Request request, CancellationToken cancellationToken)
    {
        // What can be wrong with the arguments shows before a model is loaded.
        string bundle = BundleRegistry.Resolve(request.Model);
        if (request.LeastConfidence is < 0 or > 1)
        {
            throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"--least-confidence is {request.LeastConfidence}; it is from 0 to 1."));
        }

        if (request.Masks is not null && !Directory.Exists(request.Masks))
        {
            throw new DirectoryNotFoundException($"There is no folder '{request.Masks}'.");
        }

        if (!Directory.Exists(request.Images) && !File.Exists(request.Images))
        {
            throw new DirectoryNotFoundException($"There is no folder or picture '{request.Images}'.");
        }

        string page = Path.Combine(request.Output, Annotator.SheetName);
        if (request.Sheet > 0)
        {
            SegCapSheet.CheckPage(page, "Draw none with --sheet 0");
        }

        (IChatClient Client, string Name)? chat = request.Chat ? ChatFromEnvironment.Open(Environment.GetEnvironmentVariable) : null;
        using IChatClient? client = chat?.Client;
        using WarningLogger notes = new(Console.Error);
        using MglmmModel engine = await MglmmModel.LoadAsync(bundle, new ModelOptions { Threads = request.Threads }, notes, cancellationToken).ConfigureAwait(false);
        AnnotationPipeline pipeline = new(AnnotationSteps.Default(engine, new AnnotationStepOptions
        {
            Proposals = request.Proposals,
            MaskFolder = request.Masks,
            LeastPredictedIou = request.LeastPredictedIou,
            Checked = request.Checked,
            LeastConfidence = request.LeastConfidence,
            Chat = client,
            ChatName = chat?.Name ?? "chat",
        }));
        AnnotationRunOptions options = new()
        {
            Images = request.Images,
            Output = request.Output,
            Model = engine.Card.Fingerprint is { } fingerprint ? $"{engine.Card.Name} {fingerprint}" : engine.Card.Name,
            Chat = chat?.Name,
            Limit = request.Limit,
            Limits = engine.Card.ImageLimits,
        };
        AnnotationReport report = await AnnotationProgressView.ShowAsync(progress => Annotator.RunAsync(pipeline, options, progress, cancellationToken)).ConfigureAwait(false);
        Print(report, request.Output);
        string file = Path.Combine(request.Output, Annotator.SegCapName);
        if (request.Sheet > 0 && report.Captions > 0)
        {
            int shown = SegCapSheet.Write(file, page, request.Sheet, cancellationToken: cancellationToken);
            AnsiConsole.MarkupLineInterpolated($"Wrote {page}: {shown} captions.");
        }
    }

    private static void Print(AnnotationReport report, string output)
    {
        AnsiConsole.MarkupLineInterpolated($"{report.Pictures} pictures, {report.Regions} regions, {report.Captions} captions in {output}.");
        foreach (StepYield step in report.Steps)
        {
            AnsiConsole.MarkupLineInterpolated($"{step.Step,-10} {step.RegionsBefore,7} -> {step.RegionsAfter,7} regions");
            foreach ((string reason, long count) in step.Dropped)
            {
                AnsiConsole.MarkupLineInterpolated($"  dropped {count,7} x {reason}");
            }

            foreach ((string reason, long count) in step.Notes)
            {
                AnsiConsole.MarkupLineInterpolated($"  note    {count,7} x {reason}");
            }
        }

        foreach (UnreadablePicture picture in report.Unreadable)
        {
            AnsiConsole.MarkupLineInterpolated($"left out: {ExitCodes.Harmless(picture.Picture)}: {ExitCodes.Harmless(picture.Reason)}");
        }
    }

    private sealed record Request(
        string Images, string Output, string Model, IReadOnlyList<string> Proposals, string? Masks, double LeastPredictedIou, bool Checked, double LeastConfidence, bool Chat, int? Limit, int Threads, int Sheet);
}
