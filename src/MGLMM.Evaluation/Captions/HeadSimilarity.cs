namespace MGLMM.Evaluation.Captions;

/// <summary>1 where the one phrase, without its article, ends what the other is about ("car" and "a red car"), else 0. Immutable.</summary>
public sealed class HeadSimilarity : ITextSimilarity
{
    /// <inheritdoc/>
    public string Name => "the words that phrases are about";

    /// <inheritdoc/>
    public Task<Func<string, string, double>> PrepareAsync(IReadOnlyCollection<string> phrases, CancellationToken cancellationToken = default) =>
        Task.FromResult<Func<string, string, double>>(Compare);

    internal static double Compare(string first, string second) => Ends(first, second) || Ends(second, first) ? 1 : 0;

    private static bool Ends(string phrase, string label)
    {
        string wanted = string.Join(' ', CaptionTokens.Of(label).SkipWhile(word => word is "a" or "an" or "the"));
        return wanted.Length > 0 && PhraseHeads.Names(phrase).Contains(wanted, StringComparer.Ordinal);
    }
}
