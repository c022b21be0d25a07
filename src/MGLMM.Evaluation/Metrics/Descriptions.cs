using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;

namespace MGLMM.Evaluation.Metrics;

/// <summary>METEOR and CIDEr-D of the answers that describe; of several right answers the best METEOR and the mean CIDEr-D, as COCO's caption evaluation has them.</summary>
/// <param name="frequencies">How rare words are in the truths.</param>
/// <param name="synonyms">For METEOR with WordNet's synonyms beside METEOR without; null computes that alone.</param>
internal sealed class Descriptions(DocumentFrequencies frequencies, WordNet? synonyms = null)
{
    private readonly List<double> _meteor = [];
    private readonly List<double> _withSynonyms = [];
    private readonly CiderD _cider = new(frequencies);

    /// <summary>All right answers of a sample.</summary>
    public static IReadOnlyList<string> RightAnswers(SegCapSample sample) => sample.References.Count == 0 ? [sample.Answer] : sample.References;

    /// <summary>All right answers of a sample, as words.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> References(SegCapSample sample) => [.. RightAnswers(sample).Select(AnswerText.Words)];

    /// <summary>Adds a sample if it wants a description.</summary>
    /// <returns>The answer's METEOR; 0 where none is wanted.</returns>
    public double Add(SegCapSample sample, string text)
    {
        if (!AnswerKinds.Describes(sample))
        {
            return 0;
        }

        (IReadOnlyList<string> said, IReadOnlyList<IReadOnlyList<string>> wanted) = (AnswerText.Words(text), References(sample));
        _cider.Add(said, wanted);
        _meteor.Add(wanted.Max(reference => Meteor.Score(said, reference)));
        if (synonyms is not null)
        {
            _withSynonyms.Add(wanted.Max(reference => Meteor.Score(said, reference, synonyms)));
        }

        return _meteor[^1];
    }

    /// <summary>Lists <c>meteor</c>, <c>meteor_wordnet</c> where there are synonyms, and <c>cider</c>.</summary>
    public void List(MetricList metrics)
    {
        metrics.Mean("meteor", _meteor);
        metrics.Mean("meteor_wordnet", _withSynonyms);
        metrics.Mean("cider", _cider.Scores());
    }
}
