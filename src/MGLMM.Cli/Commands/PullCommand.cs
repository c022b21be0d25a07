using System.CommandLine;
using MGLMM.Cli.Output;
using MGLMM.Hub;
using MGLMM.Hub.Pulling;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm pull &lt;org&gt;/&lt;name&gt;[@revision]</c>: from a published checkpoint to a bundle.</summary>
internal static class PullCommand
{
    public static Command Create()
    {
        Argument<string> model = new("model") { Description = "<org>/<name> or <org>/<name>@<revision> of a hub, such as MBZUAI/GLaMM-FullScope; 'mglmm models' lists known ones." };
        Option<string?> output = new("--output", "-o") { Description = "Bundle folder to write. By default one that --model <org>/<name> finds (MGLMM_BUNDLES, or 'mglmm' in HF_HOME)." };
        Option<string?> precision = new("--precision") { Description = "How weights are stored: fp32, fp16, int8 or int4. By default int4 for checkpoints from 4 GB on, else fp16." };
        precision.AcceptOnlyFromAmong("fp32", "fp16", "int8", "int4");
        Option<string> activations = new("--activations") { Description = "What an int4 or int8 decoder on the CPU rounds activations to: int8 (several times as fast) or fp32 (exact).", DefaultValueFactory = _ => "int8" };
        activations.AcceptOnlyFromAmong("int8", "fp32");
        Option<int> blockSize = BlockSizeOption.Create();
        Option<string?> encoders = new("--encoders") { Description = "What the image encoders compute in on the CPU: fp32 (exact) or int8 (faster, and a quarter of the memory for weights). By default int8 with int4 and int8, else fp32." };
        encoders.AcceptOnlyFromAmong("int8", "fp32");
        Option<string> accelerator = new("--accelerator") { Description = "What the graphs compute for.", DefaultValueFactory = _ => "cpu" };
        accelerator.AcceptOnlyFromAmong("cpu", "cuda");
        Option<bool> keep = new("--keep") { Description = "Keep the checkpoint's files in the hub's cache; by default each is deleted when it is converted." };
        Option<string?> tower = new("--vision-tower") { Description = "The CLIP vision tower, a folder or <org>/<name>; by default the one that config.json names." };
        Option<string?> family = new("--family") { Description = "mglmm, glamm or lisa; detected from the tensor names by default." };
        Option<string?> licence = new("--licence") { Description = "The licence of the weights, for the manifest; by default what the model's card states." };
        Option<bool> allowLeftOver = new("--allow-left-over") { Description = "Convert even if nothing in the family's own code accounts for some tensors; they are left out." };
        Option<bool> force = new("--force") { Description = "Replace an existing bundle once the new one is complete." };
        Command command = new("pull", "Fetches a checkpoint from a Hugging Face hub and converts it as it arrives. Stopped at any moment, the same command goes on.")
        {
            model, output, precision, activations, blockSize, encoders, accelerator, keep, tower, family, licence, allowLeftOver, force,
        };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(
            async () =>
            {
                PullOptions options = new()
                {
                    Model = HubModel.Parse(parsed.GetRequiredValue(model)),
                    Output = parsed.GetValue(output),
                    Precision = parsed.GetValue(precision),
                    Activations = parsed.GetRequiredValue(activations),
                    BlockSize = parsed.GetRequiredValue(blockSize),
                    Encoders = parsed.GetValue(encoders),
                    Accelerator = parsed.GetRequiredValue(accelerator),
                    Keep = parsed.GetValue(keep),
                    VisionTower = parsed.GetValue(tower),
                    Family = parsed.GetValue(family),
                    Licence = parsed.GetValue(licence),
                    AllowLeftOver = parsed.GetValue(allowLeftOver),
                    Overwrite = parsed.GetValue(force),
                };
                HubSettings settings = HubSettings.FromEnvironment();
                Print(await PullProgressView.ShowAsync(progress => ModelPull.RunAsync(options, settings, progress, cancellationToken)).ConfigureAwait(false), options);
            },
            "Cancelled; what was fetched and converted is kept, and the same command goes on from there."));
        return command;
    }

    private static void Print(PullReport report, PullOptions options)
    {
        if (report.Conversion is { } conversion)
        {
            ConvertCommand.Report(conversion, report.Precision, options.Accelerator);
        }
        else
        {
            AnsiConsole.MarkupLineInterpolated($"{report.Folder} is there already: {report.Model} at {report.Commit}, {report.Precision}. --force makes it anew.");
        }

        AnsiConsole.MarkupLineInterpolated($"licence: {ExitCodes.Harmless(report.Licence ?? "not stated on the model's card; see its page")}");
        AnsiConsole.MarkupLineInterpolated($"Ask it with: mglmm ask --model {report.Model} --image <picture> --instruction <text>");
    }
}
