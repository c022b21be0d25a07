using System.Globalization;
using MGLMM.Evaluation;

namespace MGLMM.Cli.Output;

/// <summary>Shows how far an evaluation is.</summary>
internal static class EvaluationProgressView
{
    /// <summary>Runs an evaluation and shows its progress.</summary>
    /// <param name="quiet">Whether nothing is to be said where nobody watches.</param>
    /// <param name="run">The evaluation.</param>
    public static Task<EvaluationResult> ShowAsync(bool quiet, Func<IProgress<EvaluationProgress>, Task<EvaluationResult>> run) =>
        ProgressView.ShowAsync("loading", (EvaluationProgress progress) => new ProgressShown(progress.Done, progress.Total, Describe(progress)), run, quiet);

    private static string Describe(EvaluationProgress progress)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{progress.Done} of {progress.Total} samples");
        return (progress.Done == progress.Total, progress.Remaining) switch
        {
            (true, _) => text + ", scoring",
            (_, { } remaining) => text + ProgressView.Left(remaining),
            _ => text,
        };
    }
}
