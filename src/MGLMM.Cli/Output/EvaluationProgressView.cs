using System.Globalization;
using MGLMM.Evaluation;
using Spectre.Console;

namespace MGLMM.Cli.Output;

/// <summary>Shows on standard error how far an evaluation is: a bar in a terminal, else a line every half minute.</summary>
internal static class EvaluationProgressView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs an evaluation and shows its progress.</summary>
    /// <param name="quiet">Whether nothing is to be said where nobody watches.</param>
    /// <param name="run">The evaluation.</param>
    public static async Task<EvaluationResult> ShowAsync(bool quiet, Func<IProgress<EvaluationProgress>, Task<EvaluationResult>> run)
    {
        if (Console.IsErrorRedirected)
        {
            return await run(quiet ? new Silence() : new Lines()).ConfigureAwait(false);
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => run(new Bar(context.AddTask("loading")))).ConfigureAwait(false);
    }

    private static string Describe(EvaluationProgress progress)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total} samples");
        return (progress.Done == progress.Total, progress.Remaining) switch
        {
            (true, _) => text + ", scoring",
            (_, { TotalMinutes: >= 1 } remaining) => text + string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(remaining.TotalMinutes):F0} min left"),
            (_, { } remaining) => text + string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(remaining.TotalSeconds):F0} s left"),
            _ => text,
        };
    }

    private sealed class Bar(ProgressTask task) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
            task.Description = Markup.Escape(Describe(value));
        }
    }

    private sealed class Lines : IProgress<EvaluationProgress>
    {
        private TimeSpan _next = BetweenLines;

        public void Report(EvaluationProgress value)
        {
            if (value.Elapsed >= _next)
            {
                Console.Error.WriteLine(Describe(value));
                _next = value.Elapsed + BetweenLines;
            }
        }
    }

    private sealed class Silence : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
        }
    }
}
