using MGLMM.Hub.Cache;
using MGLMM.Hub.Fetching;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>The files of one model at one commit, in the cache or on the hub.</summary>
/// <param name="client">The hub; null when offline.</param>
/// <param name="cache">The cache.</param>
/// <param name="model">The model.</param>
/// <param name="repository">What there is.</param>
/// <param name="reporter">Told of bytes.</param>
internal sealed class RepositoryFiles(HubClient? client, HubCache cache, HubModel model, HubRepository repository, PullReporter reporter)
{
    private const string PartEnding = ".mglmm.incomplete";

    public HubModel Model => model;

    public HubRepository Repository => repository;

    /// <summary>Opens a model: from the hub, or offline from the cache.</summary>
    public static async Task<RepositoryFiles> OpenAsync(HubClient? client, HubCache cache, HubModel model, PullReporter reporter, CancellationToken cancellationToken)
    {
        if (client is null)
        {
            string? commit = cache.ReadRevision(model);
            HubRepository? known = commit is null ? null : cache.Repository(model.Id, commit);
            return known is null ? throw Missing(model, cache, model.ToString()) : new RepositoryFiles(null, cache, model, known, reporter);
        }

        HubRepository repository = await client.ListAsync(model, cancellationToken).ConfigureAwait(false);
        cache.WriteRevision(model, repository.Commit);
        return new RepositoryFiles(client, cache, model, repository, reporter);
    }

    /// <summary>The files of one of the repository's folders.</summary>
    public RepositoryFiles Below(string folder) => new(client, cache, model, repository.Below(folder), reporter);

    /// <summary>Brings a small file into the cache; gives its place.</summary>
    public async Task<string> SmallAsync(HubFile file, CancellationToken cancellationToken)
    {
        if (cache.Find(model.Id, repository.Commit, file) is { } cached
            && (file.Hash is null || await ContentHash.MatchesAsync(cached, file.Hash, null, cancellationToken).ConfigureAwait(false)))
        {
            return cached == cache.BlobPath(model.Id, file.Hash ?? string.Empty) ? cache.Link(model.Id, repository.Commit, file.Path, cached) : cached;
        }

        if (client is null)
        {
            throw Missing(model, cache, file.Path);
        }

        if (file.Length > CheckpointSelection.LargestSmallFile)
        {
            throw new HubException(HubProblem.Damaged, $"'{file.Path}' of '{model}' has {DiskSpace.Text(file.Length.Value)}; no such file is that large.");
        }

        string doing = $"Fetching '{file.Path}' of '{model.Id}'";
        for (int attempt = 1; ; attempt++)
        {
            (byte[] bytes, HubFacts facts) = await client.Retry.RunAsync(token => ReadAsync(client, file, token), doing, cancellationToken).ConfigureAwait(false);
            reporter.Fetched(bytes.Length);
            string? hash = file.Hash ?? facts.Hash;
            if (hash is not null ? ContentHash.Matches(bytes, hash) : file.Length is null || file.Length == bytes.Length)
            {
                return Keep(file, hash ?? ContentHash.OfBlob(bytes), bytes);
            }

            reporter.Fetched(-bytes.Length);
            if (attempt == 2)
            {
                throw new HubException(
                    HubProblem.Damaged,
                    $"'{file.Path}' of '{model.Id}' came twice with another hash than the hub announces ({hash}). Something between here and the hub changes it (a proxy, a mirror), or it was changed meanwhile: run the same command again, or try another network or HF_ENDPOINT.");
            }
        }
    }

    /// <summary>A weight file with its length, which the hub is asked for where its list does not say.</summary>
    public async Task<HubFile> DescribeAsync(HubFile file, CancellationToken cancellationToken)
    {
        if (file.Length is not null && file.Hash is not null)
        {
            return file;
        }

        if (client is null)
        {
            return file;
        }

        HubFacts facts = await client.DescribeAsync(model, repository.Commit, file.Path, cancellationToken).ConfigureAwait(false);
        return (facts.Length ?? file.Length) is { } length
            ? file with { Length = file.Length ?? length, Hash = file.Hash ?? facts.Hash }
            : throw new HubException(HubProblem.Unreachable, $"{client.Settings.Endpoint.Host} does not say how large '{file.Path}' of '{model.Id}' is. Is HF_ENDPOINT ({client.Settings.Endpoint}) a hub?");
    }

