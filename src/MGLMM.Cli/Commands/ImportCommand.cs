using System.CommandLine;
using MGLMM.Cli.Output;
using MGLMM.Data;
using MGLMM.Data.Import;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm import &lt;kind&gt; &lt;folder&gt; --output &lt;segcap.jsonl&gt;</c>: a data set as its authors lay it out becomes a SegCap file.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        var kind = new Argument<string>("kind") { Description = string.Join(", ", DatasetKinds.Names) + "." };
        var folder = new Argument<string>("folder") { Description = "The data set's own folder, as its authors lay it out." };
        var output = new Option<string>("--output", "-o") { Description = "The SegCap file to write.", Required = true };
        var images = new Option<string?>("--images") { Description = "Where the pictures are, if not where the data set's authors put them." };
        var split = new Option<string?>("--split") { Description = "The split, by the data set's own name; by default the one for training or for evaluation." };
        var splitBy = new Option<string?>("--split-by") { Description = "Who split the referring expressions: unc, umd, google or berkeley." };
        var purpose = new Option<string>("--for") { Description = "training: what the published reader trains on; evaluation: every expression once.", DefaultValueFactory = _ => "training" };
        purpose.AcceptOnlyFromAmong("training", "evaluation");
        var limit = new Option<int?>("--limit") { Description = "At most so many samples." };
        var seed = new Option<int>("--seed") { Description = "Where chance chooses, the same seed chooses the same." };
        var command = new Command("import", "Brings a data set of the field into a SegCap file.") { kind, folder, output, images, split, splitBy, purpose, limit, seed };
        command.SetAction((parsed, cancellationToken) =>
        {
            var options = new ImportOptions
            {
                Kind = parsed.GetRequiredValue(kind),
                Folder = parsed.GetRequiredValue(folder),
                Output = parsed.GetRequiredValue(output),
                Images = parsed.GetValue(images),
                Split = parsed.GetValue(split),
                SplitBy = parsed.GetValue(splitBy),
                Purpose = parsed.GetRequiredValue(purpose) == "evaluation" ? ImportPurpose.Evaluation : ImportPurpose.Training,
                Limit = parsed.GetValue(limit),
                Seed = parsed.GetValue(seed),
            };
            return ExitCodes.Guard(
                async () => Print(await ImportProgressView.ShowAsync(progress => DatasetImporter.Run(options, progress, cancellationToken), cancellationToken).ConfigureAwait(false)),
                "Cancelled; the same command goes on from here.");
        });
        return command;
    }

    private static void Print(ImportReport report)
    {
        AnsiConsole.MarkupLineInterpolated($"Wrote {report.Output}: {report.Samples} samples, {report.Questions} questions, {report.Masks} masks.");
        if (report.Resumed > 0)
        {
            AnsiConsole.MarkupLineInterpolated($"{report.Resumed} of the samples were there from an earlier run.");
        }

        Print("left out", report.LeftOut);
        Print("note", report.Notes);
    }

    private static void Print(string title, IReadOnlyList<ImportRemark> remarks)
    {
        foreach (var remark in remarks)
        {
            var places = string.Join("; ", remark.Places.Select(ExitCodes.Harmless)) + (remark.Count > remark.Places.Count ? "; ..." : string.Empty);
            AnsiConsole.MarkupLineInterpolated($"{title}: {remark.Count} x {ExitCodes.Harmless(remark.Reason)} ({places})");
        }
    }
}
