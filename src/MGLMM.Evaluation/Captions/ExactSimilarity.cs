namespace MGLMM.Evaluation.Captions;

/// <summary>1 for phrases of the same words, whatever the case and punctuation, else 0. Immutable.</summary>
public sealed class ExactSimilarity : ITextSimilarity
{
    /// <inheritdoc/>
    public string Name => "exact words";

    /// <inheritdoc/>
    public Task<Func<string, string, double>> PrepareAsync(IReadOnlyCollection<string> phrases, CancellationToken cancellationToken = default) =>
        Task.FromResult<Func<string, string, double>>(Compare);

    internal static double Compare(string first, string second) => CaptionTokens.Of(first).SequenceEqual(CaptionTokens.Of(second)) ? 1 : 0;
}
