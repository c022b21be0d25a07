using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>Dimensions of SAM's mask decoder and of the projection from hidden states to its prompts.</summary>
internal sealed record MaskDecoderDimensions(
    int TextHidden, int TextProjection, int Channels, int Grid, int Depth, int CrossChannels, int Intermediate, int MaskTokens,
    int UpscaledFirst, int UpscaledSecond, int HyperHidden)
{
    public const string Prefix = CheckpointFamily.CanonicalGroundingPrefix + "mask_decoder.";

    public const string PromptPrefix = CheckpointFamily.CanonicalGroundingPrefix + "prompt_encoder.";

    public const string TextPrefix = "model.text_hidden_fcs.0.";

    /// <summary>Heads of every attention in SAM's mask decoder; no tensor shape shows it.</summary>
    public const int Heads = 8;

    /// <summary>Layers of SAM's mask decoder, of whatever size its image encoder is.</summary>
    private const int Layers = 2;

    public static MaskDecoderDimensions Detect(WeightSource weights, int grid)
    {
        int[] text = weights.Shape(TextPrefix + "0.weight", 2);
        int channels = weights.Shape(TextPrefix + "2.weight", 2)[0];
        int depth = DecoderDimensions.LayerCount(weights, Prefix + "transformer.layers.");
        if (depth != Layers)
        {
            throw new ConversionException($"SAM's mask decoder has {depth} transformer layers; every SAM has {Layers}. The checkpoint is incomplete: check that all shards are there.");
        }

        return new MaskDecoderDimensions(
            text[1],
            text[0],
            channels,
            grid,
            depth,
            weights.Shape(Prefix + "transformer.layers.0.cross_attn_token_to_image.q_proj.weight", 2)[0],
            weights.Shape(Prefix + "transformer.layers.0.mlp.lin1.weight", 2)[0],
            weights.Shape(Prefix + "mask_tokens.weight", 2)[0],
            weights.Shape(Prefix + "output_upscaling.0.weight", 4)[1],
            weights.Shape(Prefix + "output_upscaling.3.weight", 4)[1],
            weights.Shape(Prefix + "output_hypernetworks_mlps.0.layers.0.weight", 2)[0]);
    }

    public IEnumerable<(string Name, long[] Shape)> Required()
    {
        yield return (TextPrefix + "0.weight", [TextProjection, TextHidden]);
        yield return (TextPrefix + "0.bias", [TextProjection]);
        yield return (TextPrefix + "2.weight", [Channels, TextProjection]);
        yield return (TextPrefix + "2.bias", [Channels]);
        yield return (PromptPrefix + "pe_layer.positional_encoding_gaussian_matrix", [2, Channels / 2]);
        yield return (PromptPrefix + "no_mask_embed.weight", [1, Channels]);
        yield return (Prefix + "iou_token.weight", [1, Channels]);
        yield return (Prefix + "mask_tokens.weight", [MaskTokens, Channels]);
        for (int layer = 0; layer < Depth; layer++)
        {
            string prefix = $"{Prefix}transformer.layers.{layer}.";
            foreach ((string Name, long[] Shape) tensor in Attention(prefix + "self_attn.", Channels)
                .Concat(Attention(prefix + "cross_attn_token_to_image.", CrossChannels))
                .Concat(Attention(prefix + "cross_attn_image_to_token.", CrossChannels)))
            {
                yield return tensor;
            }

            for (int norm = 1; norm <= 4; norm++)
            {
                yield return ($"{prefix}norm{norm}.weight", [Channels]);
                yield return ($"{prefix}norm{norm}.bias", [Channels]);
            }

            yield return (prefix + "mlp.lin1.weight", [Intermediate, Channels]);
            yield return (prefix + "mlp.lin1.bias", [Intermediate]);
            yield return (prefix + "mlp.lin2.weight", [Channels, Intermediate]);
            yield return (prefix + "mlp.lin2.bias", [Channels]);
        }

        foreach ((string Name, long[] Shape) tensor in Attention(Prefix + "transformer.final_attn_token_to_image.", CrossChannels))
        {
            yield return tensor;
        }

        yield return (Prefix + "transformer.norm_final_attn.weight", [Channels]);
        yield return (Prefix + "transformer.norm_final_attn.bias", [Channels]);
        yield return (Prefix + "output_upscaling.0.weight", [Channels, UpscaledFirst, 2, 2]);
        yield return (Prefix + "output_upscaling.0.bias", [UpscaledFirst]);
        yield return (Prefix + "output_upscaling.1.weight", [UpscaledFirst]);
        yield return (Prefix + "output_upscaling.1.bias", [UpscaledFirst]);
        yield return (Prefix + "output_upscaling.3.weight", [UpscaledFirst, UpscaledSecond, 2, 2]);
        yield return (Prefix + "output_upscaling.3.bias", [UpscaledSecond]);
        yield return (Prefix + "output_hypernetworks_mlps.0.layers.0.weight", [HyperHidden, Channels]);
        yield return (Prefix + "output_hypernetworks_mlps.0.layers.0.bias", [HyperHidden]);
        yield return (Prefix + "output_hypernetworks_mlps.0.layers.1.weight", [HyperHidden, HyperHidden]);
        yield return (Prefix + "output_hypernetworks_mlps.0.layers.1.bias", [HyperHidden]);
        yield return (Prefix + "output_hypernetworks_mlps.0.layers.2.weight", [UpscaledSecond, HyperHidden]);
        yield return (Prefix + "output_hypernetworks_mlps.0.layers.2.bias", [UpscaledSecond]);
    }

    private IEnumerable<(string Name, long[] Shape)> Attention(string prefix, int inner)
    {
        foreach (string projection in (string[])["q_proj", "k_proj", "v_proj"])
        {
            yield return ($"{prefix}{projection}.weight", [inner, Channels]);
            yield return ($"{prefix}{projection}.bias", [inner]);
        }

        yield return (prefix + "out_proj.weight", [Channels, inner]);
        yield return (prefix + "out_proj.bias", [Channels]);
    }
}
