namespace MGLMM.Evaluation.Captions;

/// <summary>
/// How near what two phrases are about is in WordNet: 1 for synonyms, 0.5 where one is a kind of the other, less for anything further. Phrases whose nouns
/// WordNet does not know are compared by their words. Immutable.
/// </summary>
/// <param name="wordNet">The words.</param>
public sealed class WordNetSimilarity(WordNet wordNet) : ITextSimilarity
{
    /// <inheritdoc/>
    public string Name => "WordNet (1 / (1 + steps) between the nouns)";

    /// <inheritdoc/>
    public Task<Func<string, string, double>> PrepareAsync(IReadOnlyCollection<string> phrases, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(phrases);
        Dictionary<string, string?> nouns = new(StringComparer.Ordinal);
        Dictionary<(string, string), double> known = new();
        foreach (string phrase in phrases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nouns[phrase] = PhraseHeads.Names(phrase).FirstOrDefault(wordNet.IsNoun);
        }

        return Task.FromResult<Func<string, string, double>>((first, second) =>
        {
            if (HeadSimilarity.Compare(first, second) == 1 || nouns[first] is not { } one || nouns[second] is not { } other)
            {
                return HeadSimilarity.Compare(first, second);
            }

            if (!known.TryGetValue((one, other), out double value))
            {
                known.Add((one, other), value = wordNet.NounSimilarity(one, other));
            }

            return value;
        });
    }
}
