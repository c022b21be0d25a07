using System.CommandLine;
using MGLMM.Evaluation.Pictures;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm segcap sheet &lt;file&gt;</c>: draws a page of samples.</summary>
internal static class SegCapSheetCommand
{
    private const int DefaultCount = 12;

    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "A segcap.jsonl; its pictures lie where it names them." };
        Option<string?> output = new("--output", "-o") { Description = "The page: an .html file with words and pictures, or a .png file of the pictures alone; by default FILE.html. An earlier page is replaced, and nothing else." };
        Option<int> count = new("--count") { Description = "How many questions are shown.", DefaultValueFactory = _ => DefaultCount };
        Option<int> seed = new("--seed") { Description = "Which ones: another seed shows others." };
        Command command = new("sheet", "Draws a page of samples.") { file, output, count, seed };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(() =>
        {
            string path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"There is no file '{path}'.");
            }

            string page = parsed.GetValue(output) ?? Path.ChangeExtension(path, ".html");
            int shown = SegCapSheet.Write(path, page, parsed.GetRequiredValue(count), parsed.GetValue(seed), cancellationToken);
            AnsiConsole.MarkupLineInterpolated($"Wrote {page}: {shown} questions.");
            return Task.CompletedTask;
        }));
        return command;
    }
}
