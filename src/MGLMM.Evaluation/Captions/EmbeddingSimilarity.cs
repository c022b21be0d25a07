using Microsoft.Extensions.AI;

namespace MGLMM.Evaluation.Captions;

/// <summary>
/// The cosine of embeddings. With mean-pooled states of <c>bert-base-uncased</c> behind the generator it is the published evaluation's; with another model it
/// does not compare with that. A phrase without words has no embedding and is like nothing. As thread-safe as the generator.
/// </summary>
/// <param name="generator">Makes the embeddings; not disposed.</param>
/// <param name="name">The model's name.</param>
public sealed class EmbeddingSimilarity(IEmbeddingGenerator<string, Embedding<float>> generator, string name) : ITextSimilarity
{
    private const int AtOnce = 256;

    /// <inheritdoc/>
    public string Name => $"the cosine of embeddings by {name}";

    /// <inheritdoc/>
    public async Task<Func<string, string, double>> PrepareAsync(IReadOnlyCollection<string> phrases, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(phrases);
        Dictionary<string, ReadOnlyMemory<float>> vectors = new(StringComparer.Ordinal);
        foreach (string[] some in phrases.Where(phrase => !string.IsNullOrWhiteSpace(phrase)).Chunk(AtOnce))
        {
            GeneratedEmbeddings<Embedding<float>> made = await generator.GenerateAsync(some, cancellationToken: cancellationToken).ConfigureAwait(false);
            if (made.Count != some.Length)
            {
                throw new InvalidDataException($"'{name}' gave {made.Count} embeddings for {some.Length} phrases.");
            }

            foreach ((string phrase, Embedding<float> embedding) in some.Zip(made))
            {
                vectors[phrase] = embedding.Vector;
            }
        }

        return (first, second) => string.IsNullOrWhiteSpace(first) || string.IsNullOrWhiteSpace(second) ? 0 : Cosine(vectors[first].Span, vectors[second].Span);
    }

    private static double Cosine(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        (double product, double one, double other) = (0, 0, 0);
        for (int index = 0; index < Math.Min(first.Length, second.Length); index++)
        {
            product += (double)first[index] * second[index];
            one += (double)first[index] * first[index];
            other += (double)second[index] * second[index];
        }

        return one == 0 || other == 0 ? 0 : product / Math.Sqrt(one * other);
    }
}
