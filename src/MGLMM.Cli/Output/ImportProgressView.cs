using System.Globalization;
using MGLMM.Data.Import;

namespace MGLMM.Cli.Output;

/// <summary>Shows how far an import is.</summary>
internal static class ImportProgressView
{
    /// <summary>Runs an import on a thread of its own and shows its progress.</summary>
    public static Task<T> ShowAsync<T>(Func<IProgress<ImportProgress>, T> run, CancellationToken cancellationToken) =>
        ProgressView.ShowAsync<ImportProgress, T>("beginning", Show, progress => Task.Run(() => run(progress), cancellationToken));

    private static ProgressShown Show(ImportProgress value)
    {
        string part = value.Total is > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * value.Done / value.Total:F0} %") : string.Create(CultureInfo.InvariantCulture, $"{value.Done}");
        return new ProgressShown(value.Done, value.Total, value.Stage, $"{value.Stage}, {part}");
    }
}
