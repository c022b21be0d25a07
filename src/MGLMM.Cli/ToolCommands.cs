using System.CommandLine;
using MGLMM.Cli.Commands;
using Spectre.Console;

namespace MGLMM.Cli;

/// <summary>The tool: all its commands behind one name.</summary>
internal static class ToolCommands
{
    /// <summary>A file or pipe has no width to wrap at; lines of this one stay whole for whoever reads them.</summary>
    public const int RedirectedWidth = 240;

    /// <summary>Does what a command line says.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = RedirectedWidth;
        }

        RootCommand root = Create();

        // An instruction may begin with '@': it is text for the model, not the name of a file with arguments.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            string command = string.Join(' ', Enumerable.Concat(["mglmm"], parsed.CommandResult.Command == root ? [] : [parsed.CommandResult.Command.Name]));
            return ExitCodes.Report(ExitCodes.BadInput, $"{parsed.Errors[0].Message} See '{command} --help'.");
        }

        // A cancelled conversion removes its half-written folder before the process ends.
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) }).ConfigureAwait(false);
    }

    /// <summary>All commands, with their options.</summary>
    public static RootCommand Create() =>
        new("Grounded masks and captions from pictures: fetches and converts MGLMM, GLaMM and LISA checkpoints, asks and evaluates models, brings data sets in, annotates pictures, exports masks, and serves models to assistants, browsers and programs.")
        {
            AnnotateCommand.Create(),
            AskCommand.Create(),
            BenchmarkCommand.Create(),
            ConvertCommand.Create(),
            EvaluateCommand.Create(),
            ExportCommand.Create(),
            ExportSegCapCommand.Create(),
            ImportCommand.Create(),
            InspectCommand.Create(),
            McpCommand.Create(),
            ModelsCommand.Create(),
            PackCommand.Create(),
            PullCommand.Create(),
            SegCapCommand.Create(),
            ServeCommand.Create(),
            WorkerCommand.Create(),
        };
}
