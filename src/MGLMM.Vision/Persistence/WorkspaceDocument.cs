using System.Text.Json.Serialization;

namespace MGLMM.Vision.Persistence;

/// <summary>What <c>workspace.json</c> holds under its seal. Property names are the format: never rename one without a new version.</summary>
internal sealed record WorkspaceDocument
{
    public required string Owner { get; init; }

    public required string Conversation { get; init; }

    /// <summary>How many saves this one comes from, itself included, so that two who save into one folder notice each other. Absent in version 1.</summary>
    public long? Generation { get; init; }

    public required CountersDocument Counters { get; init; }

    public required IReadOnlyList<ImageDocument> Images { get; init; }

    public required IReadOnlyList<RegionDocument> Regions { get; init; }

    public required IReadOnlyList<SetDocument> Sets { get; init; }

    public required IReadOnlyList<ArtifactDocument> Artifacts { get; init; }

    /// <summary>The host's notes by name; left out where there are none, so that releases without notes read such saves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Notes { get; init; }
}

/// <summary>The last number that was given to a handle of each kind, and to a use of a picture.</summary>
internal sealed record CountersDocument
{
    public required int Image { get; init; }

    public required int Region { get; init; }

    public required int Set { get; init; }

    public required int Artifact { get; init; }

    public required long Use { get; init; }
}

/// <summary>A picture; its pixels are in <c>images/</c>, under a name made of handle and content hash.</summary>
internal sealed record ImageDocument
{
    public required string Handle { get; init; }

    public required string Name { get; init; }

    public required string Format { get; init; }

    public required int WidthPx { get; init; }

    public required int HeightPx { get; init; }

    /// <summary>SHA-256 of size and pixels.</summary>
    public required string ContentHash { get; init; }

    /// <summary>SHA-256 of the PNG file.</summary>
    public required string FileSha256 { get; init; }

    public required long FileBytes { get; init; }

    /// <summary>When it was used last, as a number that grows with every use of any picture.</summary>
    public required long LastUse { get; init; }

    public required IReadOnlyList<TurnDocument> Dialogue { get; init; }
}

/// <summary>A turn that follow-ups go on from.</summary>
internal sealed record TurnDocument
{
    public required string Instruction { get; init; }

    public required string Answer { get; init; }
}

/// <summary>A region.</summary>
internal sealed record RegionDocument
{
    public required string Handle { get; init; }

    public required string Image { get; init; }

    public required string? Phrase { get; init; }

    public required string Instruction { get; init; }

    public required string? Parent { get; init; }

    public required string? Model { get; init; }

    public required IReadOnlyList<string> Sources { get; init; }

    public required MaskDocument Mask { get; init; }
}

/// <summary>A mask as COCO writes it, readable by pycocotools.</summary>
internal sealed record MaskDocument
{
    /// <summary>Height, width.</summary>
    public required IReadOnlyList<int> Size { get; init; }

    /// <summary>The compressed counts.</summary>
    public required string Counts { get; init; }
}

/// <summary>A set.</summary>
internal sealed record SetDocument
{
    public required string Handle { get; init; }

    public required string Image { get; init; }

    public required IReadOnlyList<string> Regions { get; init; }

    public required string Origin { get; init; }
}

/// <summary>An artifact; its bytes are in <c>artifacts/</c>, under a name made of handle and hash.</summary>
internal sealed record ArtifactDocument
{
    public required string Handle { get; init; }

    public required string Image { get; init; }

    public required string Kind { get; init; }

    public required string FileName { get; init; }

    public required string MediaType { get; init; }

    public required IReadOnlyList<string> Regions { get; init; }

    public required string Sha256 { get; init; }

    public required long Bytes { get; init; }
}

/// <summary>Source-generated JSON of saved workspaces; strict, for the file may come from anybody.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    MaxDepth = WorkspaceSeal.DeepestJson)]
[JsonSerializable(typeof(WorkspaceDocument))]
internal sealed partial class WorkspaceJson : JsonSerializerContext;
