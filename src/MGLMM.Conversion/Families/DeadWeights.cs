using System.Text.RegularExpressions;

namespace MGLMM.Conversion.Families;

/// <summary>Tensors that checkpoints carry and answers do not depend on, or depend on under conditions only.</summary>
internal static partial class DeadWeights
{
    /// <summary>Whether the canonical name is known to be without effect on answers, whatever is asked.</summary>
    public static bool IsKnown(string name) => Pattern().IsMatch(name);

    /// <summary>
    /// Why the tensor is left out though the family's own inference reads it under conditions, as a sentence; null if that is not so.
    /// </summary>
    public static string? Conditional(CheckpointFamily family, string name) =>
        family == CheckpointFamily.Glamm && name.StartsWith("model.region_encoder.", StringComparison.Ordinal)
            ? "GLaMM's region encoder is not converted: regions are described by cropping instead."
            : null;

    // In order: rotary frequencies (recomputed exactly); SAM's point, box and mask prompts, hyper-networks of the unused mask
    // tokens and the quality head; CLIP's text half, its last layers behind the selected one, its position ids and projections.
    [GeneratedRegex(
        @"rotary_emb\.inv_freq$"
        + @"|^grounding\.prompt_encoder\.(point_embeddings|not_a_point_embed|mask_downscaling)"
        + @"|^grounding\.mask_decoder\.(output_hypernetworks_mlps\.[1-9]|iou_prediction_head)"
        + @"|^grounding\.(pixel_mean|pixel_std)$"
        + @"|^text_model\.|^logit_scale$|^(text|visual)_projection\.|position_ids$"
        + @"|^vision_model\.(encoder\.layers\.\d+\.(self_attn\.(q|k|v|out)_proj|layer_norm[12]|mlp\.fc[12])\.(weight|bias)$|post_layernorm\.)",
        RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
