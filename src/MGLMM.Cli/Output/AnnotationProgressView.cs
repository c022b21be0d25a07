using System.Globalization;
using MGLMM.Data.Annotation.Runs;

namespace MGLMM.Cli.Output;

/// <summary>Shows how far an annotation is.</summary>
internal static class AnnotationProgressView
{
    /// <summary>Runs an annotation and shows its progress.</summary>
    public static Task<AnnotationReport> ShowAsync(Func<IProgress<AnnotationProgress>, Task<AnnotationReport>> run) =>
        ProgressView.ShowAsync("beginning", (AnnotationProgress progress) => new ProgressShown(progress.Done, progress.Total, Describe(progress)), run);

    private static string Describe(AnnotationProgress progress)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total} pictures{(progress.Step.Length > 0 ? ", " + progress.Step : string.Empty)}");
        return progress.Remaining is { TotalSeconds: >= 1 } remaining ? text + ProgressView.Left(remaining) : text;
    }
}
