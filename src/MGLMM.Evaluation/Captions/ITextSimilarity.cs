namespace MGLMM.Evaluation.Captions;

/// <summary>How alike two phrases are: what the recall of the MGLMM protocol asks besides the overlap of masks.</summary>
/// <remarks>The published evaluation takes the cosine of mean-pooled <c>bert-base-uncased</c> states; recalls by another similarity do not compare with it.</remarks>
public interface ITextSimilarity
{
    /// <summary>What the report calls it.</summary>
    public string Name { get; }

    /// <summary>Makes ready to compare phrases, in one go because models embed many faster than one.</summary>
    /// <param name="phrases">Every phrase that will be compared, each once.</param>
    /// <param name="cancellationToken">Observed while it works.</param>
    /// <returns>The similarity of two of the phrases; 0.5 or more is alike.</returns>
    public Task<Func<string, string, double>> PrepareAsync(IReadOnlyCollection<string> phrases, CancellationToken cancellationToken = default);
}
