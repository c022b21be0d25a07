using System.Text.RegularExpressions;

namespace MGLMM.Conversion.Families;

/// <summary>Tensors that checkpoints carry and answers do not depend on.</summary>
internal static partial class DeadWeights
{
    /// <summary>Whether the canonical name is known to be without effect on answers, whatever is asked.</summary>
    public static bool IsKnown(string name) => Pattern().IsMatch(name);

    // In order: rotary frequencies and tables of them (recomputed exactly); SAM's point, box and mask prompts, hyper-networks of the unused mask
    // tokens and the quality head; CLIP's text half, its last layers behind the selected one, its position ids and projections.
    [GeneratedRegex(
        @"rotary_emb\.(inv_freq|cos_cached|sin_cached)$"
        + @"|^grounding\.prompt_encoder\.(point_embeddings|not_a_point_embed|mask_downscaling)"
        + @"|^grounding\.mask_decoder\.(output_hypernetworks_mlps\.[1-9]|iou_prediction_head)"
        + @"|^grounding\.(pixel_mean|pixel_std)$"
        + @"|^text_model\.|^logit_scale$|^(text|visual)_projection\.|position_ids$"
        + @"|^vision_model\.(encoder\.layers\.\d+\.(self_attn\.(q|k|v|out)_proj|layer_norm[12]|mlp\.fc[12])\.(weight|bias)$|post_layernorm\.)",
        RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
