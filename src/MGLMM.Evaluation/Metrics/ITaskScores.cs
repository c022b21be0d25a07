using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Predictions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>Collects the answers of a task and scores them by the rules of a protocol.</summary>
internal interface ITaskScores
{
    /// <summary>Adds a sample and what the model answered.</summary>
    /// <returns>How good this one answer is, 0 to 1, to find the best and the worst by.</returns>
    public double Add(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer);

    /// <summary>The metrics that apply, with their 95 % confidence intervals.</summary>
    public TaskResult Result();
}
