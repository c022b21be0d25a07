using System.CommandLine;
using MGLMM.Data.Export;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm export-segcap &lt;file&gt; --format coco|mgsc|grandf</c>: a SegCap file in another format, and back with <c>import</c>.</summary>
internal static class ExportSegCapCommand
{
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "A segcap.jsonl." };
        Option<string> format = new("--format") { Description = "coco, mgsc or grandf.", Required = true };
        format.AcceptOnlyFromAmong("coco", "mgsc", "grandf");
        Option<string?> output = new("--output", "-o") { Description = "The folder to write; by default FILE-FORMAT, beside the file. Files of an earlier export there are replaced, and no others." };
        Command command = new("export-segcap", "Writes a SegCap file in another format; 'import' brings it back without loss.") { file, format, output };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(() =>
        {
            (string path, string name) = (parsed.GetRequiredValue(file), parsed.GetRequiredValue(format));
            string folder = parsed.GetValue(output) ?? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileNameWithoutExtension(path)}-{name}");
            if (File.Exists(folder))
            {
                throw new ArgumentException($"'{folder}' is a file; --output takes a folder.");
            }

            return Task.Run(() => Print(SegCapExporter.Run(path, FormatOf(name), folder, cancellationToken), name), cancellationToken);
        }));
        return command;
    }

    private static ExportFormat FormatOf(string name) => name switch
    {
        "coco" => ExportFormat.Coco,
        "mgsc" => ExportFormat.Mgsc,
        _ => ExportFormat.GranDf,
    };

    private static void Print(ExportReport report, string format)
    {
        AnsiConsole.MarkupLineInterpolated($"Wrote {report.Folder}: {report.Samples} samples, {report.Questions} questions, {report.Masks} masks in {report.Files.Count} {(report.Files.Count == 1 ? "file" : "files")}.");
        AnsiConsole.MarkupLineInterpolated($"mglmm import {(format == "coco" ? "coco-instances" : format)} {report.Folder} --output FILE brings it back.");
    }
}
