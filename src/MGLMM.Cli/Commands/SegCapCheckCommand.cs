using System.CommandLine;
using System.Text;
using System.Text.Json;
using MGLMM.Cli.Output;
using MGLMM.Data.SegCap;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm segcap check &lt;file&gt;</c>: validates a SegCap file and counts what is in it.</summary>
internal static class SegCapCheckCommand
{
    public static Command Create()
    {
        Argument<string> file = new("file") { Description = "A segcap.jsonl; its pictures lie where it names them." };
        Option<bool> noPictures = new("--no-pictures") { Description = "Do not look for the pictures." };
        Option<string?> json = new("--json") { Description = "Write what was found as JSON to a file, or to standard output with '-'." };
        Command command = new("check", "Validates a SegCap file and counts what is in it.") { file, noPictures, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            long faults = 0L;
            int code = await ExitCodes.Guard(async () =>
            {
                string path = parsed.GetRequiredValue(file);
                if (!File.Exists(path))
                {
                    throw new FileNotFoundException($"There is no file '{path}'.");
                }

                OutputPlaces.MakeFolders(parsed.GetValue(json));
                SegCapReport report = SegCapCheck.Run(path, !parsed.GetValue(noPictures), cancellationToken);
                faults = report.FaultCount;
                await WriteAsync(report, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
            return code == ExitCodes.Ok && faults > 0
                ? ExitCodes.Report(ExitCodes.BadInput, $"'{parsed.GetRequiredValue(file)}' has {faults} {(faults == 1 ? "fault" : "faults")}.")
                : code;
        });
        return command;
    }

    private static async Task WriteAsync(SegCapReport report, string? json, CancellationToken cancellationToken)
    {
        if (json != Terminal.StandardOutput)
        {
            Print(report);
        }

        if (json is not null)
        {
            await Terminal.WriteAsync(json, JsonSerializer.Serialize(report, SegCapReportJson.Default.SegCapReport) + "\n", cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Print(SegCapReport report)
    {
        SegCapCounts counts = report.Counts;
        AnsiConsole.MarkupLineInterpolated(
            $"{counts.Samples} samples, {counts.Questions} questions about {counts.Pictures} pictures, {counts.Masks} masks ({counts.EmptyMasks} empty), {counts.Regions} regions.");
        AnsiConsole.MarkupLineInterpolated($"{counts.WithoutTarget} questions without a target, {counts.WithIgnore} with ignored pixels, {counts.WithReferences} with several right answers.");
        Print("version", counts.Versions);
        Print("task", counts.Tasks);
        Print("granularity", counts.Granularities);
        Print("source", counts.Sources);
        foreach ((string name, long count) in counts.UnknownFields)
        {
            AnsiConsole.MarkupLineInterpolated($"note: {count} x the field '{ExitCodes.Harmless(name)}', which the format does not know; readers keep it.");
        }

        foreach (SegCapFault fault in report.Faults)
        {
            AnsiConsole.MarkupLineInterpolated($"fault: line {fault.Line}{(fault.Id is null ? string.Empty : $", sample '{ExitCodes.Harmless(fault.Id)}'")}: {ExitCodes.Harmless(fault.Message)}");
        }

        if (report.FaultCount > report.Faults.Count)
        {
            AnsiConsole.MarkupLineInterpolated($"... and {report.FaultCount - report.Faults.Count} more.");
        }
    }

    private static void Print(string title, IReadOnlyDictionary<string, long> counts)
    {
        if (counts.Count > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"{title}: {string.Join(", ", counts.Select(entry => $"{ExitCodes.Harmless(entry.Key)} {entry.Value}"))}");
        }
    }
}
