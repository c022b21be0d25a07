using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// Dimensions of GLaMM's region encoder (mbzuai-oryx/groundingLMM, <c>model/layers.py</c>, MLVLROIQueryModule): <c>Channels</c> and <c>Grid</c> are the
/// CLIP tower's, <c>Query</c> is the width of a region before it is projected to <c>Output</c>, the decoder's width.
/// </summary>
internal sealed record RegionEncoderDimensions(int Channels, int Grid, int Query, int PositionHidden, int Output)
{
    public const string Prefix = "model.region_encoder.";

    /// <summary>CLIP hidden states that are fused.</summary>
    public const int Levels = 4;

    /// <summary>How far apart these hidden states are.</summary>
    public const int LevelStep = 3;

    /// <summary>Rounds of fusion.</summary>
    public const int Rounds = 5;

    /// <summary>Groups of every GroupNorm; no tensor shape shows it.</summary>
    public const int Groups = 64;

    /// <summary>Side of a pooled region in bins.</summary>
    public const int Bins = 14;

    /// <summary>PyTorch's default, which every norm of the region encoder uses.</summary>
    public const double NormEpsilon = 1e-5;

    /// <summary>Side of a level in cells; level 0, the lowest layer, is the finest.</summary>
    public int Side(int level) => Grid << (Levels - 1 - level);

    /// <summary>The hidden states of the tower that are fused, the lowest first; the last is the one that feeds the projector.</summary>
    public static int[] HiddenStates(GlobalEncoderDimensions global) => [.. Enumerable.Range(0, Levels).Select(level => global.Layers - (LevelStep * (Levels - 1 - level)))];

    /// <summary>The checkpoint's region encoder; null where it has none, and where its own code could not run it.</summary>
    /// <param name="weights">The checkpoint.</param>
    /// <param name="global">The tower that it looks through.</param>
    /// <param name="configuration">The checkpoint's config.json.</param>
    /// <param name="obstacle">Why there is none, for people.</param>
    /// <exception cref="ConversionException">It is there, but of a form that its own code does not have.</exception>
    public static RegionEncoderDimensions? Detect(WeightSource weights, GlobalEncoderDimensions global, CheckpointConfiguration configuration, out string obstacle)
    {
        obstacle = "The checkpoint holds no region encoder: <bbox> takes no boxes, and regions are described by cropping instead.";
        if (!weights.Names.Any(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            return null;
        }

        if (HiddenStates(global)[0] < 0)
        {
            obstacle = $"The region encoder is left out: it fuses {Levels} hidden states of the vision tower, {LevelStep} apart, and the selected one is only number {global.Layers}.";
            return null;
        }

        if (configuration.Integer("num_level_reg_features") is { } levels && levels != Levels)
        {
            throw new ConversionException($"config.json says num_level_reg_features {levels}; the region encoder of every GLaMM release fuses {Levels}. Correct it if the checkpoint is one of them.");
        }

        if (global.Hidden % Groups != 0)
        {
            throw new ConversionException($"The region encoder normalises in {Groups} groups, which do not divide the vision tower's width of {global.Hidden}.");
        }

        return new RegionEncoderDimensions(
            global.Hidden,
            global.Grid,
            weights.Shape(Prefix + "roi_align.flatten_linear.weight", 2)[0],
            weights.Shape(Prefix + "roi_align.pos_embedd.0.weight", 2)[0],
            weights.Shape(Prefix + "roi_align.updims.weight", 2)[0]);
    }

    public IEnumerable<(string Name, long[] Shape)> Required()
    {
        const string Fusion = Prefix + "mlvl_fuse.";
        const string Regions = Prefix + "roi_align.";
        for (int level = 0; level < Levels; level++)
        {
            yield return ($"{Fusion}input_conv.{level}.weight", [Channels, Channels + 2, 1, 1]);
            yield return ($"{Fusion}input_conv.{level}.bias", [Channels]);
            yield return ($"{Regions}pconvs.{level}.weight", [Channels, Channels, 3, 3]);
            yield return ($"{Regions}pconvs.{level}.bias", [Channels]);
        }

        for (int round = 0; round < Rounds; round++)
        {
            yield return ($"{Fusion}fuse_convs.{round}.conv.weight", [Channels, Channels, 3, 3]);
            yield return ($"{Fusion}fuse_convs.{round}.gn.weight", [Channels]);
            yield return ($"{Fusion}fuse_convs.{round}.gn.bias", [Channels]);
        }

        (string Layer, long[] Shape)[] regions =
        [
            ("flatten_linear", [Query, (long)Channels * Bins * Bins]),
            ("pos_embedd.0", [PositionHidden, 4]),
            ("pos_embedd.2", [PositionHidden]),
            ("pos_embedd.3", [Query, PositionHidden]),
            ("pos_embedd.5", [Query]),
            ("updims", [Output, Query]),
        ];
        foreach ((string layer, long[] shape) in regions)
        {
            yield return ($"{Regions}{layer}.weight", shape);
            yield return ($"{Regions}{layer}.bias", [shape[0]]);
        }
    }
}
