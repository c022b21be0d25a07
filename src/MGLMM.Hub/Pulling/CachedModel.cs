using MGLMM.Hub.Cache;

namespace MGLMM.Hub.Pulling;

/// <summary>A model of which the hub's cache holds something.</summary>
/// <param name="Id">Organisation and name.</param>
/// <param name="Commits">The commits of which there are files, the newest first.</param>
/// <param name="Bytes">Bytes on the disk.</param>
/// <param name="UnfinishedBytes">Of these, bytes of files that are still being fetched, or whose fetching was stopped.</param>
/// <param name="HasWeights">Whether a commit's weights are all there, so that it can be converted without a connection.</param>
public sealed record CachedModel(string Id, IReadOnlyList<string> Commits, long Bytes, long UnfinishedBytes, bool HasWeights)
{
    /// <summary>Lists the cache.</summary>
    public static IReadOnlyList<CachedModel> List(HubSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        HubCache cache = new(settings.CacheFolder);
        return [.. cache.Models().Select(model => Read(cache, model.Id, model.Folder))];
    }

    private static CachedModel Read(HubCache cache, string id, string folder)
    {
        string snapshots = Path.Combine(folder, "snapshots");
        string[] commits = Directory.Exists(snapshots)
            ? [.. new DirectoryInfo(snapshots).EnumerateDirectories().OrderByDescending(commit => commit.LastWriteTimeUtc).Select(commit => commit.Name)]
            : [];
        FileInfo[] files = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.LinkTarget is null).ToArray();
        return new CachedModel(
            id,
            commits,
            files.Sum(file => file.Length),
            files.Where(file => file.Name.EndsWith(".incomplete", StringComparison.Ordinal)).Sum(file => file.Length),
            commits.Any(commit => HasWeightsOf(cache, id, commit)));
    }

    private static bool HasWeightsOf(HubCache cache, string id, string commit)
    {
        if (cache.Repository(id, commit) is not { } repository)
        {
            return false;
        }

        try
        {
            // Nothing is asked of anybody: small files are where the listing found them.
            CheckpointSelection.ChooseAsync(new HubModel(id, commit), repository, file => Task.FromResult(cache.Find(id, commit, file)!)).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception exception) when (exception is HubException or Conversion.Checkpoints.CheckpointFormatException)
        {
            return false;
        }
    }
}
