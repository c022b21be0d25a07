using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MGLMM.Cli.Output;
using MGLMM.Hub;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Runtime;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary>
/// <c>mglmm ask --image &lt;file&gt; --instruction &lt;text&gt;</c>: one raw instruction, and follow-ups, with no rewriting of the text.
/// </summary>
internal static class AskCommand
{
    private const string RegionFeatures = "region-features";

    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "Bundle folder, or the <org>/<name> of a pulled model; the embedded scenes model by default.", DefaultValueFactory = _ => DefaultModel.Path };
        Option<string> image = new("--image") { Description = "Picture file: PNG, JPEG or WebP.", Required = true };
        Option<string> instruction = new("--instruction") { Description = "What to ask, given to the model as it is.", Required = true };
        Option<string[]> followUps = new("--follow-up") { Description = "Further turns of the dialogue, in order.", AllowMultipleArgumentsPerToken = true };
        Option<string[]> regions = new("--regions")
        {
            Description = "Boxes for the <bbox> of a turn and of the turns before it, in pixels: \"x1,y1,x2,y2;x1,y1,x2,y2\". Once per turn at most, in their order; \"\" for a turn without.",
        };
        Option<string[]> include = new("--include") { Description = "Add to the JSON: region-features.", AllowMultipleArgumentsPerToken = true };
        include.AcceptOnlyFromAmong(RegionFeatures);
        Option<int> limit = new("--max-new-tokens") { Description = "Tokens to generate at most, per turn.", DefaultValueFactory = _ => AskOptions.Default.MaximumNewTokens };
        Option<string?> json = new("--json") { Description = "Write the answer as JSON to a file, or to standard output with '-'." };
        Option<string?> overlay = new("--overlay") { Description = "Write the picture with the last turn's masks drawn over it (PNG)." };
        Option<Accelerator> accelerator = new("--accelerator") { Description = "auto, cpu or cuda.", DefaultValueFactory = _ => Accelerator.Auto };
        Option<int> threads = ThreadsOption.Create();
        Option<bool> trusted = new("--no-verify") { Description = "Skip the hashes of the bundle's files; for folders that only trusted hands can write." };
        Option<bool> unload = new("--unload-encoders") { Description = "Let each encoder of pictures go once the picture is encoded: less memory, and a load for the next picture." };
        Command command = new("ask", "Asks a model about a picture.") { model, image, instruction, followUps, regions, include, limit, json, overlay, accelerator, threads, unload, trusted };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(() => RunAsync(
            new Request(
                parsed.GetRequiredValue(model),
                parsed.GetRequiredValue(image),
                [parsed.GetRequiredValue(instruction), .. parsed.GetValue(followUps) ?? []],
                parsed.GetValue(regions) ?? [],
                (parsed.GetValue(include) ?? []).Contains(RegionFeatures),
                parsed.GetRequiredValue(limit),
                parsed.GetValue(json),
                parsed.GetValue(overlay),
                parsed.GetRequiredValue(accelerator),
                parsed.GetRequiredValue(threads),
                parsed.GetValue(unload),
                !parsed.GetValue(trusted)),
            cancellationToken)));
        return command;
    }

    private static async Task RunAsync(Request request, CancellationToken cancellationToken)
    {
        if (request.MaximumNewTokens < 1)
        {
            throw new ArgumentException($"--max-new-tokens is {request.MaximumNewTokens}; it must be at least 1.");
        }

        if (request.IncludeRegionFeatures && request.Json is null)
        {
            throw new ArgumentException("--include adds to the JSON; give --json too.");
        }

        IReadOnlyList<RegionBox>[] boxes = RegionArguments.Parse(request.Regions, request.Instructions.Count);

        // The picture before the model: loading a large one to find that the picture cannot be read would cost minutes.
        RgbImage picture = ImageDecoder.DecodeFile(request.Image);
        string bundle = BundleRegistry.Resolve(request.Model);
        OutputPlaces.MakeFolders(request.Json, request.Overlay);
        HugePages.UseFor(bundle);
        foreach (string? oddity in boxes.SelectMany(turn => RegionArguments.Oddities(turn, picture)).Distinct())
        {
            await NoteAsync(oddity + "; the model gets it as it is").ConfigureAwait(false);
        }

        WorkLines? progress = HugePages.IsLarge(bundle) ? new WorkLines(Console.Error) : null;
        using WarningLogger notes = new(Console.Error);
        using MglmmModel model = await MglmmModel.LoadAsync(
            bundle,
            new ModelOptions
            {
                Accelerator = request.Accelerator,
                Threads = request.Threads,
                VerifyHashes = request.VerifyHashes,
                KeepEncoders = !request.UnloadsEncoders,
                GraphLoading = GraphLoading.InBackground,
                Progress = progress,
            },
            notes,
            cancellationToken).ConfigureAwait(false);
        OpenedImage image = model.OpenImage(picture);

        // The picture is encoded while the decoder is still being loaded. What goes wrong there goes wrong with the question too.
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task preparing = image.PrepareAsync(new AskOptions { MaximumNewTokens = request.MaximumNewTokens }, ending.Token);
        try
        {
            await AskAsync(request, model, image, boxes, progress, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await preparing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task AskAsync(Request request, MglmmModel model, OpenedImage image, IReadOnlyList<RegionBox>[] boxes, WorkLines? progress, CancellationToken cancellationToken)
    {
        Dialogue dialogue = image.StartDialogue();
        bool quiet = request.Json == Terminal.StandardOutput;
        foreach ((string instruction, IReadOnlyList<RegionBox> turn) in request.Instructions.Zip(boxes))
        {
            AskOptions options = new() { MaximumNewTokens = request.MaximumNewTokens, Regions = turn, IncludeRegionFeatures = request.IncludeRegionFeatures, Progress = progress };
            GroundedAnswer answer;
            try
            {
                answer = quiet || progress is not null
                    ? await dialogue.AskAsync(instruction, options, cancellationToken).ConfigureAwait(false)
                    : await AnsiConsole.Status().StartAsync(
                        "asking the model", _ => dialogue.AskAsync(instruction, options, cancellationToken)).ConfigureAwait(false);
            }
            catch (PromptTooLongException) when (dialogue.Turns.Count > 0)
            {
                // Answers may have taken minutes: they are not lost for a question too many.
                if (request.Json is not null)
                {
                    await WriteJsonAsync(request, dialogue.Turns, cancellationToken).ConfigureAwait(false);
                    await NoteAsync($"turn {dialogue.Turns.Count + 1} was not asked; the JSON holds the answers before it").ConfigureAwait(false);
                }

                throw;
            }

            if (answer.StopReason == StopReason.MaximumLength)
            {
                await NoteAsync(
                    $"the answer was cut where the model's {model.Manifest.Decoder.MaximumLength} positions end, after {answer.TokenIds.Count} tokens of the {request.MaximumNewTokens} that --max-new-tokens allows").ConfigureAwait(false);
            }

            if (!quiet)
            {
                Print(instruction, answer, image);
            }

            if (model.Manifest.RegionEncoder is not null && RegionArguments.Mismatch(answer.Prompt, turn) is { } mismatch)
            {
                await NoteAsync(mismatch).ConfigureAwait(false);
            }
        }

        if (request.Json is not null)
        {
            await WriteJsonAsync(request, dialogue.Turns, cancellationToken).ConfigureAwait(false);
        }

        if (request.Overlay is not null)
        {
            OverlayRegion[] regions = dialogue.Turns[^1].Segments.Select((segment, index) => new OverlayRegion(segment.Mask, segment.Phrase ?? $"{index + 1}")).ToArray();
            await File.WriteAllBytesAsync(request.Overlay, new OverlayRenderer().RenderPng(image.Pixels, regions), cancellationToken).ConfigureAwait(false);
            if (!quiet)
            {
                AnsiConsole.MarkupLineInterpolated($"Wrote {request.Overlay}");
            }
        }
    }

    private static Task NoteAsync(string note) => Console.Error.WriteLineAsync($"note: {note}.");

    private static async Task WriteJsonAsync(Request request, IReadOnlyList<GroundedAnswer> turns, CancellationToken cancellationToken)
    {
        AnswerJson[] records = turns.Select(AnswerJson.From).ToArray();
        string text = records.Length == 1
            ? JsonSerializer.Serialize(records[0], AnswerJsonContext.Readable.AnswerJson)
            : JsonSerializer.Serialize(records, AnswerJsonContext.Readable.AnswerJsonArray);
        await Terminal.WriteAsync(request.Json!, text + "\n", cancellationToken).ConfigureAwait(false);
    }

    private static void Print(string instruction, GroundedAnswer answer, OpenedImage image)
    {
        AnsiConsole.MarkupLineInterpolated($"[grey]> {instruction}[/]");
        AnsiConsole.WriteLine(answer.Caption);
        if (answer.Segments.Count > 0)
        {
            Table table = new Table().Border(TableBorder.Simple).AddColumn(string.Empty).AddColumn("phrase")
                .AddColumn(new TableColumn("area").RightAligned()).AddColumn("box (px)");
            for (int index = 0; index < answer.Segments.Count; index++)
            {
                GroundedSegment segment = answer.Segments[index];
                RgbColor color = OverlayPalette.ColorOf(index);
                PixelBox box = segment.Mask.Box;
                table.AddRow(
                    $"[rgb({color.Red},{color.Green},{color.Blue})]■[/]",
                    Markup.Escape(segment.Phrase ?? "-"),
                    (segment.Mask.Area / ((double)image.Width * image.Height)).ToString("P1", CultureInfo.InvariantCulture),
                    segment.Mask.IsEmpty ? "empty" : $"{box.Left},{box.Top} - {box.Right},{box.Bottom}");
            }

            AnsiConsole.Write(table);
        }

        AnswerTimings timings = answer.Timings;
        AnsiConsole.MarkupLineInterpolated(
            $"[grey]{answer.TokenIds.Count} tokens, {answer.StopReason.ToWireName()}, {timings.Total.TotalMilliseconds:N0} ms ({timings.ReusedPositions} of {timings.PromptPositions} prompt positions reused)[/]");
    }

    private sealed record Request(
        string Model, string Image, IReadOnlyList<string> Instructions, IReadOnlyList<string> Regions, bool IncludeRegionFeatures, int MaximumNewTokens, string? Json, string? Overlay, Accelerator Accelerator, int Threads, bool UnloadsEncoders, bool VerifyHashes);
}
