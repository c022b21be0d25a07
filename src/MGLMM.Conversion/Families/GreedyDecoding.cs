using System.Text.Json;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// generation_config.json rules what the families' code leaves open when it calls generate: they ask for one beam and a number of new
/// tokens and for nothing else. Where it is missing, or marked as made from config.json, transformers makes it anew from what config.json says.
/// What would choose other tokens than the likeliest is refused; sampling, which no two runs repeat, is told of.
/// </summary>
internal static class GreedyDecoding
{
    /// <summary>Positions that every prompt has, so that a smallest length up to here rules nothing.</summary>
    private const int ShortestPrompt = 32;

    private static readonly string[] NeutralOne = ["repetition_penalty", "encoder_repetition_penalty", "guidance_scale"];

    private static readonly string[] NeutralZero = ["no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "min_new_tokens", "penalty_alpha"];

    private static readonly string[] NeutralNull =
    [
        "bad_words_ids", "force_words_ids", "suppress_tokens", "begin_suppress_tokens", "forced_bos_token_id", "forced_eos_token_id", "forced_decoder_ids",
        "sequence_bias", "exponential_decay_length_penalty",
    ];

    /// <summary>Checks the file, and config.json where generate() makes the settings anew from it.</summary>
    /// <exception cref="ConversionException">It asks for tokens other than the likeliest.</exception>
    public static void Require(CheckpointConfiguration? generation, CheckpointConfiguration configuration, List<string> remarks)
    {
        CheckpointConfiguration[] files = generation is null ? [configuration] : IsMadeFromConfiguration(generation) ? [generation, configuration] : [generation];
        foreach (CheckpointConfiguration file in files)
        {
            RequireLikeliest(file);
            if (file.Flag("do_sample") == true)
            {
                remarks.Add($"{file.Source} asks for sampling; this runtime decodes greedily.");
            }
        }
    }

    /// <summary>
    /// The families' scripts set the tokenizer's end in config.json; a generation_config.json that is not marked as made from config.json keeps
    /// its own.
    /// </summary>
    /// <exception cref="ConversionException">Answers would end elsewhere than where this runtime ends them.</exception>
    public static void RequireEnd(CheckpointConfiguration? generation, int end, List<string> remarks)
    {
        const string Key = "eos_token_id";
        if (generation is null || IsMadeFromConfiguration(generation))
        {
            return;
        }

        if (!generation.HasValue(Key))
        {
            remarks.Add($"{generation.Source} names no {Key}: the model's own code would go on behind the end of an answer, this runtime ends there.");
            return;
        }

        JsonElement stated = generation.Members.Last(member => member.Key == Key).Value;
        JsonElement[] ends = stated.ValueKind == JsonValueKind.Array ? [.. stated.EnumerateArray()] : [stated];
        if (!ends.All(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int number) && number == end))
        {
            throw new ConversionException(
                $"{generation.Source} ends answers at {Key} {stated.GetRawText()}; this runtime ends them at the tokenizer's end of sequence, {end}, alone. Set {Key} to {end} if the model was trained to end so.");
        }
    }

    private static bool IsMadeFromConfiguration(CheckpointConfiguration generation) => generation.Flag("_from_model_config") == true;

    private static void RequireLikeliest(CheckpointConfiguration file)
    {
        string? key = NeutralOne.FirstOrDefault(key => file.Number(key) is { } value && value != 1)
            ?? NeutralZero.FirstOrDefault(key => file.Number(key) is { } value && value != 0)
            ?? NeutralNull.FirstOrDefault(key => file.HasValue(key) && !IsEmpty(file, key))
            ?? (file.Number("min_length") > ShortestPrompt ? "min_length" : null);
        if (key is not null)
        {
            throw new ConversionException(
                $"{file.Source} asks for {key}, with which the model's own code chooses other tokens than this runtime, which takes the likeliest. Remove it from the file if that is what you want.");
        }
    }

    private static bool IsEmpty(CheckpointConfiguration file, string key) =>
        file.Members.First(member => member.Key == key).Value is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0;
}
