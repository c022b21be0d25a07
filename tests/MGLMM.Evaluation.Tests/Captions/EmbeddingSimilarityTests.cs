using MGLMM.Evaluation.Captions;
using Microsoft.Extensions.AI;

namespace MGLMM.Evaluation.Tests.Captions;

public sealed class EmbeddingSimilarityTests
{
    [Fact]
    public async Task Phrases_are_as_alike_as_their_embeddings()
    {
        Func<string, string, double> alike = await new EmbeddingSimilarity(new Letters(), "letters").PrepareAsync(["ab", "ba", "cd", "abcd"]);
        Assert.Equal(1, alike("ab", "ba"), 6);
        Assert.Equal(0, alike("ab", "cd"), 6);
        Assert.Equal(Math.Sqrt(0.5), alike("ab", "abcd"), 6);
    }

    /// <summary>Counts letters.</summary>
    private sealed class Letters : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value => new Embedding<float>(Enumerable.Range('a', 26).Select(letter => (float)value.Count(character => character == letter)).ToArray()))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
