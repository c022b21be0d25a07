namespace MGLMM.Hub.Http;

/// <summary>A file of a model as its hub lists it.</summary>
/// <param name="Path">Its path in the repository, with forward slashes.</param>
/// <param name="Length">Its size in bytes; null where the hub did not say.</param>
/// <param name="Hash">Its SHA-256 (64 hexadecimal digits) or its git blob's SHA-1 (40), in lower case; null where the hub did not say.</param>
internal sealed record HubFile(string Path, long? Length, string? Hash)
{
    /// <summary>Its path below the folder that holds the checkpoint; the same but for checkpoints in a folder of their repository.</summary>
    public string Name { get; init; } = Path;
}
