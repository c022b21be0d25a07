using System.ClientModel;
using System.CommandLine;
using MGLMM.Evaluation.Captions;
using Microsoft.Extensions.AI;
using OpenAI;

namespace MGLMM.Cli.Commands;

/// <summary><c>--similarity</c>: how alike phrases have to be for the recall of the published protocol.</summary>
internal static class SimilarityOption
{
    private const string Heads = "heads";

    public static Option<string> Create()
    {
        Option<string> option = new("--similarity")
        {
            Description = "How the recall of --protocol mglmm compares phrases: heads (what they are about), exact, wordnet, or embedding (OPENAI_EMBEDDING_MODEL at OPENAI_BASE_URL or with OPENAI_API_KEY).",
            DefaultValueFactory = _ => Heads,
        };
        option.AcceptOnlyFromAmong(Heads, "exact", "wordnet", "embedding");
        return option;
    }

    public static Option<string?> CreateWordNet() => new("--wordnet")
    {
        Description = $"WordNet's folder of dict files, for METEOR with synonyms too; Debian's wordnet-base has them in {WordNet.DefaultFolder}.",
    };

    /// <summary>The chosen one.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="wordNet">WordNet, if it was read already.</param>
    /// <param name="variable">Gives a variable's value.</param>
    public static ITextSimilarity Of(string name, WordNet? wordNet, Func<string, string?> variable) => name switch
    {
        "exact" => new ExactSimilarity(),
        "wordnet" => new WordNetSimilarity(wordNet ?? WordNet.Load()),
        "embedding" => Embedding(variable),
        _ => new HeadSimilarity(),
    };

    private static EmbeddingSimilarity Embedding(Func<string, string?> variable)
    {
        string model = variable("OPENAI_EMBEDDING_MODEL") is { Length: > 0 } named ? named : throw new ArgumentException("--similarity embedding needs OPENAI_EMBEDDING_MODEL, and OPENAI_BASE_URL or OPENAI_API_KEY.");
        (string? address, string? key) = (variable("OPENAI_BASE_URL"), variable("OPENAI_API_KEY"));
        if (string.IsNullOrWhiteSpace(address) && string.IsNullOrWhiteSpace(key))
        {
            throw new ArgumentException("--similarity embedding needs OPENAI_BASE_URL or OPENAI_API_KEY.");
        }

        Uri? endpoint = string.IsNullOrWhiteSpace(address) ? null : Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) ? uri : throw new ArgumentException($"OPENAI_BASE_URL is '{address}'; give an address such as http://localhost:11434/v1.");
        OpenAIClientOptions options = new() { Endpoint = endpoint };
        return new EmbeddingSimilarity(new OpenAIClient(new ApiKeyCredential(string.IsNullOrWhiteSpace(key) ? "none" : key), options).GetEmbeddingClient(model).AsIEmbeddingGenerator(), model);
    }
}
