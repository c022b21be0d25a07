using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Predictions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>LISA's protocol: all masks of an answer as one, pixels that the sample ignores left out on both sides. Texts are not scored.</summary>
internal sealed class LisaScores : ITaskScores
{
    private readonly UnionOverlaps _overlaps = new();
    private int _count;

    public double Add(SegCapSample sample, string text, IReadOnlyList<PredictedMask> answer)
    {
        _count++;
        AnswerKind kind = AnswerKinds.Of(sample);
        return kind is AnswerKind.Grounded or AnswerKind.Nothing
            ? _overlaps.Add(MaskAreas.Of(sample, answer, SegCapFile.IgnoreOf(sample)), kind == AnswerKind.Grounded)
            : 0;
    }

    public TaskResult Result()
    {
        MetricList metrics = new();
        _overlaps.List(metrics);
        return new TaskResult(_count, metrics.Metrics, []);
    }
}
