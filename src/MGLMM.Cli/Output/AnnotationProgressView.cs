using System.Globalization;
using MGLMM.Data.Annotation.Runs;
using Spectre.Console;

namespace MGLMM.Cli.Output;

/// <summary>Shows on standard error how far an annotation is: a bar in a terminal, else a line every half minute.</summary>
internal static class AnnotationProgressView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    /// <summary>Runs an annotation and shows its progress.</summary>
    public static async Task<AnnotationReport> ShowAsync(Func<IProgress<AnnotationProgress>, Task<AnnotationReport>> run)
    {
        if (Console.IsErrorRedirected)
        {
            return await run(new Lines()).ConfigureAwait(false);
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => run(new Bar(context.AddTask("beginning")))).ConfigureAwait(false);
    }

    private static string Describe(AnnotationProgress progress)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total} pictures{(progress.Step.Length > 0 ? ", " + progress.Step : string.Empty)}");
        return progress.Remaining switch
        {
            { TotalMinutes: >= 1 } remaining => text + string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(remaining.TotalMinutes):F0} min left"),
            { TotalSeconds: >= 1 } remaining => text + string.Create(CultureInfo.InvariantCulture, $", about {Math.Ceiling(remaining.TotalSeconds):F0} s left"),
            _ => text,
        };
    }

    private sealed class Bar(ProgressTask task) : IProgress<AnnotationProgress>
    {
        public void Report(AnnotationProgress value)
        {
            task.MaxValue = value.Total;
            task.Value = value.Done;
            task.Description = Markup.Escape(Describe(value));
        }
    }

    private sealed class Lines : IProgress<AnnotationProgress>
    {
        private TimeSpan _next = BetweenLines;

        public void Report(AnnotationProgress value)
        {
            if (value.Elapsed >= _next)
            {
                Console.Error.WriteLine(Describe(value));
                _next = value.Elapsed + BetweenLines;
            }
        }
    }
}
