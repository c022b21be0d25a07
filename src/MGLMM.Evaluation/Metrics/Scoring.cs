using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Predictions;
using MGLMM.Data.SegCap;

namespace MGLMM.Evaluation.Metrics;

/// <summary>Sorts answers by task and scores them.</summary>
internal sealed class Scoring
{
    private readonly Dictionary<string, LabelVocabulary> _vocabularies;
    private readonly Dictionary<string, DocumentFrequencies> _frequencies;
    private readonly SortedDictionary<string, TaskScores> _tasks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _mixed;
    private readonly SortedDictionary<string, SortedDictionary<string, TaskScores>> _granularities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PairScores> _pairs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(SegCapSample Sample, double Quality)>> _qualities = new(StringComparer.Ordinal);

    /// <param name="all">
    /// Every sample of the file, scored or not: what a task's phrases may be about is what any of its samples names, and a word is as rare as
    /// in all of its truths.
    /// </param>
    public Scoring(IReadOnlyList<SegCapSample> all)
    {
        _vocabularies = all.GroupBy(sample => sample.Task, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new LabelVocabulary(group.SelectMany(sample => sample.Labels)), StringComparer.Ordinal);
        _frequencies = all.GroupBy(sample => sample.Task, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => new DocumentFrequencies(group.Where(AnswerKinds.Describes).Select(sample => AnswerText.Words(sample.Answer))), StringComparer.Ordinal);
        _mixed = [.. all.Where(sample => sample.Pair is null).GroupBy(sample => sample.Task, StringComparer.Ordinal)
            .Where(group => group.Select(sample => sample.Granularity).Distinct(StringComparer.Ordinal).Count() > 1).Select(group => group.Key)];
    }

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

        var masks = prediction.Masks(sample);
        var quality = ScoresOf(_tasks, sample.Task, sample).Add(sample, prediction.Text, masks);
        if (!_qualities.TryGetValue(sample.Task, out var qualities))
        {
            _qualities.Add(sample.Task, qualities = []);
        }

        qualities.Add((sample, quality));
        if (_mixed.Contains(sample.Task) && sample.Granularity is { } granularity)
        {
            if (!_granularities.TryGetValue(sample.Task, out var scores))
            {
                _granularities.Add(sample.Task, scores = new SortedDictionary<string, TaskScores>(StringComparer.Ordinal));
            }

            ScoresOf(scores, granularity, sample).Add(sample, prediction.Text, masks);
        }
    }

    /// <summary>Metrics by task.</summary>
    public IReadOnlyDictionary<string, TaskResult> Tasks() => Results(_tasks);

    /// <summary>Metrics of tasks that come in several granularities, by task, then by granularity.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, TaskResult>> Granularities() =>
        _granularities.ToDictionary(entry => entry.Key, entry => Results(entry.Value), StringComparer.Ordinal);

    /// <summary>Metrics of minimal pairs by what they change.</summary>
    public IReadOnlyDictionary<string, TaskResult> Pairs() => _pairs.ToDictionary(entry => entry.Key, entry => entry.Value.Result(), StringComparer.Ordinal);

    /// <summary>By task, every sample with how good its answer is.</summary>
    public IReadOnlyDictionary<string, List<(SegCapSample Sample, double Quality)>> Qualities() => _qualities;

    private static IReadOnlyDictionary<string, TaskResult> Results(SortedDictionary<string, TaskScores> scores) =>
        scores.ToDictionary(entry => entry.Key, entry => entry.Value.Result(), StringComparer.Ordinal);

    private TaskScores ScoresOf(SortedDictionary<string, TaskScores> all, string key, SegCapSample sample)
    {
        if (!all.TryGetValue(key, out var scores))
        {
            all.Add(key, scores = new TaskScores(_vocabularies[sample.Task], _frequencies[sample.Task]));
        }

        return scores;
    }
}
