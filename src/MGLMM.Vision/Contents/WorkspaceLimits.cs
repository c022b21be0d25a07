namespace MGLMM.Vision.Contents;

/// <summary>How much a workspace keeps. What goes over a limit pushes the oldest out; its handle then counts as expired.</summary>
public sealed record WorkspaceLimits
{
    /// <summary>The defaults.</summary>
    public static WorkspaceLimits Default { get; } = new();

    /// <summary>Pictures at most. The one that was used longest ago goes first, with its regions.</summary>
    public int MaximumImages { get; init; } = 32;

    /// <summary>Pixels of all pictures together; the newest picture is always kept. A pixel takes 3 bytes.</summary>
    public long MaximumTotalPixels { get; init; } = 200_000_000;

    /// <summary>Regions at most, over all pictures. The one that was made first goes first.</summary>
    public int MaximumRegions { get; init; } = 5_000;

    /// <summary>Bytes of all masks together, as run lengths. The region that was made first goes first.</summary>
    public long MaximumMaskBytes { get; init; } = 256L << 20;

    /// <summary>Sets at most. The one that was made first goes first; its regions stay.</summary>
    public int MaximumSets { get; init; } = 1_000;

    /// <summary>Artifacts at most. The one that was made first goes first.</summary>
    public int MaximumArtifacts { get; init; } = 64;

    /// <summary>Bytes of all artifacts together; the newest is always kept.</summary>
    public long MaximumArtifactBytes { get; init; } = 128L << 20;

    /// <summary>Characters of all notes of the host together; a note beyond is refused.</summary>
    public int MaximumNoteCharacters { get; init; } = 2 << 20;

    /// <summary>Checks that each limit leaves room for something.</summary>
    /// <exception cref="ArgumentException">One does not; it is named.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumImages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumTotalPixels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumRegions, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumMaskBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumSets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumArtifacts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaximumArtifactBytes, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumNoteCharacters);
    }
}
