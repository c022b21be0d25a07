using System.Diagnostics;
using System.Globalization;
using MGLMM.Hub.Pulling;
using Spectre.Console;

namespace MGLMM.Cli.Output;

/// <summary>Shows on standard error how far a pull is: two bars in a terminal, else a line every few seconds.</summary>
internal static class PullProgressView
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    /// <summary>Runs a pull and shows its progress.</summary>
    public static async Task<PullReport> ShowAsync(Func<IProgress<PullProgress>, Task<PullReport>> run)
    {
        if (!Terminal.IsWatched())
        {
            return await run(new Lines()).ConfigureAwait(false);
        }

        IAnsiConsole terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await terminal.Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(context => run(new Bars(terminal, context.AddTask("asking the hub"), context.AddTask("converting")))).ConfigureAwait(false);
    }

    private static string Fetching(PullProgress value, TransferRate rate)
    {
        if (value.FetchBytes == 0)
        {
            return value.Doing;
        }

        string text = string.Create(CultureInfo.InvariantCulture, $"{value.Doing}: {Size(value.FetchedBytes)} of {Size(value.FetchBytes)}");
        return rate.BytesPerSecond is > 0 and var speed && value.FetchedBytes < value.FetchBytes
            ? text + string.Create(CultureInfo.InvariantCulture, $", {Size((long)speed)}/s, {Time(TimeSpan.FromSeconds((value.FetchBytes - value.FetchedBytes) / speed))} left")
            : text;
    }

    private static string Size(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    private static string Time(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    private sealed class Bars(IAnsiConsole terminal, ProgressTask fetching, ProgressTask converting) : IProgress<PullProgress>
    {
        private readonly TransferRate _rate = new();

        public void Report(PullProgress value)
        {
            if (value.Note is { } note)
            {
                terminal.MarkupLineInterpolated($"note: {ExitCodes.Harmless(note)}");
                return;
            }

            _rate.Add(value.FetchedBytes);
            fetching.Description = Markup.Escape(ExitCodes.Harmless(Fetching(value, _rate)));
            fetching.MaxValue = Math.Max(1, value.FetchBytes);
            fetching.Value = value.FetchedBytes;
            converting.MaxValue = Math.Max(1, value.ConvertElements);
            converting.Value = value.ConvertedElements;
        }
    }

    private sealed class Lines : IProgress<PullProgress>
    {
        private readonly TransferRate _rate = new();
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private TimeSpan _next = BetweenLines;

        public void Report(PullProgress value)
        {
            if (value.Note is { } note)
            {
                Console.Error.WriteLine($"note: {ExitCodes.Harmless(note)}");
                return;
            }

            _rate.Add(value.FetchedBytes);
            if (_clock.Elapsed >= _next)
            {
                string converted = value.ConvertElements == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"; converted {(double)value.ConvertedElements / value.ConvertElements:P0}");
                Console.Error.WriteLine(ExitCodes.Harmless(Fetching(value, _rate) + converted));
                _next = _clock.Elapsed + BetweenLines;
            }
        }
    }
}
