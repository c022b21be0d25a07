namespace MGLMM.Evaluation.Metrics;

/// <summary>Metrics of one task.</summary>
/// <param name="Count">Samples.</param>
/// <param name="Metrics">Those that apply.</param>
/// <param name="Further">What explains them, such as precision and recall beside an F1.</param>
public sealed record TaskResult(int Count, IReadOnlyList<Metric> Metrics, IReadOnlyList<Metric> Further);

/// <summary>A metric of a task.</summary>
/// <param name="Name">As in the JSON output.</param>
/// <param name="Value">0 to 1; for <c>cider</c> 0 to 10.</param>
/// <param name="Low">Lower end of the 95 % interval, if there is one.</param>
/// <param name="High">Upper end.</param>
public sealed record Metric(string Name, double Value, double? Low, double? High);
