using MGLMM.Hosting;
using MGLMM.Orleans.Workers;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Persistence;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace MGLMM.Orleans.Conversations;

/// <summary>
/// Keeps conversations in the cluster, so that they survive this gateway and are found through every other one. A save is whole or not at all, and is
/// kept before the caller hears of it; a save over what another gateway kept meanwhile is refused. Thread-safe.
/// </summary>
internal sealed partial class ClusterConversations : IConversations, IHostedService, IDisposable
{
    private const string DocumentName = "workspace.json";
    private const int Attempts = 3;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Open> _open = new(StringComparer.Ordinal);
    private readonly IVisionToolsets _toolsets;
    private readonly IGrainFactory _grains;
    private readonly IArtifactStore _store;
    private readonly ClusterConversationsOptions _options;
    private readonly WorkspaceLimits _workspaceLimits;
    private readonly ImageLimits _imageLimits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly GatewayScratch _scratch;

    public ClusterConversations(
        IVisionToolsets toolsets, IGrainFactory grains, IArtifactStore store, ClusterConversationsOptions options, MglmmOptions host, TimeProvider time, ILogger<ClusterConversations> logger)
    {
        options.Validate();
        _toolsets = toolsets;
        _grains = grains;
        _store = store;
        _options = options;
        _workspaceLimits = options.OwnWorkspaceLimits ?? host.WorkspaceLimits;
        _imageLimits = host.ToImageLimits();
        _time = time;
        _logger = logger;
        _scratch = new GatewayScratch(options.ScratchFolder);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _scratch.Make();
        Try(_scratch.Tidy);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Try(_scratch.End);
        return Task.CompletedTask;
    }

    public void Dispose() => _scratch.Dispose();

    public ValueTask<IConversationLease> BeginAsync(string owner, CancellationToken cancellationToken = default)
    {
        VisionWorkspace workspace = new(owner, ConversationHandle.New(), _workspaceLimits);
        return ValueTask.FromResult<IConversationLease>(new Lease(this, new Open(owner, workspace, _scratch.NewFolder(), version: 0, []) { Users = 1, Touched = _time.GetUtcNow() }));
    }

