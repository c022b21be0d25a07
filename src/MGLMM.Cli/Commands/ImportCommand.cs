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
        Argument<string> kind = new("kind") { Description = string.Join(", ", DatasetKinds.Names) + "." };
        Argument<string> folder = new("folder") { Description = "The data set's own folder, as its authors lay it out." };
        Option<string> output = new("--output", "-o") { Description = "The SegCap file to write; one that is there is replaced if an import wrote it.", Required = true };
        Option<string?> images = new("--images") { Description = "Where the pictures are, if not where the data set's authors put them." };
        Option<string?> split = new("--split") { Description = "The split, by the data set's own name; by default the one for training or for evaluation." };
        Option<string?> splitBy = new("--split-by") { Description = "Who split the referring expressions: unc, umd, google or berkeley." };
        Option<string> purpose = new("--for") { Description = "training: what the published reader trains on; evaluation: every expression once.", DefaultValueFactory = _ => "training" };
        purpose.AcceptOnlyFromAmong("training", "evaluation");
        Option<int?> limit = new("--limit") { Description = "At most so many samples." };
        Option<int> seed = new("--seed") { Description = "Where chance chooses, the same seed chooses the same." };
        Command command = new("import", "Brings a data set of the field into a SegCap file.") { kind, folder, output, images, split, splitBy, purpose, limit, seed };
        command.SetAction((parsed, cancellationToken) =>
        {
            ImportOptions options = new()
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
        foreach (ImportRemark remark in remarks)
        {
            string places = string.Join("; ", remark.Places.Select(ExitCodes.Harmless)) + (remark.Count > remark.Places.Count ? "; ..." : string.Empty);
            AnsiConsole.MarkupLineInterpolated($"{title}: {remark.Count} x {ExitCodes.Harmless(remark.Reason)} ({places})");
        }
    }
}
