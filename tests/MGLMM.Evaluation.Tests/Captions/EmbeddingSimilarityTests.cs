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

    /// <summary>Services refuse a whole batch for one text without words.</summary>
    [Fact]
    public async Task A_phrase_without_words_is_not_sent_and_is_like_nothing()
    {
        Func<string, string, double> alike = await new EmbeddingSimilarity(new Letters(), "letters").PrepareAsync(["ab", "", " "]);
        Assert.Equal(1, alike("ab", "ab"), 6);
        Assert.Equal((0, 0, 0), (alike("ab", ""), alike(" ", "ab"), alike("", "")));
    }

    /// <summary>Counts letters.</summary>
    private sealed class Letters : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            values.Any(string.IsNullOrWhiteSpace) ? throw new ArgumentException("A text has no words.") : Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(value => new Embedding<float>(Enumerable.Range('a', 26).Select(letter => (float)value.Count(character => character == letter)).ToArray()))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
