using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace MGLMM.Cli.Output;

/// <summary>Shows on standard error how much of a known number is done: a bar in a terminal, else a line every half minute.</summary>
internal static class CountProgressView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs something that counts and shows its progress.</summary>
    public static async Task<T> ShowAsync<T>(int total, string what, Func<IProgress<int>, Task<T>> run)
    {
        if (Console.IsErrorRedirected)
        {
            return await run(new Lines(total, what)).ConfigureAwait(false);
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => run(new Bar(context.AddTask(what, maxValue: total), what))).ConfigureAwait(false);
    }

    private sealed class Bar(ProgressTask task, string what) : IProgress<int>
    {
        public void Report(int value)
        {
            task.Value = value;
            task.Description = string.Create(CultureInfo.InvariantCulture, $"{value} of {task.MaxValue:F0} {what}");
        }
    }

    private sealed class Lines(int total, string what) : IProgress<int>
    {
        private readonly long _begun = Stopwatch.GetTimestamp();
        private TimeSpan _next = BetweenLines;

        public void Report(int value)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(_begun);
            if (elapsed >= _next)
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value} of {total} {what}"));
                _next = elapsed + BetweenLines;
            }
        }
    }
}
