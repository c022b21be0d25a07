using System.Diagnostics;
using System.Globalization;
using MGLMM.Data.Import;
using Spectre.Console;

namespace MGLMM.Cli.Output;

/// <summary>Shows on standard error how far an import is: a bar in a terminal, else a line every half minute.</summary>
internal static class ImportProgressView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs an import on a thread of its own and shows its progress.</summary>
    public static async Task<T> ShowAsync<T>(Func<IProgress<ImportProgress>, T> run, CancellationToken cancellationToken)
    {
        if (Console.IsErrorRedirected)
        {
            return await Task.Run(() => run(new Lines()), cancellationToken).ConfigureAwait(false);
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => Task.Run(() => run(new Bar(context.AddTask("beginning"))), cancellationToken)).ConfigureAwait(false);
    }

    private sealed class Bar(ProgressTask task) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            task.IsIndeterminate = value.Total is null;
            task.MaxValue = Math.Max(1, value.Total ?? 1);
            task.Value = value.Done;
            task.Description = Markup.Escape(value.Stage);
        }
    }

    private sealed class Lines : IProgress<ImportProgress>
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _next = BetweenLines;

        public void Report(ImportProgress value)
        {
            if (_watch.Elapsed >= _next)
            {
                string part = value.Total is > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * value.Done / value.Total:F0} %") : string.Create(CultureInfo.InvariantCulture, $"{value.Done}");
                Console.Error.WriteLine($"{value.Stage}, {part}");
                _next = _watch.Elapsed + BetweenLines;
            }
        }
    }
}
