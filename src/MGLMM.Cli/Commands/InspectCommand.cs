using System.CommandLine;
using System.Globalization;
using MGLMM.Hub;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Preprocessing;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm inspect &lt;bundle&gt;</c>: the manifest in human terms.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> folder = new("bundle") { Description = "The bundle folder, or the <org>/<name> of a pulled model. Without it: the embedded model.", DefaultValueFactory = _ => DefaultModel.Path };
        Command command = new("inspect", "Verifies a bundle and prints what it is.") { folder };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(() =>
        {
            Print(ModelBundle.Open(BundleRegistry.Resolve(parsed.GetRequiredValue(folder)), verifyHashes: true, cancellationToken));
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void Print(ModelBundle bundle)
    {
        BundleManifest manifest = bundle.Manifest;
        (DecoderSpecification decoder, GlobalEncoderSpecification global, GroundingEncoderSpecification grounding) = (manifest.Decoder, manifest.GlobalEncoder, manifest.GroundingEncoder);
        Grid grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row("name", manifest.Name);
        Row("what it knows", manifest.ModelCard);
        Row("family", manifest.Family);
        Row("licence", manifest.Licence);
        Row("precision", $"{manifest.Precision}, laid out for {manifest.Accelerator}");
        Row("granularities", manifest.Granularities.Count == 0 ? "none stated" : string.Join(", ", manifest.Granularities));
        Row(
            "language model",
            $"{decoder.LayerCount} layers, width {decoder.HiddenSize}, {decoder.HeadCount} heads of {decoder.HeadSize} ({decoder.KeyValueHeadCount} for keys and values), {decoder.VocabularySize} tokens, at most {decoder.MaximumLength} positions");
        Row("global encoder", $"{global.ImageSize} x {global.ImageSize} px, {(global.CenterCrop ? "centre square" : "squashed to the square")}, {global.TokenCount} image tokens");
        Row("grounding encoder", $"{grounding.ImageSize} x {grounding.ImageSize} px, {grounding.GridSize} x {grounding.GridSize} cells of {grounding.Channels} channels");
        if (manifest.RegionEncoder is { } region)
        {
            Row("region encoder", $"takes boxes for <bbox>; {region.GridSize} x {region.GridSize} cells of {region.Channels} channels, and up to 8 times finer");
        }

        Row("mask logits", $"{manifest.MaskDecoder.LogitsSize} x {manifest.MaskDecoder.LogitsSize}, scaled to the picture");
        Row("special tokens", string.Join(", ", manifest.Tokens.Added.OrderBy(token => token.Value).Select(token => $"{token.Key} {token.Value}")));
        Row("folder", bundle.Folder);
        AnsiConsole.Write(grid);

        Table tasks = new Table().Border(TableBorder.Simple).AddColumn("task").AddColumn("asked as, for example");
        foreach ((string task, IReadOnlyList<string> wordings) in manifest.Instructions.Where(task => task.Value.Count > 0).OrderBy(task => task.Key, StringComparer.Ordinal))
        {
            tasks.AddRow(Markup.Escape(task), Markup.Escape(wordings[0]));
        }

        AnsiConsole.Write(tasks);

        Table files = new Table().Border(TableBorder.Simple).AddColumn("file").AddColumn(new TableColumn("bytes").RightAligned()).AddColumn("sha-256");
        foreach (BundleFile file in manifest.Files)
        {
            files.AddRow(Markup.Escape(file.Path), file.Length.ToString("N0", CultureInfo.InvariantCulture), file.Sha256[..16] + "…");
        }

        AnsiConsole.Write(files);
        AnsiConsole.MarkupLine($"{manifest.Files.Count} files, {manifest.Files.Sum(file => file.Length) / 1e6:N1} MB, all hashes verified.");

        void Row(string name, string value) => grid.AddRow($"[grey]{name}[/]", Markup.Escape(value));
    }
}
