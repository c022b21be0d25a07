using MGLMM.Conversion.Checkpoints;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Cache;

/// <summary>
/// The cache of the hub's own Python library: per model <c>refs/REVISION</c> (the commit), <c>blobs/HASH</c> (the content) and
/// <c>snapshots/COMMIT/PATH</c> (a link to it, or the content itself where links are not allowed). What is written here, that library finds, and the other way round.
/// </summary>
internal sealed class HubCache(string folder)
{
    private const string Prefix = "models--";

    private const int LongestRef = 200;

    /// <summary>The folder of all models.</summary>
    public string Folder => folder;

    /// <summary>The folder of one model.</summary>
    public string FolderOf(string id) => Path.Combine(folder, Prefix + id.Replace("/", "--", StringComparison.Ordinal));

    /// <summary>Where content with a name of its own lies.</summary>
    public string BlobPath(string id, string name) => Path.Combine(FolderOf(id), "blobs", name);

    /// <summary>The commit that a revision stood for when it was last fetched; null where it never was.</summary>
    public string? ReadRevision(HubModel model)
    {
        string path = Path.Combine(FolderOf(model.Id), "refs", model.RevisionOrDefault.Replace('/', Path.DirectorySeparatorChar));
        if (LinkedFile.Follow(path) is { Exists: true, Length: > 0 and < LongestRef })
        {
            return File.ReadAllText(path).Trim();
        }

        return Directory.Exists(Path.Combine(FolderOf(model.Id), "snapshots", model.RevisionOrDefault)) ? model.RevisionOrDefault : null;
    }

    /// <summary>Writes down what a revision stands for.</summary>
    public void WriteRevision(HubModel model, string commit)
    {
        if (model.RevisionOrDefault == commit)
        {
            return;
        }

        string path = Path.Combine(FolderOf(model.Id), "refs", model.RevisionOrDefault.Replace('/', Path.DirectorySeparatorChar));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!File.Exists(path) || File.ReadAllText(path) != commit)
        {
            File.WriteAllText(path, commit);
        }
    }

    /// <summary>A file of a commit, or its content from another commit; null where it is not in the cache or of another length.</summary>
    public string? Find(string id, string commit, HubFile file)
    {
        string snapshot = SnapshotPath(id, commit, file.Path);
        return IsWhole(snapshot) ? snapshot : file.Hash is not null && BlobPath(id, file.Hash) is var blob && IsWhole(blob) ? blob : null;

        bool IsWhole(string path)
        {
            try
            {
                FileInfo target = LinkedFile.Follow(path);
                return target.Exists && (file.Length is null || target.Length == file.Length);
            }
            catch (IOException)
            {
                // Links that lead in a circle.
                return false;
            }
        }
    }

    /// <summary>Puts a finished file, which lies on the cache's disk, into the cache and the commit's snapshot.</summary>
    /// <param name="id">The model.</param>
    /// <param name="commit">Its commit.</param>
    /// <param name="path">The file's path in the repository.</param>
    /// <param name="name">The content's name: its hash.</param>
    /// <param name="finished">The file; it is moved.</param>
    /// <returns>Where it is now.</returns>
    public string Add(string id, string commit, string path, string name, string finished)
    {
        string blob = BlobPath(id, name);
        Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
        if (finished != blob)
        {
            File.Move(finished, blob, overwrite: true);
        }

        return Link(id, commit, path, blob);
    }

    /// <summary>Makes content that is in the cache a file of a commit.</summary>
    public string Link(string id, string commit, string path, string blob)
    {
        string snapshot = SnapshotPath(id, commit, path);
        Directory.CreateDirectory(Path.GetDirectoryName(snapshot)!);
        if (new FileInfo(snapshot) is { Exists: true } or { LinkTarget: not null })
        {
            File.Delete(snapshot);
        }

        try
        {
            File.CreateSymbolicLink(snapshot, Path.GetRelativePath(Path.GetDirectoryName(snapshot)!, blob));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Links need a right on Windows; the Python library then keeps the content itself here.
            File.Move(blob, snapshot);
        }

        return snapshot;
    }

    /// <summary>A commit's files as the cache has them; null where there are none.</summary>
    public HubRepository? Repository(string id, string commit)
    {
        string root = Path.Combine(FolderOf(id), "snapshots", commit);
        if (!Directory.Exists(root))
        {
            return null;
        }

        List<HubFile> files = new();
        foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories))
        {
            FileInfo info = new(path);
            FileInfo? target = info.LinkTarget is null ? info : info.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
            if (target is { Exists: true })
            {
                files.Add(new HubFile(Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'), target.Length, info.LinkTarget is null ? null : ContentHash.Normalize(target.Name)));
            }
        }

        return files.Count > 0 ? new HubRepository(id, commit, files, null) : null;
    }

    /// <summary>Every model of which there is something.</summary>
    public IEnumerable<(string Id, string Folder)> Models()
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (string? path in Directory.EnumerateDirectories(folder, Prefix + "*").Order(StringComparer.Ordinal))
        {
            string id = Path.GetFileName(path)[Prefix.Length..].Replace("--", "/", StringComparison.Ordinal);
            if (HubModel.TryParse(id, out _))
            {
                yield return (id, path);
            }
        }
    }

    private string SnapshotPath(string id, string commit, string path) =>
        Path.Combine([FolderOf(id), "snapshots", commit, .. path.Split('/')]);
}
