using Orleans;

namespace MGLMM.Orleans.Conversations;

/// <summary>A conversation as the cluster keeps it: its records, and the names of its files in the <see cref="IArtifactStore"/>.</summary>
[GenerateSerializer, Alias("mglmm.kept-conversation")]
internal sealed class KeptState
{
    /// <summary>Counts the saves; 0 where there was none, or where it was taken away.</summary>
    [Id(0)]
    public long Version { get; set; }

    [Id(1)]
    public string Owner { get; set; } = string.Empty;

    /// <summary>The saved workspace's <c>workspace.json</c>.</summary>
    [Id(2)]
    public byte[] Document { get; set; } = [];

    /// <summary>Its other files, below the workspace's folder.</summary>
    [Id(3)]
    public List<string> Files { get; set; } = [];

    [Id(4)]
    public List<string> Pictures { get; set; } = [];
}

/// <summary>An owner's conversations.</summary>
[GenerateSerializer, Alias("mglmm.owner")]
internal sealed class OwnerState
{
    [Id(0)]
    public Dictionary<string, OwnedConversation> Conversations { get; set; } = [];
}

/// <summary>A conversation in its owner's list.</summary>
[GenerateSerializer, Immutable, Alias("mglmm.owned-conversation")]
internal sealed record OwnedConversation([property: Id(0)] DateTimeOffset LastUsed, [property: Id(1)] List<string> Pictures);
