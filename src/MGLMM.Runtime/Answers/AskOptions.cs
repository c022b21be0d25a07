namespace MGLMM.Runtime.Answers;

/// <summary>How one instruction is answered.</summary>
public sealed class AskOptions
{
    /// <summary>The options where none are given.</summary>
    public static AskOptions Default { get; } = new();

    /// <summary>Tokens to generate at most; at least 1.</summary>
    public int MaximumNewTokens { get; init; } = 512;

    /// <summary>
    /// Boxes for the <c>&lt;bbox&gt;</c> of the dialogue, in the order in which they stand there, those of earlier turns first: GLaMM reads the whole
    /// dialogue again with the boxes of the turn that is asked. One box serves every <c>&lt;bbox&gt;</c>; boxes beyond the last
    /// <c>&lt;bbox&gt;</c> have no effect; a <c>&lt;bbox&gt;</c> is an ordinary word where there are no boxes at all. Null, the default, takes those of
    /// the turn before. Models without a region encoder take none (see <see cref="Bundles.BundleManifest.RegionEncoder"/>).
    /// </summary>
    public IReadOnlyList<RegionBox>? Regions { get; init; }

    /// <summary>Whether the answer brings <see cref="GroundedAnswer.RegionFeatures"/>.</summary>
    public bool IncludeRegionFeatures { get; init; }
}
