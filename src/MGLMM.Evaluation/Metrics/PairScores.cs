using MGLMM.Data.SegCap;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// Minimal pairs: two questions about one picture that differ in one word, one of them true. Right is the answer that begins with
/// "yes" where the question is true and with "no" where it is not.
/// </summary>
internal sealed class PairScores
{
    private readonly List<double> _right = [];
    private readonly List<double> _both = [];
    private readonly List<double> _affirmed = [];
    private SegCapSample? _open;

    /// <summary>Adds a question; the two of a pair follow each other.</summary>
    public double Add(SegCapSample sample, string text)
    {
        IReadOnlyList<string> words = AnswerText.Words(text);
        bool yes = words is ["yes", ..];
        bool right = sample.Truth is { } truth
            ? yes == truth && (yes || words is ["no", ..])
            : words.SequenceEqual(AnswerText.Words(sample.Answer));
        _right.Add(right ? 1 : 0);
        _affirmed.Add(yes ? 1 : 0);
        if (_open is { } first && first.Image == sample.Image && first.Truth != sample.Truth)
        {
            _both.Add(right && _right[^2] > 0 ? 1 : 0);
            _open = null;
        }
        else
        {
            _open = sample;
        }

        return _right[^1];
    }

    /// <summary><c>accuracy</c> of the questions; besides, how many pairs had both right and how often yes was said.</summary>
    public TaskResult Result() => new(_right.Count, [Mean("accuracy", _right)], [.. _both.Count > 0 ? [Mean("both_right", _both)] : Array.Empty<Metric>(), Mean("says_yes", _affirmed)]);

    private static Metric Mean(string name, List<double> values)
    {
        (double low, double high) = Bootstrap.MeanInterval(values);
        return new Metric(name, values.Average(), low, high);
    }
}
