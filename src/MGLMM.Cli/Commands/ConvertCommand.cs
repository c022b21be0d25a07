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
        Argument<string> checkpoint = new("checkpoint") { Description = "Hugging Face folder of the checkpoint: config.json, weights (safetensors or PyTorch), tokenizer.model." };
        Option<string> tower = new("--vision-tower") { Description = "Hugging Face folder of the CLIP vision tower.", Required = true };
        Option<string> output = new("--output", "-o") { Description = "Bundle folder to write.", Required = true };
        Option<string> precision = new("--precision") { Description = "How weights are stored.", DefaultValueFactory = _ => "fp16" };
        precision.AcceptOnlyFromAmong("fp32", "fp16", "int8", "int4");
        Option<string> activations = new("--activations") { Description = "What an int4 or int8 decoder on the CPU rounds activations to: int8 (several times as fast) or fp32 (exact).", DefaultValueFactory = _ => "int8" };
        activations.AcceptOnlyFromAmong("int8", "fp32");
        Option<int> blockSize = BlockSizeOption.Create();
        Option<string?> encoders = new("--encoders") { Description = "What the image encoders compute in on the CPU: fp32 (exact) or int8 (faster, and a quarter of the memory for weights). By default int8 with int4 and int8, else fp32." };
        encoders.AcceptOnlyFromAmong("int8", "fp32");
        Option<string> accelerator = new("--accelerator") { Description = "What the graphs compute for.", DefaultValueFactory = _ => "cpu" };
        accelerator.AcceptOnlyFromAmong("cpu", "cuda");
        Option<string?> family = new("--family") { Description = "mglmm, glamm or lisa; detected from the tensor names by default." };
        Option<string?> name = new("--name") { Description = "The model's name in the manifest." };
        Option<string?> licence = new("--licence") { Description = "The licence of the weights, for the manifest." };
        Option<bool> allowLeftOver = new("--allow-left-over")
        {
            Description = "Convert even if the checkpoint holds tensors that the model's own code does not have; they are left out, and answers may differ.",
        };
        Option<bool> force = new("--force") { Description = "Replace an existing bundle once the new one is complete." };
        Command command = new("convert", "Converts an MGLMM, GLaMM or LISA checkpoint to a bundle.")
        {
            checkpoint, tower, output, precision, activations, blockSize, encoders, accelerator, family, name, licence, allowLeftOver, force,
        };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(() =>
        {
            ConversionOptions options = new()
            {
                Checkpoint = parsed.GetRequiredValue(checkpoint),
                VisionTower = parsed.GetRequiredValue(tower),
                Output = parsed.GetRequiredValue(output),
                Precision = parsed.GetRequiredValue(precision),
                Activations = parsed.GetRequiredValue(activations),
                BlockSize = parsed.GetRequiredValue(blockSize),
                Encoders = parsed.GetValue(encoders),
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
                ProgressTask task = context.AddTask("reading");
                report = CheckpointConverter.Convert(options, new ProgressBar(task), cancellationToken);
                task.Value = task.MaxValue;
            });
        return report!;
    }

    /// <summary>Says what a conversion did.</summary>
    public static void Report(ConversionReport report, string precision, string accelerator)
    {
        AnsiConsole.MarkupLineInterpolated($"Wrote {report.Folder}: {report.Family}, {precision} for {accelerator}, {report.Bytes / 1e6:N1} MB.");
        foreach (string remark in report.Remarks)
        {
            AnsiConsole.MarkupLineInterpolated($"note: {ExitCodes.Harmless(remark)}");
        }

        if (report.Unused > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"note: {report.Unused} tensors that inference never reads were left out.");
        }

        if (report.LeftOver.Count > 0)
        {
            string more = report.LeftOver.Count > ListedTensors ? $" and {report.LeftOver.Count - ListedTensors} more" : string.Empty;
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
