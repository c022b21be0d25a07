namespace MGLMM.Evaluation.Captions;

/// <summary>
/// CIDEr-D (Vedantam, Zitnick and Parikh, 2015), with the arithmetic of COCO's caption evaluation, which calls it CIDEr: for n-grams of
/// 1 to 4 words, the cosine of TF-IDF vectors in which the candidate's counts are clipped to the reference's, times a Gaussian of the
/// difference in length (sigma 6), averaged over the four, times 10.
/// </summary>
/// <param name="frequencies">How rare n-grams are. A value belongs to them: values of different files are not comparable.</param>
/// <remarks>Of several references the mean.</remarks>
internal sealed class CiderD(DocumentFrequencies frequencies)
{
    private const double Sigma = 6;

    private readonly List<(IReadOnlyList<string> Candidate, IReadOnlyList<IReadOnlyList<string>> References)> _pairs = [];

    /// <summary>Adds a caption and what it should have been, both as <see cref="CaptionTokens"/>.</summary>
    public void Add(IReadOnlyList<string> candidate, IReadOnlyList<string> reference) => Add(candidate, [reference]);

    /// <summary>Adds a caption and all that it could have been.</summary>
    public void Add(IReadOnlyList<string> candidate, IReadOnlyList<IReadOnlyList<string>> references) => _pairs.Add((candidate, references));

    /// <summary>The score of each caption that was added, 0 to 10; CIDEr-D is their mean.</summary>
    public double[] Scores() => [.. _pairs.Select(pair => pair.References.Average(reference => Score(pair.Candidate, reference, frequencies.WeightOf)))];

    private static double Score(IReadOnlyList<string> candidate, IReadOnlyList<string> reference, Func<string, double> weight)
    {
        int difference = candidate.Count - reference.Count;
        double penalty = Math.Exp(-difference * difference / (2 * Sigma * Sigma));
        double sum = 0d;
        for (int length = 1; length <= DocumentFrequencies.LongestGram; length++)
        {
            Dictionary<string, double> said = Vector(candidate, length, weight);
            Dictionary<string, double> wanted = Vector(reference, length, weight);
            double product = said.Sum(entry => wanted.TryGetValue(entry.Key, out double value) ? Math.Min(entry.Value, value) * value : 0);
            double norm = Norm(said) * Norm(wanted);
            sum += norm == 0 ? 0 : product / norm * penalty;
        }

        return 10 * sum / DocumentFrequencies.LongestGram;
    }

    private static Dictionary<string, double> Vector(IReadOnlyList<string> words, int length, Func<string, double> weight) =>
        DocumentFrequencies.Grams(words, length).CountBy(gram => gram, StringComparer.Ordinal).ToDictionary(entry => entry.Key, entry => entry.Value * weight(entry.Key), StringComparer.Ordinal);

    private static double Norm(Dictionary<string, double> vector) => Math.Sqrt(vector.Values.Sum(value => value * value));
}
