using System.CommandLine;
using MGLMM.Cli;
using MGLMM.Cli.Commands;
using Spectre.Console;

const int RedirectedWidth = 240;
if (Console.IsOutputRedirected)
{
    // A file or pipe has no width to wrap at; lines stay whole for whoever reads them.
    AnsiConsole.Profile.Width = RedirectedWidth;
}

var root = new RootCommand("Grounded masks and captions from pictures: converts MGLMM, GLaMM and LISA checkpoints, inspects bundles, asks models.")
{
    AskCommand.Create(),
    ConvertCommand.Create(),
    InspectCommand.Create(),
};

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    var command = string.Join(' ', Enumerable.Concat(["mglmm"], parsed.CommandResult.Command == root ? [] : [parsed.CommandResult.Command.Name]));
    return ExitCodes.Report(ExitCodes.BadInput, $"{parsed.Errors[0].Message} See '{command} --help'.");
}

return await parsed.InvokeAsync().ConfigureAwait(false);
