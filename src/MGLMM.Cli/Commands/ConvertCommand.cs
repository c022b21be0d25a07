using System.CommandLine;
using MGLMM.Cli.Output;
using MGLMM.Conversion;
using MGLMM.Runtime;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm convert &lt;checkpoint&gt; --vision-tower &lt;dir&gt; --output &lt;bundle&gt;</c>.</summary>
internal static class ConvertCommand
{
    private const int ListedTensors = 20;

    private const int LongestName = 160;

    public static Command Create()
    {
        var checkpoint = new Argument<string>("checkpoint") { Description = "Hugging Face folder of the checkpoint: config.json, weights (safetensors or PyTorch), tokenizer.model." };
        var tower = new Option<string>("--vision-tower") { Description = "Hugging Face folder of the CLIP vision tower.", Required = true };
        var output = new Option<string>("--output", "-o") { Description = "Bundle folder to write.", Required = true };
        var precision = new Option<string>("--precision") { Description = "How weights are stored.", DefaultValueFactory = _ => "fp16" };
        precision.AcceptOnlyFromAmong("fp32", "fp16", "int4");
        var accelerator = new Option<string>("--accelerator") { Description = "What the graphs compute for.", DefaultValueFactory = _ => "cpu" };
        accelerator.AcceptOnlyFromAmong("cpu", "cuda");
        var family = new Option<string?>("--family") { Description = "mglmm, glamm or lisa; detected from the tensor names by default." };
        var name = new Option<string?>("--name") { Description = "The model's name in the manifest." };
        var licence = new Option<string?>("--licence") { Description = "The licence of the weights, for the manifest." };
        var allowLeftOver = new Option<bool>("--allow-left-over")
        {
            Description = "Convert even if the checkpoint holds tensors that the model's own code does not have; they are left out, and answers may differ.",
        };
        var force = new Option<bool>("--force") { Description = "Replace an existing bundle once the new one is complete." };
        var command = new Command("convert", "Converts an MGLMM, GLaMM or LISA checkpoint to a bundle.")
        {
            checkpoint, tower, output, precision, accelerator, family, name, licence, allowLeftOver, force,
        };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(() =>
        {
            var options = new ConversionOptions
            {
                Checkpoint = parsed.GetRequiredValue(checkpoint),
                VisionTower = parsed.GetRequiredValue(tower),
                Output = parsed.GetRequiredValue(output),
                Precision = parsed.GetRequiredValue(precision),
                Accelerator = parsed.GetRequiredValue(accelerator),
                Family = parsed.GetValue(family),
                Name = parsed.GetValue(name),
                Licence = parsed.GetValue(licence),
                AllowLeftOver = parsed.GetValue(allowLeftOver),
                Overwrite = parsed.GetValue(force),
            };
            return Task.Run(() => Report(Convert(options, cancellationToken), options.Precision, options.Accelerator), cancellationToken);
        }));
        return command;
    }

    private static ConversionReport Convert(ConversionOptions options, CancellationToken cancellationToken)
    {
        ConversionReport? report = null;
        AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new OverallTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("reading");
                report = CheckpointConverter.Convert(options, new ProgressBar(task), cancellationToken);
                task.Value = task.MaxValue;
            });
        return report!;
    }

    /// <summary>Says what a conversion did.</summary>
    public static void Report(ConversionReport report, string precision, string accelerator)
    {
        AnsiConsole.MarkupLineInterpolated($"Wrote {report.Folder}: {report.Family}, {precision} for {accelerator}, {report.Bytes / 1e6:N1} MB.");
        foreach (var remark in report.Remarks)
        {
            AnsiConsole.MarkupLineInterpolated($"note: {ExitCodes.Harmless(remark)}");
        }

        if (report.Unused > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"note: {report.Unused} tensors that inference never reads were left out.");
        }

        if (report.LeftOver.Count > 0)
        {
            var more = report.LeftOver.Count > ListedTensors ? $" and {report.LeftOver.Count - ListedTensors} more" : string.Empty;
            AnsiConsole.MarkupLineInterpolated(
                $"warning: {report.LeftOver.Count} tensors are left over, which nothing in the {report.Family} family accounts for: {string.Join(", ", report.LeftOver.Take(ListedTensors).Select(name => ExitCodes.Harmless(name.Length > LongestName ? name[..LongestName] + "..." : name)))}{more}.");
        }
    }

    private sealed class ProgressBar(ProgressTask task) : IProgress<ConversionProgress>
    {
        public void Report(ConversionProgress value)
        {
            task.Description = value.Stage;
            task.MaxValue = Math.Max(1, value.TotalElements);
            task.Value = value.Elements;
        }
    }
}
