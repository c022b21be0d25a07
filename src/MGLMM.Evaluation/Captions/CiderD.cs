namespace MGLMM.Evaluation.Captions;

/// <summary>
/// CIDEr-D (Vedantam, Zitnick and Parikh, 2015), with the arithmetic of COCO's caption evaluation, which calls it CIDEr: for n-grams of
/// 1 to 4 words, the cosine of TF-IDF vectors in which the candidate's counts are clipped to the reference's, times a Gaussian of the
/// difference in length (sigma 6), averaged over the four, times 10. Document frequencies come from the references that are added: an
/// n-gram's weight is log(references / references with it), and an n-gram that none holds counts as held by one.
/// </summary>
/// <remarks>One reference per candidate. A value belongs to its set of references: values of different files are not comparable.</remarks>
internal sealed class CiderD
{
    private const int LongestGram = 4;

    private const double Sigma = 6;

    private readonly List<(IReadOnlyList<string> Candidate, IReadOnlyList<string> Reference)> _pairs = [];

    /// <summary>Adds a caption and what it should have been, both as <see cref="CaptionTokens"/>.</summary>
    public void Add(IReadOnlyList<string> candidate, IReadOnlyList<string> reference) => _pairs.Add((candidate, reference));

    /// <summary>The score of each caption that was added, 0 to 10; CIDEr-D is their mean.</summary>
    public double[] Scores()
    {
        var frequencies = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (_, reference) in _pairs)
        {
            foreach (var gram in Enumerable.Range(1, LongestGram).SelectMany(length => Grams(reference, length)).Distinct())
            {
                frequencies[gram] = frequencies.GetValueOrDefault(gram) + 1;
            }
        }

        var documents = Math.Log(_pairs.Count);
        return [.. _pairs.Select(pair => Score(pair.Candidate, pair.Reference, gram => documents - Math.Log(Math.Max(1, frequencies.GetValueOrDefault(gram)))))];
    }

    private static double Score(IReadOnlyList<string> candidate, IReadOnlyList<string> reference, Func<string, double> weight)
    {
        var difference = candidate.Count - reference.Count;
        var penalty = Math.Exp(-difference * difference / (2 * Sigma * Sigma));
        var sum = 0d;
        for (var length = 1; length <= LongestGram; length++)
        {
            var said = Vector(candidate, length, weight);
            var wanted = Vector(reference, length, weight);
            var product = said.Sum(entry => wanted.TryGetValue(entry.Key, out var value) ? Math.Min(entry.Value, value) * value : 0);
            var norm = Norm(said) * Norm(wanted);
            sum += norm == 0 ? 0 : product / norm * penalty;
        }

        return 10 * sum / LongestGram;
    }

    private static Dictionary<string, double> Vector(IReadOnlyList<string> words, int length, Func<string, double> weight) =>
        Grams(words, length).CountBy(gram => gram, StringComparer.Ordinal).ToDictionary(entry => entry.Key, entry => entry.Value * weight(entry.Key), StringComparer.Ordinal);

    private static double Norm(Dictionary<string, double> vector) => Math.Sqrt(vector.Values.Sum(value => value * value));

    /// <summary>Words hold no spaces, so that joined n-grams of different lengths differ.</summary>
    private static IEnumerable<string> Grams(IReadOnlyList<string> words, int length)
    {
        for (var start = 0; start + length <= words.Count; start++)
        {
            yield return string.Join(' ', words.Skip(start).Take(length));
        }
    }
}
