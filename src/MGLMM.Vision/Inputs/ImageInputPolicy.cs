namespace MGLMM.Vision.Inputs;

/// <summary>
/// Which files <c>open_image</c> may read. The default lets in none: then only pictures that the host registers with
/// <see cref="VisionToolset.AddImage"/> can be opened.
/// </summary>
/// <remarks>
/// A path must lie inside an allowed folder both as written and after every link in it was resolved, segment by segment. Network
/// (UNC) paths, device paths and addresses are refused before the file system is asked. Paths are compared case-insensitively on
/// Windows only. Who can write inside an allowed folder could exchange a file for a link between check and reading: allow only
/// folders that trusted hands write.
/// </remarks>
public sealed record ImageInputPolicy
{
    /// <summary>No folder.</summary>
    public static ImageInputPolicy DenyAll { get; } = new();

    /// <summary>Folders whose files, at any depth, may be opened. Full paths.</summary>
    public IReadOnlyList<string> AllowedFolders { get; init; } = [];

    /// <summary>Registered pictures at most.</summary>
    public int MaximumRegisteredImages { get; init; } = 64;

    /// <summary>Bytes of all registered pictures together.</summary>
    public long MaximumRegisteredBytes { get; init; } = 256L << 20;

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(AllowedFolders);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumRegisteredImages);
        ArgumentOutOfRangeException.ThrowIfNegative(MaximumRegisteredBytes);
        foreach (var folder in AllowedFolders)
        {
            if (!Path.IsPathFullyQualified(folder) || SafePath.IsForbiddenForm(folder))
            {
                throw new ArgumentException($"Allowed folder '{folder}' must be a full path on a local drive.");
            }
        }
    }
}
