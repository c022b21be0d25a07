namespace MGLMM.Vision.Results;

/// <summary>What a <see cref="RegionRecord"/> tells besides the handle.</summary>
[Flags]
public enum RegionFields
{
    /// <summary>The handle alone.</summary>
    None = 0,

    /// <summary>The words.</summary>
    Phrase = 1,

    /// <summary>Pixels inside.</summary>
    AreaPx = 2,

    /// <summary>Share of the picture.</summary>
    AreaFraction = 4,

    /// <summary>The smallest box around it.</summary>
    Box = 8,

    /// <summary>The middle of its pixels.</summary>
    Centroid = 16,

    /// <summary>The region it was found in.</summary>
    Within = 32,

    /// <summary>What made it.</summary>
    Origin = 64,

    /// <summary>What a short answer tells: the words.</summary>
    Brief = Phrase,

    /// <summary>What an answer tells where nothing else is asked for.</summary>
    Normal = Phrase | AreaPx | Box,

    /// <summary>What a long answer tells.</summary>
    Detailed = Normal | AreaFraction | Centroid | Within,

    /// <summary>Everything.</summary>
    All = Detailed | Origin,
}
