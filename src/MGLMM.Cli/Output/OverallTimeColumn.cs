using Spectre.Console;
using Spectre.Console.Rendering;

namespace MGLMM.Cli.Output;

/// <summary>
/// The time left, from the rate since the start rather than from the last seconds': a conversion reads from memory at first and from the
/// disk later. Nothing is said before there is something to go by.
/// </summary>
internal sealed class OverallTimeColumn : ProgressColumn
{
    /// <summary>Part of the work after which the rate means something.</summary>
    private const double Enough = 0.03;

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(3);

    /// <inheritdoc/>
    protected override bool NoWrap => true;

    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(Describe(task.Value / task.MaxValue, task.ElapsedTime ?? TimeSpan.Zero));

    /// <summary>What is shown after a part of the work in some time.</summary>
    public static string Describe(double share, TimeSpan elapsed) => share >= 1
        ? $"in {Shown(elapsed)}"
        : share < Enough || elapsed < Least ? string.Empty : $"{Shown(elapsed * ((1 - share) / share))} left";

    private static string Shown(TimeSpan time) => time.TotalHours >= 1 ? time.ToString("h\\:mm\\:ss", null) : time.ToString("m\\:ss", null);
}
