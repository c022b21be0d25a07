namespace MGLMM.Hub.StandIn;

/// <summary>A model of a stand-in hub.</summary>
internal sealed class StandInModel
{
    public string Commit { get; set; } = "0123456789abcdef0123456789abcdef01234567";

    public Dictionary<string, StandInFile> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Branches and tags besides <c>main</c>.</summary>
    public HashSet<string> Revisions { get; } = ["main"];

    public string? Licence { get; set; }

    /// <summary>The licence has to be accepted: without a token 401, with any but <see cref="AcceptedToken"/> 403.</summary>
    public bool IsGated { get; set; }

    /// <summary>Without the right token it is as if there were no such model.</summary>
    public bool IsPrivate { get; set; }

    public string? AcceptedToken { get; set; }

    /// <summary>Adds every file of a folder.</summary>
    public StandInModel Add(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            Files[Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')] = new StandInFile(path);
        }

        return this;
    }
}
