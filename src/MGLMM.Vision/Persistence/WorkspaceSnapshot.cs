namespace MGLMM.Vision.Persistence;

/// <summary>All of a workspace at one moment.</summary>
internal sealed record WorkspaceSnapshot
{
    public required string Owner { get; init; }

    public required string Conversation { get; init; }

    public required int LastImage { get; init; }

    public required int LastRegion { get; init; }

    public required int LastSet { get; init; }

    public required int LastArtifact { get; init; }

    public required long Clock { get; init; }

    public required IReadOnlyList<KeptImage> Images { get; init; }

    public required IReadOnlyList<VisionRegion> Regions { get; init; }

    public required IReadOnlyList<VisionSet> Sets { get; init; }

    public required IReadOnlyList<VisionArtifact> Artifacts { get; init; }

    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();
}

/// <summary>A picture with what the workspace knows of its use.</summary>
internal sealed record KeptImage(VisionImage Image, long LastUse, IReadOnlyList<EarlierTurn> Dialogue);
