using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Predictions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>Sorts answers by task and scores them.</summary>
internal sealed class Scoring
{
    /// <summary>What expressions of one, several and no object are called together: the published protocols score a data set as a whole.</summary>
    private const string AllExpressions = "refer";

    /// <summary>What grounded descriptions of every granularity are called together, as MGSC's "all".</summary>
    private const string AllDescriptions = "all";

    private readonly EvaluationProtocol _protocol;
    private readonly Func<string, string, double> _similarity;
    private readonly WordNet? _synonyms;
    private readonly Dictionary<string, LabelVocabulary> _vocabularies;
    private readonly Dictionary<string, DocumentFrequencies> _frequencies;
    private readonly SortedDictionary<string, ITaskScores> _tasks = new(StringComparer.Ordinal);
    private readonly DocumentFrequencies _allDescribed;
    private readonly bool _severalDescribed;
    private readonly HashSet<string> _mixed;
    private readonly SortedDictionary<string, SortedDictionary<string, ITaskScores>> _granularities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, PairScores> _pairs = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, List<(SegCapSample Sample, double Quality)>> _qualities = new(StringComparer.Ordinal);

    /// <param name="all">
    /// Every sample of the file, scored or not: what a task's phrases may be about is what any of its samples names, and a word is as rare as
    /// in all of its truths.
    /// </param>
    /// <param name="protocol">Whose rules it scores by.</param>
    /// <param name="similarity">How alike two phrases are, where the protocol asks.</param>
    /// <param name="scored">The samples that are scored: the published protocols count how rare words are in their truths. Null takes all.</param>
    /// <param name="synonyms">WordNet, for METEOR with synonyms; may be null.</param>
    public Scoring(
        IReadOnlyList<SegCapSample> all, EvaluationProtocol protocol, Func<string, string, double> similarity, IReadOnlyList<SegCapSample>? scored = null, WordNet? synonyms = null)
    {
        (_protocol, _similarity, _synonyms) = (protocol, similarity, synonyms);
        IReadOnlyList<SegCapSample> counted = protocol is EvaluationProtocol.Mglmm or EvaluationProtocol.Coco ? scored ?? all : all;
        _vocabularies = all.GroupBy(sample => sample.Task, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => new LabelVocabulary(group.SelectMany(sample => sample.Labels)), StringComparer.Ordinal);
        _frequencies = counted.GroupBy(sample => sample.Task, StringComparer.Ordinal).ToDictionary(
            group => group.Key, group => new DocumentFrequencies(group.Where(AnswerKinds.Describes).Select(Descriptions.References)), StringComparer.Ordinal);
        SegCapSample[] described = _protocol == EvaluationProtocol.Mglmm ? [.. counted.Where(IsDescription)] : [];
        _allDescribed = new DocumentFrequencies(described.Select(Descriptions.References));
        _severalDescribed = described.Select(sample => sample.Task).Distinct(StringComparer.Ordinal).Count() > 1;
        _mixed = [.. all.Where(sample => sample.Pair is null).GroupBy(sample => sample.Task, StringComparer.Ordinal)
            .Where(group => group.Select(sample => sample.Granularity).Distinct(StringComparer.Ordinal).Count() > 1).Select(group => group.Key)];
    }

    public void Add(SegCapSample sample, Prediction prediction)
    {
        if (sample.Pair is { } pair)
        {
            if (!_pairs.TryGetValue(pair, out PairScores? pairScores))
            {
                _pairs.Add(pair, pairScores = new PairScores());
            }

            pairScores.Add(sample, prediction.Text);
            return;
        }

        IReadOnlyList<PredictedMask> masks = prediction.Masks(sample);
        double quality = ScoresOf(_tasks, sample.Task, sample).Add(sample, prediction.Text, masks);
        if (!_qualities.TryGetValue(sample.Task, out List<(SegCapSample Sample, double Quality)>? qualities))
        {
            _qualities.Add(sample.Task, qualities = []);
        }

        qualities.Add((sample, quality));
        if (_protocol is EvaluationProtocol.Mglmm or EvaluationProtocol.Lisa or EvaluationProtocol.Rela
            && sample.Task is "refer_one" or "refer_many" or "refer_none")
        {
            ScoresOf(_tasks, AllExpressions, sample).Add(sample, prediction.Text, masks);
        }

        if (_severalDescribed && IsDescription(sample))
        {
            if (!_tasks.TryGetValue(AllDescriptions, out ITaskScores? together))
            {
                _tasks.Add(AllDescriptions, together = new MglmmScores(_allDescribed, _similarity, _synonyms));
            }

            together.Add(sample, prediction.Text, masks);
        }

        if (_mixed.Contains(sample.Task) && sample.Granularity is { } granularity)
        {
            if (!_granularities.TryGetValue(sample.Task, out SortedDictionary<string, ITaskScores>? scores))
            {
                _granularities.Add(sample.Task, scores = new SortedDictionary<string, ITaskScores>(StringComparer.Ordinal));
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

    private static bool IsDescription(SegCapSample sample) => AnswerKinds.Of(sample) == AnswerKind.Grounded && AnswerKinds.Describes(sample);

    private static IReadOnlyDictionary<string, TaskResult> Results(SortedDictionary<string, ITaskScores> scores) =>
        scores.ToDictionary(entry => entry.Key, entry => entry.Value.Result(), StringComparer.Ordinal);

    private ITaskScores ScoresOf(SortedDictionary<string, ITaskScores> all, string key, SegCapSample sample)
    {
        if (!all.TryGetValue(key, out ITaskScores? scores))
        {
            all.Add(key, scores = _protocol switch
            {
                EvaluationProtocol.Mglmm => new MglmmScores(_frequencies[sample.Task], _similarity, _synonyms),
                EvaluationProtocol.Lisa => new LisaScores(),
                EvaluationProtocol.Rela => new RelaScores(),
                EvaluationProtocol.Coco => new CocoScores(_vocabularies[sample.Task], _frequencies[sample.Task], _synonyms),
                _ => new TaskScores(_vocabularies[sample.Task], _frequencies[sample.Task], _synonyms),
            });
        }

        return scores;
    }
}