    public async ValueTask<IConversationLease?> FindAsync(string owner, string conversation, CancellationToken cancellationToken = default)
    {
        if (!ConversationHandle.Is(conversation))
        {
            return null;
        }

        string key = ConversationFiles.KeyOf(owner, conversation);
        IConversationGrain grain = await ReachAsync(() => Task.FromResult(ConversationOf(key)), cancellationToken).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            long version = await ReachAsync(grain.GetVersionAsync, cancellationToken).ConfigureAwait(false);
            if (version == 0)
            {
                Forget(key);
                return null;
            }

            lock (_gate)
            {
                if (_open.TryGetValue(key, out Open? known) && known.Version == version)
                {
                    known.Users++;
                    known.LastUsed = _time.GetUtcNow();
                    return new Lease(this, known);
                }
            }

            try
            {
                if (await LoadAsync(owner, conversation, grain, cancellationToken).ConfigureAwait(false) is { } loaded)
                {
                    return new Lease(this, Keep(key, loaded));
                }
            }
            catch (Exception exception) when (exception is WorkspaceFormatException or InvalidDataException)
            {
                // Another gateway may have saved while the files were read, and let old ones go.
                if (attempt == Attempts)
                {
                    LogUnreadable(_logger, conversation, exception);
                    return null;
                }
            }
        }
    }

    public async ValueTask<IReadOnlyList<ConversationSummary>> ListAsync(string owner, CancellationToken cancellationToken = default)
    {
        Dictionary<string, OwnedConversation> kept = await ReachAsync(() => OwnerOf(owner).ListAsync(), cancellationToken).ConfigureAwait(false);
        return [.. kept.OrderByDescending(one => one.Value.LastUsed).Select(one => new ConversationSummary(one.Key, one.Value.LastUsed, one.Value.Pictures))];
    }

    public async ValueTask<bool> RemoveAsync(string owner, string conversation, CancellationToken cancellationToken = default)
    {
        if (!ConversationHandle.Is(conversation))
        {
            return false;
        }

        bool was = await ReachAsync(() => OwnerOf(owner).RemoveAsync(conversation), cancellationToken).ConfigureAwait(false);
        await TakeAwayAsync(owner, conversation, cancellationToken).ConfigureAwait(false);
        return was;
    }

    private async Task SaveAsync(Open open, CancellationToken cancellationToken)
    {
        await open.Saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            VisionWorkspace workspace = open.Workspace;
            string key = ConversationFiles.KeyOf(open.Owner, workspace.Conversation);
            await workspace.SaveAsync(open.Folder, cancellationToken).ConfigureAwait(false);
            string[] files = ConversationFiles.Of(open.Folder);
            string[] added = [.. files.Except(open.Files)];
            await PutAsync(open, key, added, cancellationToken).ConfigureAwait(false);

            // The files are there: from here on the conversation may speak of them.
            KeptState state = new()
            {
                Version = open.Version,
                Owner = open.Owner,
                Document = await File.ReadAllBytesAsync(Path.Combine(open.Folder, DocumentName), cancellationToken).ConfigureAwait(false),
                Files = [.. files],
                Pictures = [.. workspace.Images.Select(image => image.Name)],
            };
            long version = await ReachAsync(() => ConversationOf(key).WriteAsync(state), cancellationToken).ConfigureAwait(false);
            if (version == 0)
            {
                Forget(key);
                await TakeBackFromNoneAsync(key, added).ConfigureAwait(false);
                throw new IOException("The conversation was changed or taken away through another gateway meanwhile. Nothing was kept; ask again.");
            }

            string[] old = [.. open.Files.Except(files)];
            open.Version = version;
            open.Files = files;
            lock (_gate)
            {
                Hold(key, open);
            }

            await AfterSaveAsync(open, state, key, old).ConfigureAwait(false);
        }
        finally
        {
            open.Saving.Release();
        }
    }

    private async Task PutAsync(Open open, string key, string[] added, CancellationToken cancellationToken)
    {
        try
        {
            foreach (string file in added)
            {
                byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(open.Folder, file), cancellationToken).ConfigureAwait(false);
                await _store.PutAsync($"{key}/{file}", bytes, cancellationToken).ConfigureAwait(false);
            }
        }
        catch when (open.Version == 0)
        {
            await TakeBackFromNoneAsync(key, added).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes back what was put for a save that did not come about, where the conversation is not there (any more).</summary>
    /// <remarks>
    /// Where it is, the files stay until their age takes them: names come of what a file holds, so another gateway may be keeping one with the very same name at this moment.
    /// </remarks>
    private Task TakeBackFromNoneAsync(string key, string[] added) => TryAsync(async () =>
    {
        if (await ReachAsync(() => ConversationOf(key).GetVersionAsync(), CancellationToken.None).ConfigureAwait(false) == 0)
        {
            await _store.RemoveAsync([.. added.Select(file => $"{key}/{file}")]).ConfigureAwait(false);
        }
    });

    /// <summary>What may fail without harm, each by itself: the save stands.</summary>
    private async Task AfterSaveAsync(Open open, KeptState state, string key, string[] old)
    {
        await TryAsync(async () =>
        {
            List<string> gone = await ReachAsync(
                () => OwnerOf(open.Owner).TouchAsync(
                    open.Workspace.Conversation, new OwnedConversation(_time.GetUtcNow(), state.Pictures), _options.MaximumPerOwner),
                CancellationToken.None).ConfigureAwait(false);
            foreach (string conversation in gone)
            {
                await TryAsync(() => TakeAwayAsync(open.Owner, conversation, CancellationToken.None)).ConfigureAwait(false);
            }
        }).ConfigureAwait(false);
        await TryAsync(() => _store.RemoveAsync([.. old.Select(file => $"{key}/{file}")])).ConfigureAwait(false);

        // Nothing reads them here, where the conversation is open: a save keeps it, and with it all of its files.
        DateTimeOffset now = _time.GetUtcNow();
        if (_store.TouchInterval is { } interval && now - open.Touched >= interval)
        {
            await TryAsync(async () =>
            {
                await _store.TouchAsync([.. state.Files.Select(file => $"{key}/{file}")]).ConfigureAwait(false);
                open.Touched = now;
            }).ConfigureAwait(false);
        }
    }

    private async Task TryAsync(Func<Task> tidying)
    {
        try
        {
            await tidying().ConfigureAwait(false);
        }
        catch (IOException exception)
        {
            LogNotTidied(_logger, exception);
        }
    }

    private async Task<Open?> LoadAsync(string owner, string conversation, IConversationGrain grain, CancellationToken cancellationToken)
    {
        if (await ReachAsync(grain.ReadAsync, cancellationToken).ConfigureAwait(false) is not { } kept)
        {
            return null;
        }

        string folder = _scratch.NewFolder();
        DateTimeOffset read = _time.GetUtcNow();
        try
        {
            foreach (string file in kept.Files)
            {
                byte[] bytes = await _store.GetAsync($"{ConversationFiles.KeyOf(owner, conversation)}/{file}", cancellationToken).ConfigureAwait(false)
                    ?? throw new InvalidDataException($"The file '{file}' of the conversation is not in the store.");
                string path = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllBytesAsync(path, bytes, cancellationToken).ConfigureAwait(false);
            }

            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync(Path.Combine(folder, DocumentName), kept.Document, cancellationToken).ConfigureAwait(false);
            VisionWorkspace workspace = await VisionWorkspace.LoadAsync(folder, _workspaceLimits, _imageLimits, cancellationToken).ConfigureAwait(false);
            return workspace.Owner == owner && workspace.Conversation == conversation
                ? new Open(owner, workspace, folder, kept.Version, [.. kept.Files]) { Users = 1, Touched = read }
                : throw new InvalidDataException("The kept conversation names another owner or handle.");
        }
        catch
        {
            TryDelete(folder);
            throw;
        }
    }

    /// <summary>Takes what was loaded, or what another call loaded at the same time.</summary>
    private Open Keep(string key, Open loaded)
    {
        lock (_gate)
        {
            loaded.LastUsed = _time.GetUtcNow();
            if (_open.TryGetValue(key, out Open? known) && known.Version >= loaded.Version)
            {
                known.Users++;
                TryDelete(loaded.Folder);
                return known;
            }

            Hold(key, loaded);
            CloseSome();
            return loaded;
        }
    }

    private void Hold(string key, Open open)
    {
        if (_open.TryGetValue(key, out Open? before) && before != open && before.Users == 0)
        {
            TryDelete(before.Folder);
        }

        _open[key] = open;
    }

    private void Release(Open open)
    {
        lock (_gate)
        {
            open.Users--;
            open.LastUsed = _time.GetUtcNow();
            if (open.Users == 0 && !_open.ContainsValue(open))
            {
                TryDelete(open.Folder);
            }

            CloseSome();
        }
    }

    /// <summary>Keeps of the conversations that nobody uses as many in memory as there may be, those that were used last; the cluster has the others.</summary>
    private void CloseSome()
    {
        IEnumerable<KeyValuePair<string, Open>> unused = _open.Where(pair => pair.Value.Users == 0).OrderByDescending(pair => pair.Value.LastUsed);
        foreach ((string key, Open open) in _options.WithoutRoom(unused, pair => pair.Value.Workspace.Size.Bytes))
        {
            _open.Remove(key);
            TryDelete(open.Folder);
        }
    }

    private void Forget(string key)
    {
        lock (_gate)
        {
            if (_open.Remove(key, out Open? open) && open.Users == 0)
            {
                TryDelete(open.Folder);
            }
        }
    }

    private async Task TakeAwayAsync(string owner, string conversation, CancellationToken cancellationToken)
    {
        string key = ConversationFiles.KeyOf(owner, conversation);
        List<string> files = await ReachAsync(() => ConversationOf(key).RemoveAsync(), cancellationToken).ConfigureAwait(false);
        Forget(key);
        await _store.RemoveAsync([.. files.Select(file => $"{key}/{file}")], cancellationToken).ConfigureAwait(false);
    }

    private IConversationGrain ConversationOf(string key) => _grains.Reach(grains => grains.GetGrain<IConversationGrain>(key));

    private IOwnerGrain OwnerOf(string owner) => _grains.Reach(grains => grains.GetGrain<IOwnerGrain>(ConversationFiles.HashOf(owner)));

    private static async Task<T> ReachAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call().WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (ClusterFaults.KeepsFromCalling(exception))
        {
            throw new IOException("The cluster that keeps conversations cannot be reached.", exception);
        }
    }

    private void TryDelete(string folder) => Try(() =>
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    });

    private void Try(Action tidying)
    {
        try
        {
            tidying();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotTidied(_logger, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The conversation {Conversation} cannot be read from the cluster.")]
    private static partial void LogUnreadable(ILogger logger, string conversation, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Files that are no longer needed could not be taken away, or those in use not be marked so.")]
    private static partial void LogNotTidied(ILogger logger, Exception exception);

    /// <summary>A conversation in this gateway's memory. Users and last use are read and written under the collection's lock, the rest while it is saved.</summary>
    private sealed class Open(string owner, VisionWorkspace workspace, string folder, long version, string[] files)
    {
        public string Owner => owner;

        public VisionWorkspace Workspace => workspace;

        public string Folder => folder;

        public long Version { get; set; } = version;

        public string[] Files { get; set; } = files;

        /// <summary>When the store was last told that all its files are in use.</summary>
        public DateTimeOffset Touched { get; set; }

        public int Users { get; set; }

        public DateTimeOffset LastUsed { get; set; }

        public SemaphoreSlim Saving { get; } = new(1, 1);
    }

    private sealed class Lease(ClusterConversations conversations, Open open) : IConversationLease
    {
        private int _disposed;

        public VisionWorkspace Workspace => open.Workspace;

        public IReadOnlyList<VisionFunction> Functions => conversations._toolsets.FunctionsOver(open.Workspace);

        public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default) => conversations._toolsets.GetAsync(open.Workspace, cancellationToken);

        public async ValueTask SaveAsync(CancellationToken cancellationToken = default) => await conversations.SaveAsync(open, cancellationToken).ConfigureAwait(false);

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                conversations.Release(open);
            }

            return ValueTask.CompletedTask;
        }
    }
}
