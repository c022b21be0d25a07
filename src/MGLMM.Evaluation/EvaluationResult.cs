using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Pictures;

namespace MGLMM.Evaluation;

/// <summary>What an evaluation found.</summary>
/// <param name="Run">What was run.</param>
/// <param name="Tasks">Metrics by task.</param>
/// <param name="Granularities">Metrics of tasks that come in several granularities, once more for each of them: by task, then by granularity.</param>
/// <param name="Pairs">Metrics of minimal pairs by what the pair changes: <c>kind</c> or <c>colour</c>.</param>
/// <param name="Examples">The best, the median and the worst sample of each task; empty without <see cref="EvaluationOptions.Sheet"/>.</param>
public sealed record EvaluationResult(
    EvaluationRun Run,
    IReadOnlyDictionary<string, TaskResult> Tasks,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, TaskResult>> Granularities,
    IReadOnlyDictionary<string, TaskResult> Pairs,
    IReadOnlyList<Example> Examples);

/// <summary>What was run.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Precision">The precision of its bundle.</param>
/// <param name="File">Name of the SegCap file.</param>
/// <param name="Samples">Samples that were scored.</param>
/// <param name="Pictures">Pictures that they are about.</param>
/// <param name="Shuffled">Whether each question was asked about another sample's picture.</param>
/// <param name="Answered">Samples that were asked in this run; the others were answered in earlier ones.</param>
/// <param name="Elapsed">How long asking them took.</param>
public sealed record EvaluationRun(string Model, string Precision, string File, int Samples, int Pictures, bool Shuffled, int Answered, TimeSpan Elapsed)
{
    /// <summary>Whose rules the answers were scored by.</summary>
    public EvaluationProtocol Protocol { get; init; }

    /// <summary>The data sets that the samples come from, by the names of their kinds.</summary>
    public IReadOnlyList<string> Datasets { get; init; } = [];

    /// <summary>What phrases were compared by; null where the protocol compares none.</summary>
    public string? TextSimilarity { get; init; }
}
