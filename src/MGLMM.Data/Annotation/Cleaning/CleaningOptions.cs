using System.Globalization;

namespace MGLMM.Data.Annotation.Cleaning;

/// <summary>What a region has to be like to stay.</summary>
public sealed record CleaningOptions
{
    /// <summary>The least share of the picture's pixels.</summary>
    public double LeastAreaShare { get; init; } = 0.0008;

    /// <summary>The least number of pixels.</summary>
    public int LeastPixels { get; init; } = 16;

    /// <summary>Connected pieces and holes of less than this share of the region go.</summary>
    public double IslandShare { get; init; } = 0.03;

    /// <summary>Regions that overlap by this IoU are one, and by what is inside what.</summary>
    public double DuplicateIou { get; init; } = 0.8;

    /// <summary>What the model does not mark again in the mirrored picture with this IoU goes; what cannot be asked so stays.</summary>
    public double LeastStability { get; init; } = 0.5;

    /// <summary>How much of a region lies in the one that it is part of.</summary>
    public double Inside { get; init; } = 0.9;

    internal string Written => string.Create(CultureInfo.InvariantCulture, $"{LeastAreaShare} {LeastPixels} {IslandShare} {DuplicateIou} {LeastStability} {Inside}");
}
