using System.Text.Json;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Text;

namespace MGLMM.Conversion.Families;

/// <summary>Reads what a Hugging Face LLaMA tokenizer adds to its SentencePiece model.</summary>
internal static class TokenizerFiles
{
    public const string Model = "tokenizer.model";

    /// <summary>The token table of a checkpoint folder.</summary>
    /// <exception cref="ConversionException">The model file or <c>[SEG]</c> is missing, or an id is out of range.</exception>
    public static TokenSpecification Read(string folder, CheckpointConfiguration configuration, int vocabulary)
    {
        var path = Path.Combine(folder, Model);
        if (!File.Exists(path))
        {
            throw new ConversionException($"'{Model}' is missing from '{folder}': the slow (SentencePiece) tokenizer's model is needed.");
        }

        var added = AddedTokens(folder);
        if (!added.TryGetValue("[SEG]", out var segment))
        {
            throw new ConversionException($"No token '[SEG]' is among the added tokens of '{folder}': this is no grounding checkpoint, or added_tokens.json is missing.");
        }

        var stated = configuration.Integer("seg_token_idx");
        if (stated is not null && stated != segment)
        {
            throw new ConversionException($"config.json says seg_token_idx {stated}, the tokenizer says {segment}. One of the two files is from another checkpoint.");
        }

        foreach (var (content, id) in added)
        {
            if (id < 0 || id >= vocabulary)
            {
                throw new ConversionException($"Added token '{content}' has the id {id}, but the embedding table has {vocabulary} rows.");
            }
        }

        var tokens = new TokenSpecification
        {
            Model = Model,
            Unknown = 0,
            BeginOfSequence = configuration.Integer("bos_token_id") ?? 1,
            EndOfSequence = configuration.Integer("eos_token_id") ?? 2,
            Segment = segment,
            Added = added,
        };
        if (new FileInfo(path).Length == 0)
        {
            throw new ConversionException($"'{Model}' is empty.");
        }

        // What the runtime cannot load is found now, not after hours of converting.
        try
        {
            var tokenizer = GroundingTokenizer.Load(path, tokens);
            return tokenizer.VocabularySize <= vocabulary
                ? tokens
                : throw new ConversionException($"The tokenizer has {tokenizer.VocabularySize} tokens, the embedding table {vocabulary} rows. One of the two is from another checkpoint.");
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            throw new ConversionException($"The tokenizer cannot be used: {exception.Message}", exception);
        }
    }

    private static SortedDictionary<string, int> AddedTokens(string folder)
    {
        var added = new SortedDictionary<string, int>(StringComparer.Ordinal);
        if (CheckpointConfiguration.LoadOptional(Path.Combine(folder, "added_tokens.json")) is { } plain)
        {
            foreach (var (content, value) in plain.Members)
            {
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt32(out var id))
                {
                    throw new ConversionException($"added_tokens.json gives '{content}' no integer id.");
                }

                added[content] = id;
            }
        }
        else if (CheckpointConfiguration.LoadOptional(Path.Combine(folder, "tokenizer_config.json"))?.Section("added_tokens_decoder") is { } table)
        {
            // Newer tokenizers list every special token by id here, those of the SentencePiece model among them.
            foreach (var (key, value) in table.Members)
            {
                if (int.TryParse(key, out var id) && id > 2 && value.ValueKind == JsonValueKind.Object
                    && value.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String)
                {
                    added[content.GetString()!] = id;
                }
            }
        }

        return added;
    }
}
