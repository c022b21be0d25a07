using MGLMM.Evaluation.Predictions;
using MGLMM.Evaluation.SegCap;

namespace MGLMM.Evaluation.Metrics;

/// <summary>Sorts answers by task and scores them.</summary>
internal sealed class Scoring
{
    private readonly Dictionary<string, LabelVocabulary> _vocabularies;
    private readonly SortedDictionary<string, TaskScores> _tasks = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PairScores> _pairs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(SegCapSample Sample, double Quality)>> _qualities = new(StringComparer.Ordinal);

    /// <param name="all">Every sample of the file: what a task's phrases may be about is what any of its samples names.</param>
    public Scoring(IReadOnlyList<SegCapSample> all) =>
        _vocabularies = all.GroupBy(sample => sample.Task, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new LabelVocabulary(group.SelectMany(sample => sample.Labels)), StringComparer.Ordinal);

    public void Add(SegCapSample sample, Prediction prediction)
    {
        if (sample.Pair is { } pair)
        {
            if (!_pairs.TryGetValue(pair, out var pairScores))
            {
                _pairs.Add(pair, pairScores = new PairScores());
            }

            pairScores.Add(sample, prediction.Text);
            return;
        }

        if (!_tasks.TryGetValue(sample.Task, out var scores))
        {
            _tasks.Add(sample.Task, scores = new TaskScores(_vocabularies[sample.Task]));
            _qualities.Add(sample.Task, []);
        }

        _qualities[sample.Task].Add((sample, scores.Add(sample, prediction.Text, prediction.Masks(sample))));
    }

    /// <summary>Metrics by task.</summary>
    public IReadOnlyDictionary<string, TaskResult> Tasks() => _tasks.ToDictionary(entry => entry.Key, entry => entry.Value.Result(), StringComparer.Ordinal);

    /// <summary>Metrics of minimal pairs by what they change.</summary>
    public IReadOnlyDictionary<string, TaskResult> Pairs() => _pairs.ToDictionary(entry => entry.Key, entry => entry.Value.Result(), StringComparer.Ordinal);

    /// <summary>By task, every sample with how good its answer is.</summary>
    public IReadOnlyDictionary<string, List<(SegCapSample Sample, double Quality)>> Qualities() => _qualities;
}
