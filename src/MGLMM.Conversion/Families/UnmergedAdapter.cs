using System.Text.RegularExpressions;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>Tensors of a parameter-efficient tuning (LoRA and its kin, as PEFT names them) that were not merged into the weights.</summary>
internal static partial class UnmergedAdapter
{
    /// <summary>Whether the name is an adapter's.</summary>
    public static bool IsPart(string name) => Pattern().IsMatch(name);

    /// <exception cref="ConversionException">There are such tensors; the message says how to merge them.</exception>
    public static void Refuse(string what, IReadOnlyCollection<string> names)
    {
        string? first = names.Where(IsPart).Order(StringComparer.Ordinal).FirstOrDefault();
        if (first is not null)
        {
            throw new ConversionException(
                $"{what} holds an adapter that is not merged: {names.Count(IsPart)} tensors such as {CheckpointFormatException.Quote(first)}. "
                + "Merge it with the model's own code, model = model.merge_and_unload(), and save the whole with model.save_pretrained(folder).");
        }
    }

    [GeneratedRegex(
        @"(^|\.)(lora_\w+|ia3_l|hada_w\w+|lokr_w\w+|oft_\w+|boft_\w+|vera_\w+|ln_tuning_layers|adaption_\w+|prompt_embeddings|trainable_tokens_\w+|modules_to_save|original_module|base_layer)(\.|$)",
        RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
