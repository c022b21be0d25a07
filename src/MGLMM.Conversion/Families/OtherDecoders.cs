using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// Decoders whose tensors are called as LLaMA's are and that compute something else with them: by the name that config.json gives them, and by
/// settings that LLaMA does not have.
/// </summary>
internal static class OtherDecoders
{
    /// <summary>How the names of models begin that scale, clip, mix or place differently. Mistral without a window computes what LLaMA does.</summary>
    private static readonly string[] Names =
    [
        "gemma", "paligemma", "qwen", "phi", "mpt", "falcon", "gptneox", "gptj", "gpt2", "opt", "bloom", "cohere", "olmo", "stablelm", "starcoder", "baichuan",
        "internlm", "chatglm", "glm", "minicpm", "granite", "deepseek", "dbrx", "mixtral", "persimmon", "nemotron", "exaone", "smollm3", "llama4", "grok", "jamba",
        "mamba", "arctic", "helium", "ministral", "hunyuan", "ernie", "bitnet",
    ];

    /// <summary>Factors that other decoders multiply by; 1 changes nothing.</summary>
    private static readonly string[] Factors =
        ["attention_multiplier", "residual_multiplier", "embedding_multiplier", "logits_scaling", "logit_scale", "scale_emb", "scale_depth", "embedding_scale"];

    /// <summary>What changes something whatever its value is.</summary>
    private static readonly string[] Settings = ["attn_logit_softcapping", "final_logit_softcapping", "clip_qkv", "query_pre_attn_scalar"];

    private static readonly string[] Experts = ["num_local_experts", "num_experts", "n_routed_experts"];

    /// <exception cref="ConversionException">config.json is another decoder's.</exception>
    public static void Refuse(CheckpointConfiguration configuration)
    {
        IEnumerable<string?> architectures = configuration.List("architectures").Select(configuration.Text);
        foreach ((string key, string? value) in architectures.Select(name => ("architectures", name)).Prepend(("model_type", configuration.Text("model_type"))))
        {
            if (value is not null && IsOther(value))
            {
                throw new ConversionException(
                    $"config.json says {key} '{value}': that is another decoder than LLaMA, which MGLMM, GLaMM and LISA have, and no other is supported. Correct it if the model is LLaMA's all the same.");
            }
        }

        string? setting = Factors.FirstOrDefault(key => configuration.Number(key) is { } value && value != 1)
            ?? Settings.FirstOrDefault(key => configuration.HasValue(key))
            ?? Experts.FirstOrDefault(key => configuration.Number(key) > 1);
        if (setting is not null)
        {
            throw new ConversionException(FormattableString.Invariant($"config.json says {setting} {configuration.Number(setting)}: that is no LLaMA decoder, and no other is supported."));
        }

        if (configuration.Flag("alibi") == true || configuration.Text("position_embedding_type") == "alibi")
        {
            throw new ConversionException("config.json asks for ALiBi in place of rotary positions (alibi, position_embedding_type): that is no LLaMA decoder, and no other is supported.");
        }
    }

    private static bool IsOther(string name)
    {
        string bare = name.Replace("_", string.Empty, StringComparison.Ordinal).Replace("-", string.Empty, StringComparison.Ordinal);
        if (bare.StartsWith("llava", StringComparison.OrdinalIgnoreCase))
        {
            bare = bare["llava".Length..];
        }

        return Names.Any(other => bare.StartsWith(other, StringComparison.OrdinalIgnoreCase));
    }
}
