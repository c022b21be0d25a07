using System.CommandLine;
using MGLMM.Cli.Output;
using MGLMM.Hub;
using MGLMM.Runtime;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm pack --model &lt;bundle&gt;</c>: keeps the weights beside the bundle as this machine has them once loaded.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "Bundle folder, or the <org>/<name> of a pulled model.", Required = true };
        Command command = new("pack", "Keeps a bundle's weights beside it in the form that this machine loads at once. Done once; every later load uses it.") { model };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(async () =>
        {
            string bundle = BundleRegistry.Resolve(parsed.GetRequiredValue(model));
            WorkLines lines = new(Console.Error);
            (string folder, long bytes) = await Task.Run(() => PackedWeights.Write(bundle, lines, cancellationToken), cancellationToken).ConfigureAwait(false);
            if (bytes == 0)
            {
                AnsiConsole.WriteLine("Nothing to pack: the model is small and loads at once.");
            }
            else
            {
                AnsiConsole.WriteLine(FormattableString.Invariant($"Packed {bytes / 1e9:N2} GB into {folder}"));
            }
        }));
        return command;
    }
}
