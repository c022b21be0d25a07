namespace MGLMM.Evaluation.Reports;

/// <summary>Results of another evaluation, such as one with shuffled pictures or other wordings, to stand beside this one's.</summary>
public sealed class Comparison
{
    private readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> _metrics;

    private Comparison(string name, IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> metrics) => (Name, _metrics) = (name, metrics);

    /// <summary>What the report calls it.</summary>
    public string Name { get; }

    /// <summary>Reads a file that <see cref="EvaluationJson"/> wrote.</summary>
    /// <param name="argument">A path, or <c>NAME=PATH</c>; without a name it is called by its file.</param>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static Comparison Parse(string argument)
    {
        ArgumentException.ThrowIfNullOrEmpty(argument);
        int separator = argument.IndexOf('=', StringComparison.Ordinal);
        bool named = separator > 0 && !File.Exists(argument);
        string path = named ? argument[(separator + 1)..] : argument;
        return new Comparison(named ? argument[..separator] : Path.GetFileNameWithoutExtension(path), EvaluationJson.ReadMetrics(path));
    }

    /// <summary>A value; null where this evaluation had none.</summary>
    internal double? Find(string task, string metric) =>
        _metrics.TryGetValue(task, out IReadOnlyDictionary<string, double>? metrics) && metrics.TryGetValue(metric, out double value) ? value : null;
}
