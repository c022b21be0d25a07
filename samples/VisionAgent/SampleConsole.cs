using System.Globalization;
using System.Text.RegularExpressions;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Samples.VisionAgent.Tour;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace MGLMM.Samples.VisionAgent;

/// <summary>
/// What the user sees. On a terminal: colours and a spinner. Redirected to a file or a build log: plain lines that are never broken.
/// </summary>
internal sealed partial class SampleConsole
{
    private const int UnbrokenWidth = 1000;

    private readonly IAnsiConsole _console = AnsiConsole.Console;
    private readonly bool _live;
    private bool _pieces;

    public SampleConsole()
    {
        _live = _console.Profile.Capabilities.Interactive && _console.Profile.Capabilities.Ansi && !Console.IsOutputRedirected;
        if (Console.IsOutputRedirected)
        {
            _console.Profile.Width = UnbrokenWidth;
        }
    }

    /// <summary>Where the engine's warnings go: that a model for CUDA runs on the CPU, that one hardly fits. The caller disposes it.</summary>
    public static ILoggerFactory Warnings() =>
        LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));

    public void Title(string text)
    {
        _console.WriteLine();
        _console.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    public void Line(string text) => _console.WriteLine(text);

    /// <summary>What waits for the user's line.</summary>
    public void Prompt() => _console.Markup("[bold]> [/]");

    /// <summary>A piece of an answer that arrives while it is made.</summary>
    public void Piece(string text)
    {
        _pieces |= text.Length > 0;
        _console.Write(text);
    }

    /// <summary>Ends the line of an answer that came in pieces.</summary>
    public void EndPieces()
    {
        if (_pieces)
        {
            _console.WriteLine();
        }

        _pieces = false;
    }

    /// <summary>All regions, picture by picture.</summary>
    public void Regions(VisionWorkspace workspace)
    {
        foreach (VisionImage image in workspace.Images)
        {
            IReadOnlyList<VisionRegion> regions = workspace.RegionsOf(image.Handle);
            Line($"{image.Handle}: {image.Name}, {image.Width} x {image.Height} px, {regions.Count} regions");
            if (regions.Count > 0)
            {
                _console.Write(Table(regions));
            }
        }
    }

    public void Faint(string text) => _console.MarkupLineInterpolated($"[grey]{text}[/]");

    public void Note(string text) => _console.MarkupLineInterpolated($"[yellow]note:[/] {text}");

    /// <summary>Shows that something is under way, where there is somebody to see it.</summary>
    public Task<T> WorkingAsync<T>(string what, Func<Task<T>> work) =>
        _live ? _console.Status().Spinner(Spinner.Known.Dots).StartAsync(Markup.Escape(what) + " ...", _ => work()) : work();

    /// <summary>The model's words, handles in their regions' colours, and the regions as a table.</summary>
    public void Grounded(GroundedResult result, VisionWorkspace workspace)
    {
        string words = HandleList().Replace(Markup.Escape(result.ModelSaid), match => Handle().Replace(
            match.Value, handle => workspace.TryGetRegion(handle.Value, out VisionRegion? region) ? $"[bold {ColorOf(region)}]{handle.Value}[/]" : handle.Value));
        _console.MarkupLine(words);
        if (result.Empty)
        {
            _console.MarkupLine("[grey](no region)[/]");
        }

        if (result.DroppedOutsideCount > 0)
        {
            Faint($"(masks outside {result.Within}, dropped: {result.DroppedOutsideCount})");
        }

        if (result.EmptyMaskCount > 0)
        {
            Faint($"(masks without a single pixel, left out: {result.EmptyMaskCount})");
        }

        // A person gets the whole set, also where the result lists only its beginning.
        if (workspace.RegionsInSet(result.Set) is { Count: > 0 } regions)
        {
            _console.Write(Table(regions));
        }

        if (result.CutOff)
        {
            Faint("(the answer was cut off at the token limit)");
        }
    }

    /// <summary>One line per call: how long it took, and what it did not have to do again.</summary>
    public void Calls(IReadOnlyList<TimedCall> calls)
    {
        Table table = NewTable("call", "time", "picture encoded", "prompt positions reused");
        table.Columns[1].RightAligned();
        foreach (TimedCall call in calls)
        {
            AnswerTimings? timings = call.Timings;
            string encoded = timings is null ? "-"
                : (timings.GlobalEncoderSkipped, timings.GroundingEncoderSkipped) switch
                {
                    (true, true) => "no, kept",
                    (true, false) => "for masks only",
                    _ => "yes",
                };
            table.AddRow(
                Markup.Escape(call.Name),
                Milliseconds(call.Elapsed),
                encoded,
                timings is null ? "-" : $"{timings.ReusedPositions} of {timings.PromptPositions}");
        }

        _console.Write(table);
    }

    public static string Milliseconds(TimeSpan time) => time.TotalMilliseconds.ToString("N0", CultureInfo.InvariantCulture) + " ms";

    private static string ColorOf(VisionRegion region)
    {
        RgbColor color = OverlayPalette.ColorOf(region.ColorIndex);
        return color.ToString();
    }

    private Table Table(IReadOnlyList<VisionRegion> regions)
    {
        Table table = NewTable("colour", "region", "phrase", "area", "box left, top - right, bottom (px)");
        table.Columns[3].RightAligned();
        foreach (VisionRegion region in regions)
        {
            string color = ColorOf(region);
            PixelBox box = region.Mask.Box;
            table.AddRow(
                _console.Profile.Capabilities.Ansi && _console.Profile.Capabilities.ColorSystem != ColorSystem.NoColors ? $"[{color}]██████[/]" : color,
                region.Handle,
                Markup.Escape(region.Phrase ?? "-"),
                region.AreaFraction.ToString("P1", CultureInfo.InvariantCulture),
                $"{box.Left}, {box.Top} - {box.Right}, {box.Bottom}");
        }

        return table;
    }

    private Table NewTable(params string[] columns)
    {
        Table table = new Table().Border(_live && _console.Profile.Capabilities.Unicode ? TableBorder.Rounded : TableBorder.Markdown);
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(column).NoWrap());
        }

        return table;
    }

    // Square brackets are doubled by then, because they were escaped.
    [GeneratedRegex(@"\[\[m\d+(?:, m\d+)*\]\]")]
    private static partial Regex HandleList();

    [GeneratedRegex(@"m\d+")]
    private static partial Regex Handle();
}
