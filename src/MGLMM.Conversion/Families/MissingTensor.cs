namespace MGLMM.Conversion.Families;

/// <summary>Why a tensor is not there though the checkpoint is whole: it is kept under another name, in another form or together with others.</summary>
internal static class MissingTensor
{
    private static readonly string[] Together = ["qkv_proj", "W_pack", "query_key_value", "qkv", "gate_up_proj", "w12"];

    /// <summary>What is there instead and what to do, as sentences; null if nothing tells.</summary>
    /// <param name="name">The tensor that was looked for.</param>
    /// <param name="names">All that are there.</param>
    public static string? Explain(string name, IReadOnlyCollection<string> names)
    {
        if (names.FirstOrDefault(other => other.StartsWith("language_model.", StringComparison.Ordinal) || other.StartsWith("model.language_model.", StringComparison.Ordinal)) is { } nested)
        {
            return $"Its names ('{nested}') are those of transformers' own LLaVA classes, not of MGLMM's, GLaMM's or LISA's code. Take the checkpoint in the layout of its own code, or rename the tensors.";
        }

        if (names.Contains(name + "_orig"))
        {
            return $"'{name}_orig' and a mask are there instead: the model was pruned and not finished. Call torch.nn.utils.prune.remove(module, 'weight') on every pruned layer and save it again.";
        }

        string layer = name.EndsWith(".weight", StringComparison.Ordinal) ? name[..^".weight".Length] : name;
        if (names.FirstOrDefault(other => other == name + "_g" || other == name + "_v" || other.StartsWith(layer + ".parametrizations.", StringComparison.Ordinal)) is { } split)
        {
            return $"'{split}' is there instead: the layer is parametrised (weight_norm, parametrize). Call remove_weight_norm or remove_parametrizations on it and save the model again.";
        }

        string module = layer[..(layer.LastIndexOf('.') + 1)];
        return names.FirstOrDefault(other => Together.Any(joined => other == $"{module}{joined}.weight")) is { } whole
            ? $"'{whole}' is there instead, several projections in one tensor. Split it into the layers that LLaMA has (q_proj, k_proj, v_proj; gate_proj, up_proj) and save the model again."
            : null;
    }
}
