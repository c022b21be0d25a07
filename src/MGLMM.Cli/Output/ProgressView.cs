using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace MGLMM.Cli.Output;

/// <summary>What is shown of a piece of work.</summary>
/// <param name="Done">How much is done.</param>
/// <param name="Total">Of how much; null where that is not known.</param>
/// <param name="Text">Beside the bar.</param>
/// <param name="Line">The whole line where there is no terminal; <paramref name="Text"/> if null.</param>
internal readonly record struct ProgressShown(double Done, double? Total, string Text, string? Line = null);

/// <summary>Shows on standard error how far something is: a bar in a terminal, else a line every half minute.</summary>
internal static class ProgressView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs something and shows its progress.</summary>
    /// <param name="beginning">What stands beside the bar at first.</param>
    /// <param name="show">What is shown of a report.</param>
    /// <param name="run">The work.</param>
    /// <param name="quiet">Whether nothing is to be said where nobody watches.</param>
    public static async Task<TResult> ShowAsync<TProgress, TResult>(
        string beginning, Func<TProgress, ProgressShown> show, Func<IProgress<TProgress>, Task<TResult>> run, bool quiet = false)
    {
        if (!Terminal.IsWatched())
        {
            return await run(new Lines<TProgress>(show, quiet)).ConfigureAwait(false);
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => run(new Bar<TProgress>(show, context.AddTask(beginning)))).ConfigureAwait(false);
    }

    /// <summary>How much longer something takes, to go behind what it does.</summary>
    public static string Left(TimeSpan remaining) => remaining.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(remaining.TotalMinutes):F0} min left")
        : string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(remaining.TotalSeconds):F0} s left");

    private sealed class Bar<TProgress>(Func<TProgress, ProgressShown> show, ProgressTask task) : IProgress<TProgress>
    {
        public void Report(TProgress value)
        {
            ProgressShown shown = show(value);
            task.IsIndeterminate = shown.Total is null;
            task.MaxValue = Math.Max(1, shown.Total ?? 1);
            task.Value = shown.Done;
            task.Description = Markup.Escape(shown.Text);
        }
    }

    private sealed class Lines<TProgress>(Func<TProgress, ProgressShown> show, bool quiet) : IProgress<TProgress>
    {
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private TimeSpan _next = BetweenLines;

        public void Report(TProgress value)
        {
            if (!quiet && _watch.Elapsed >= _next)
            {
                ProgressShown shown = show(value);
                Console.Error.WriteLine(shown.Line ?? shown.Text);
                _next = _watch.Elapsed + BetweenLines;
            }
        }
    }
}
