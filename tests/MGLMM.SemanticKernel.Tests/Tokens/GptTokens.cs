using Microsoft.ML.Tokenizers;

namespace MGLMM.SemanticKernel.Tests.Tokens;

/// <summary>What a text costs a GPT model.</summary>
internal static class GptTokens
{
    private static readonly TiktokenTokenizer Tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");

    public static int Count(string text) => Tokenizer.CountTokens(text);
}
