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
        var model = new Argument<string>("model") { Description = "<org>/<name> or <org>/<name>@<revision> of a hub, such as MBZUAI/GLaMM-FullScope; 'mglmm models' lists known ones." };
        var output = new Option<string?>("--output", "-o") { Description = "Bundle folder to write. By default one that --model <org>/<name> finds (MGLMM_BUNDLES, or 'mglmm' in HF_HOME)." };
        var precision = new Option<string?>("--precision") { Description = "How weights are stored: fp32, fp16 or int4. By default int4 for checkpoints from 4 GB on, else fp16." };
        precision.AcceptOnlyFromAmong("fp32", "fp16", "int4");
        var accelerator = new Option<string>("--accelerator") { Description = "What the graphs compute for.", DefaultValueFactory = _ => "cpu" };
        accelerator.AcceptOnlyFromAmong("cpu", "cuda");
        var keep = new Option<bool>("--keep") { Description = "Keep the checkpoint's files in the hub's cache; by default each is deleted when it is converted." };
        var tower = new Option<string?>("--vision-tower") { Description = "The CLIP vision tower, a folder or <org>/<name>; by default the one that config.json names." };
        var family = new Option<string?>("--family") { Description = "mglmm, glamm or lisa; detected from the tensor names by default." };
        var licence = new Option<string?>("--licence") { Description = "The licence of the weights, for the manifest; by default what the model's card states." };
        var allowLeftOver = new Option<bool>("--allow-left-over") { Description = "Convert even if nothing in the family's own code accounts for some tensors; they are left out." };
        var force = new Option<bool>("--force") { Description = "Replace an existing bundle once the new one is complete." };
        var command = new Command("pull", "Fetches a checkpoint from a Hugging Face hub and converts it as it arrives. Stopped at any moment, the same command goes on.")
        {
            model, output, precision, accelerator, keep, tower, family, licence, allowLeftOver, force,
        };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(
            async () =>
            {
                var options = new PullOptions
                {
                    Model = HubModel.Parse(parsed.GetRequiredValue(model)),
                    Output = parsed.GetValue(output),
                    Precision = parsed.GetValue(precision),
                    Accelerator = parsed.GetRequiredValue(accelerator),
                    Keep = parsed.GetValue(keep),
                    VisionTower = parsed.GetValue(tower),
                    Family = parsed.GetValue(family),
                    Licence = parsed.GetValue(licence),
                    AllowLeftOver = parsed.GetValue(allowLeftOver),
                    Overwrite = parsed.GetValue(force),
                };
                var settings = HubSettings.FromEnvironment();
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
