using System.Text.Json;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

/// <summary>The outside numbers that the text tests compare with, and what is needed to read them.</summary>
internal static class TextData
{
    private static readonly string[] AddedTokens = ["<im_start>", "<im_end>", "<bbox>", "<point>", "[SEG]", "<p>", "</p>"];

    /// <summary>The SentencePiece model of the oracle's configuration A.</summary>
    public static string OracleModel { get; } = Path.Combine(OracleData.ConfigurationA, "mglmm-tiny-A", "tokenizer.model");

    /// <summary>The oracle's tokenizer.</summary>
    public static GroundingTokenizer Tokenizer { get; } = Load("oracle");

    /// <summary>The default conversation template of the official code.</summary>
    public static ConversationTemplate Template { get; } = new()
    {
        System = "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, "
            + "and polite answers to the human's questions.",
        UserRole = "USER",
        AssistantRole = "ASSISTANT",
        Separator = " ",
        TurnEnd = "</s>",
        ImageSentence = "The <im_start><image><im_end> provides an overview of the picture.\n",
    };

    /// <summary>The official code's tokenizer cases.</summary>
    public static JsonElement TokenizerCases { get; } = Read(OracleData.Golden("tokenizer_cases.json"));

    /// <summary>The eleven golden turns by name.</summary>
    public static JsonElement Cases { get; } = Read(OracleData.Golden("cases.json")).GetProperty("cases");

    /// <summary>The cases that <c>make_vectors.py</c> computed.</summary>
    public static JsonElement Vectors { get; } = Read(PathOf("tokenizer_vectors.json"));

    public static IEnumerable<TheoryDataRow<string>> CaseNames => Cases.EnumerateObject().Select(c => new TheoryDataRow<string>(c.Name));

    public static string PathOf(string fileName) =>
        RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "text", fileName);

    public static string ModelPath(string name) => name == "oracle" ? OracleModel : PathOf(name + ".model");

    public static GroundingTokenizer Load(string name, Func<TokenSpecification, TokenSpecification>? change = null)
    {
        using FileStream stream = File.OpenRead(ModelPath(name));
        TokenSpecification tokens = Tokens(SentencePieceModel.Load(stream).Count);
        return GroundingTokenizer.Load(ModelPath(name), change is null ? tokens : change(tokens));
    }

    /// <summary>The ids that the official code gives to its tokens on a vocabulary of some size.</summary>
    public static TokenSpecification Tokens(int pieceCount) => new()
    {
        Model = "tokenizer.model",
        Unknown = 0,
        BeginOfSequence = 1,
        EndOfSequence = 2,
        Segment = pieceCount + Array.IndexOf(AddedTokens, "[SEG]"),
        Added = AddedTokens.Index().ToDictionary(token => token.Item, token => pieceCount + token.Index),
    };

    public static int[] Ints(this JsonElement element, string property) =>
        [.. element.GetProperty(property).EnumerateArray().Select(id => id.GetInt32())];

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    private static JsonElement Read(string path) => JsonDocument.Parse(File.ReadAllBytes(path)).RootElement;
}
