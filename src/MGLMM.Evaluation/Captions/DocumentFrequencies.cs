namespace MGLMM.Evaluation.Captions;

/// <summary>How many samples have a reference that holds an n-gram of 1 to 4 words. Immutable.</summary>
internal sealed class DocumentFrequencies
{
    /// <summary>Words of the longest n-grams.</summary>
    public const int LongestGram = 4;

    private readonly Dictionary<string, int> _references = new(StringComparer.Ordinal);
    private readonly double _all;

    /// <param name="references">As <see cref="CaptionTokens"/>.</param>
    public DocumentFrequencies(IEnumerable<IReadOnlyList<string>> references)
        : this(references.Select(reference => (IReadOnlyList<IReadOnlyList<string>>)[reference]))
    {
    }

    /// <param name="references">All references of each sample: a sample counts once, however many of its references hold an n-gram.</param>
    public DocumentFrequencies(IEnumerable<IReadOnlyList<IReadOnlyList<string>>> references)
    {
        int count = 0;
        foreach (IReadOnlyList<IReadOnlyList<string>> reference in references)
        {
            count++;
            foreach (string? gram in Enumerable.Range(1, LongestGram).SelectMany(length => reference.SelectMany(words => Grams(words, length))).Distinct(StringComparer.Ordinal))
            {
                _references[gram] = _references.GetValueOrDefault(gram) + 1;
            }
        }

        _all = Math.Log(Math.Max(1, count));
    }

    /// <summary>log(samples / samples with it); an n-gram that none holds counts as held by one.</summary>
    public double WeightOf(string gram) => _all - Math.Log(Math.Max(1, _references.GetValueOrDefault(gram)));

    /// <summary>The n-grams of a text. Words hold no spaces, so that joined n-grams of different lengths differ.</summary>
    public static IEnumerable<string> Grams(IReadOnlyList<string> words, int length)
    {
        for (int start = 0; start + length <= words.Count; start++)
        {
            yield return string.Join(' ', words.Skip(start).Take(length));
        }
    }
}
