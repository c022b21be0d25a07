using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Preprocessing;

namespace MGLMM.Conversion.Families;

/// <summary>
/// Dimensions of SAM's image encoder, all of them read off tensor shapes. <c>Windows</c> holds each block's window side in
/// cells, or 0 where the block attends globally.
/// </summary>
internal sealed record GroundingEncoderDimensions(
    int ImageSize, int Patch, int Grid, int Hidden, int Heads, int HeadSize, int Intermediate, int Channels, IReadOnlyList<int> Windows)
{
    public const string Prefix = CheckpointFamily.CanonicalGroundingPrefix + "image_encoder.";

    /// <summary>SAM's LayerNorm epsilon, which no checkpoint states.</summary>
    public const double NormEpsilon = 1e-6;

    public static GroundingEncoderDimensions Detect(WeightSource weights)
    {
        int[] position = weights.Shape(Prefix + "pos_embed", 4);
        if (position[1] != position[2])
        {
            throw new ConversionException($"SAM's pos_embed is [{string.Join(", ", position)}] instead of [1, grid, grid, width].");
        }

        int grid = position[1];
        int hidden = position[3];
        int patch = weights.Shape(Prefix + "patch_embed.proj.weight", 4)[3];
        int depth = DecoderDimensions.LayerCount(weights, Prefix + "blocks.");
        if (depth == 0)
        {
            throw new ConversionException("SAM's image encoder has no blocks.");
        }

        RequireDepth(hidden, depth);
        int[] windows = new int[depth];
        int headSize = 0;
        for (int block = 0; block < depth; block++)
        {
            int[] table = weights.Shape($"{Prefix}blocks.{block}.attn.rel_pos_h", 2);
            headSize = table[1];
            int side = (table[0] + 1) / 2;
            windows[block] = side == grid ? 0 : side;
        }

        if (hidden % headSize != 0)
        {
            throw new ConversionException($"SAM's head size {headSize} does not divide its width {hidden}.");
        }

        return new GroundingEncoderDimensions(
            grid * patch,
            patch,
            grid,
            hidden,
            hidden / headSize,
            headSize,
            weights.Shape(Prefix + "blocks.0.mlp.lin1.weight", 2)[0],
            weights.Shape(Prefix + "neck.0.weight", 4)[0],
            windows);
    }

    /// <summary>SAM comes in three sizes; a cut one still computes, and wrongly.</summary>
    private static void RequireDepth(int hidden, int depth)
    {
        (string name, int expected) = hidden switch
        {
            1280 => ("ViT-H", 32),
            1024 => ("ViT-L", 24),
            768 => ("ViT-B", 12),
            _ => (string.Empty, depth),
        };
        if (depth != expected)
        {
            throw new ConversionException($"SAM's image encoder is of the width of {name}, which has {expected} blocks; the checkpoint holds {depth}. Check that all shards are there.");
        }
    }

    public IEnumerable<(string Name, long[] Shape)> Required()
    {
        yield return (Prefix + "pos_embed", [1, Grid, Grid, Hidden]);
        yield return (Prefix + "patch_embed.proj.weight", [Hidden, 3, Patch, Patch]);
        yield return (Prefix + "patch_embed.proj.bias", [Hidden]);
        for (int block = 0; block < Windows.Count; block++)
        {
            string prefix = $"{Prefix}blocks.{block}.";
            int side = Windows[block] == 0 ? Grid : Windows[block];
            foreach (string norm in (string[])["norm1", "norm2"])
            {
                yield return ($"{prefix}{norm}.weight", [Hidden]);
                yield return ($"{prefix}{norm}.bias", [Hidden]);
            }

            yield return (prefix + "attn.qkv.weight", [3 * Hidden, Hidden]);
            yield return (prefix + "attn.qkv.bias", [3 * Hidden]);
            yield return (prefix + "attn.proj.weight", [Hidden, Hidden]);
            yield return (prefix + "attn.proj.bias", [Hidden]);
            yield return (prefix + "attn.rel_pos_h", [(2 * side) - 1, HeadSize]);
            yield return (prefix + "attn.rel_pos_w", [(2 * side) - 1, HeadSize]);
            yield return (prefix + "mlp.lin1.weight", [Intermediate, Hidden]);
            yield return (prefix + "mlp.lin1.bias", [Intermediate]);
            yield return (prefix + "mlp.lin2.weight", [Hidden, Intermediate]);
            yield return (prefix + "mlp.lin2.bias", [Hidden]);
        }

        yield return (Prefix + "neck.0.weight", [Channels, Hidden, 1, 1]);
        yield return (Prefix + "neck.1.weight", [Channels]);
        yield return (Prefix + "neck.1.bias", [Channels]);
        yield return (Prefix + "neck.2.weight", [Channels, Channels, 3, 3]);
        yield return (Prefix + "neck.3.weight", [Channels]);
        yield return (Prefix + "neck.3.bias", [Channels]);
    }
}
