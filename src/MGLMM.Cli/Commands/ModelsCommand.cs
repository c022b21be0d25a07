using System.CommandLine;
using System.Globalization;
using MGLMM.Hub;
using MGLMM.Hub.Pulling;
using Spectre.Console;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm models</c>: bundles that were pulled, what the hub's cache holds, and published checkpoints.</summary>
internal static class ModelsCommand
{
    private const string Unknown = "unknown";

    private const int ShortCommit = 12;

    public static Command Create()
    {
        Command command = new("models", "Lists pulled models, the hub's cache, and known published checkpoints.");
        command.SetAction((_, _) => ExitCodes.Guard(() =>
        {
            HubSettings settings = HubSettings.FromEnvironment();
            PrintBundles(settings);
            PrintCache(settings);
            PrintKnown();
            return Task.CompletedTask;
        }));
        return command;
    }

    private static void PrintBundles(HubSettings settings)
    {
        IReadOnlyList<PulledBundle> bundles = new BundleRegistry(settings).List();
        if (bundles.Count == 0)
        {
            AnsiConsole.MarkupLine("Pulled models, for --model: none yet. 'mglmm pull <org>/<name>' fetches and converts one.");
            return;
        }

        AnsiConsole.MarkupLine("Pulled models, for --model:");
        Table table = New("model", "revision", "commit", "precision", "licence", "bundle");
        foreach (PulledBundle bundle in bundles)
        {
            Row(table, bundle.Model, bundle.Revision, Short(bundle.Commit), $"{bundle.Precision}, {bundle.Accelerator}", bundle.Licence ?? "not stated", bundle.Folder);
        }

        AnsiConsole.Write(table);
    }

    private static void PrintCache(HubSettings settings)
    {
        IReadOnlyList<CachedModel> models = CachedModel.List(settings);
        AnsiConsole.MarkupLineInterpolated($"In the cache '{settings.CacheFolder}': {(models.Count == 0 ? "nothing." : string.Empty)}");
        if (models.Count == 0)
        {
            return;
        }

        Table table = New("model", "commits", "size", "weights");
        foreach (CachedModel model in models)
        {
            string weights = model.HasWeights ? "all" : model.UnfinishedBytes > 0 ? $"unfinished, {Size(model.UnfinishedBytes)}; the same pull goes on" : "none";
            Row(table, model.Id, string.Join(", ", model.Commits.Select(Short)), Size(model.Bytes), weights);
        }

        AnsiConsole.Write(table);
    }

    private static void PrintKnown()
    {
        AnsiConsole.MarkupLine("Published checkpoints, as their pages describe them:");
        Table table = New("model", "family", "size", "to fetch", "licence", "vision tower", "trained for", "marks", "note");
        foreach (KnownModel model in KnownModel.All)
        {
            Row(
                table,
                model.Id,
                model.Family,
                model.Parameters,
                model.Bytes is { } bytes ? Size(bytes) : Unknown,
                model.Licence ?? Unknown,
                model.Tower,
                string.Join(", ", model.Tasks),
                model.Granularities.Count == 0 ? "nothing" : string.Join(", ", model.Granularities),
                model.Remark ?? string.Empty);
        }

        AnsiConsole.Write(table);
    }

    private static Table New(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }

    private static void Row(Table table, params string[] cells) => table.AddRow(cells.Select(cell => Markup.Escape(ExitCodes.Harmless(cell))).ToArray());

    private static string Short(string commit) => commit.Length > ShortCommit ? commit[..ShortCommit] : commit;

    private static string Size(long bytes) => bytes switch
    {
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
    };
}