    /// <summary>The place of a weight file in the cache, whole and right; null where it is not.</summary>
    public async Task<string?> CachedAsync(HubFile file, CancellationToken cancellationToken)
    {
        if (cache.Find(model.Id, repository.Commit, file) is not { } cached)
        {
            return client is null ? throw Missing(model, cache, file.Path) : null;
        }

        reporter.Doing($"checking {file.Path} of the cache");
        if (file.Hash is null || await ContentHash.MatchesAsync(cached, file.Hash, null, cancellationToken).ConfigureAwait(false))
        {
            return cached;
        }

        return client is null
            ? throw new HubException(HubProblem.Damaged, $"'{cached}' is not what its name says. Delete it, unset HF_HUB_OFFLINE, and run the same command again.")
            : null;
    }

    /// <summary>What is there of a weight file that is being fetched.</summary>
    public PartFile OpenPart(HubFile file) => PartFile.Open(PartPath(file), file.Length!.Value);

    /// <summary>Removes what was fetched of a weight file.</summary>
    public void DeletePart(HubFile file) => PartFile.Delete(PartPath(file));

    /// <summary>Fetches a weight file, or what is missing of it.</summary>
    public async Task FetchAsync(HubFile file, PartFile part, CancellationToken cancellationToken)
    {
        reporter.Doing($"fetching {file.Path}");
        await new RangedDownload(client!, model, repository.Commit, file, reporter.Fetched)
            .RunAsync(part, onChecked: _ => reporter.Doing($"checking {file.Path}"), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes a fetched and closed weight file a part of the cache; gives its place.</summary>
    public string Keep(HubFile file)
    {
        string part = PartPath(file);
        string kept = cache.Add(model.Id, repository.Commit, file.Path, file.Hash ?? NameWithoutHash(file), part);
        PartFile.Delete(part);
        return kept;
    }

    /// <summary>Fetches what is missing of a range of a weight file, unchecked.</summary>
    public Task FetchRangeAsync(HubFile file, PartFile part, long from, long to, CancellationToken cancellationToken) =>
        new RangedDownload(client!, model, repository.Commit, file, reporter.Fetched).FetchAsync(part, from, to, cancellationToken);

    private static HubException Missing(HubModel model, HubCache cache, string what) => new(
        HubProblem.Offline,
        $"HF_HUB_OFFLINE is set, and '{what}'{(what == model.ToString() ? string.Empty : $" of '{model}'")} is not in the cache ('{cache.Folder}'). Unset it and run the same command with a connection; with --keep the files stay there.");

    private async Task<(byte[] Bytes, HubFacts Facts)> ReadAsync(HubClient hub, HubFile file, CancellationToken cancellationToken)
    {
        using HubResponse response = await hub.OpenAsync(model, repository.Commit, file.Path, 0, null, cancellationToken).ConfigureAwait(false);
        using CancellationTokenSource timer = hub.StallTimer();
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            await response.Message.Content.LoadIntoBufferAsync(CheckpointSelection.LargestSmallFile, both.Token).ConfigureAwait(false);
            return (await response.Message.Content.ReadAsByteArrayAsync(both.Token).ConfigureAwait(false), response.Facts);
        }
        catch (Exception exception) when (HubClient.IsConnectionFailure(exception, cancellationToken))
        {
            throw HubClient.Broken(response.Message.RequestMessage!.RequestUri!, exception);
        }
    }

    private string Keep(HubFile file, string name, byte[] bytes)
    {
        string partial = cache.BlobPath(model.Id, $"{name}.{Environment.ProcessId}{PartEnding}");
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        File.WriteAllBytes(partial, bytes);
        return cache.Add(model.Id, repository.Commit, file.Path, name, partial);
    }

    private string PartPath(HubFile file) => cache.BlobPath(model.Id, (file.Hash ?? NameWithoutHash(file)) + PartEnding);

    private string NameWithoutHash(HubFile file) => ContentHash.OfBlob(System.Text.Encoding.UTF8.GetBytes($"{repository.Commit}/{file.Path}/{file.Length}"));
}
