using MGLMM.SemanticKernel.Vision.Inputs;

namespace MGLMM.SemanticKernel.Vision;

/// <summary>How a <see cref="VisionToolset"/> works. The defaults are safe for an untrusted caller.</summary>
public sealed record VisionToolsetOptions
{
    /// <summary>The defaults.</summary>
    public static VisionToolsetOptions Default { get; } = new();

    /// <summary>What <c>open_image</c> may read.</summary>
    public ImageInputPolicy Inputs { get; init; } = ImageInputPolicy.DenyAll;

    /// <summary>Tokens of one answer at most.</summary>
    public int MaximumNewTokens { get; init; } = 512;

    /// <summary>Regions that one result lists; the handles of the others are named.</summary>
    public int MaximumRegionsPerResult { get; init; } = 24;

    /// <summary>Characters of the model's words in one result.</summary>
    public int MaximumTextLength { get; init; } = 2_000;

    /// <summary>
    /// An object whose box takes less than this share of the picture is asked about on its crop, where it is seen larger. 0 to 1.
    /// </summary>
    public double CropBelowFraction { get; init; } = 0.15;

    /// <summary>What a crop shows around the object, as a share of the object's width and height. 0 to 1.</summary>
    public double CropMargin { get; init; } = 0.1;

    /// <summary>
    /// How much of a mask must lie inside the region that was looked in; the rest is cut off, and a mask with less is dropped as
    /// being something else. 0 to 1.
    /// </summary>
    public double MinimumContainment { get; init; } = 0.5;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Inputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumNewTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumRegionsPerResult, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTextLength, 1);
        Share(CropBelowFraction, nameof(CropBelowFraction));
        Share(CropMargin, nameof(CropMargin));
        Share(MinimumContainment, nameof(MinimumContainment));
    }

    private static void Share(double value, string name)
    {
        if (value is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "Must be from 0 to 1.");
        }
    }
}
