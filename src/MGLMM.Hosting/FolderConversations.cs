using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Diagnostics;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <summary>
/// Keeps conversations in a folder, so that they survive the process, however it ends: each save is whole or not at all. Those that were used
/// last are in memory too; the others are loaded when they are asked for. Bounded by count, bytes and age. Thread-safe.
/// </summary>
internal sealed partial class FolderConversations : IConversations, IHostedService, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Owner, string Conversation), KeptConversation> _kept = [];
    private readonly VisionToolsets _toolsets;
    private readonly ConversationFolderOptions _options;
    private readonly WorkspaceLimits _limits;
    private readonly ImageLimits _imageLimits;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private ConversationFolder? _folder;
    private ITimer? _sweeping;

    public FolderConversations(
        VisionToolsets toolsets, IOptions<ConversationFolderOptions> options, IOptions<MglmmOptions> model, ILoggerFactory loggerFactory, TimeProvider? time = null)
    {
        _toolsets = toolsets;
        _options = options.Value;
        _limits = _options.OwnWorkspaceLimits ?? model.Value.WorkspaceLimits;
        _imageLimits = model.Value.ToModelOptions().ImageLimits;
        _time = time ?? TimeProvider.System;
        _logger = loggerFactory.CreateLogger<FolderConversations>();
    }

    private ConversationFolder Folder => _folder ?? throw new InvalidOperationException("The host has not started: its conversations are not read yet.");

    /// <summary>Reads what is there. The host does not start where another process has the folder.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        ConversationFolder folder = new(_options.Folder);
        lock (_gate)
        {
            _folder = folder;
            foreach (KeptConversation conversation in folder.Read(_time))
            {
                _kept[(conversation.Owner, conversation.Conversation)] = conversation;
            }
        }

        Sweep();
        _sweeping = _time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _sweeping?.Dispose();
        lock (_gate)
        {
            foreach (KeptConversation? conversation in _kept.Values.Where(conversation => conversation.IsSaved))
            {
                ConversationFolder.Touch(conversation);
            }
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _sweeping?.Dispose();
        _folder?.Dispose();
    }

    public ValueTask<IConversationLease> BeginAsync(string owner, CancellationToken cancellationToken = default)
    {
        VisionWorkspace workspace = new(owner, ConversationHandle.New(), _limits);
        KeptConversation conversation = new(owner, workspace.Conversation, Folder.PathOf(owner, workspace.Conversation))
        {
            Open = Task.FromResult(workspace),
            Users = 1,
        };
        conversation.Use(_time);
        return ValueTask.FromResult<IConversationLease>(new Lease(this, conversation, workspace, counts: true));
    }

    public ValueTask<IConversationLease?> FindAsync(string owner, string conversation, CancellationToken cancellationToken = default) =>
        OpenAsync(owner, conversation, counts: true, cancellationToken);

    public ValueTask<IConversationLease?> LookAsync(string owner, string conversation, CancellationToken cancellationToken = default) =>
        OpenAsync(owner, conversation, counts: false, cancellationToken);

    /// <param name="owner">Who it belongs to.</param>
    /// <param name="conversation">Its handle.</param>
    /// <param name="counts">Whether it counts as use.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    private async ValueTask<IConversationLease?> OpenAsync(string owner, string conversation, bool counts, CancellationToken cancellationToken)
    {
        KeptConversation? found;
        Task<VisionWorkspace> opening;
        lock (_gate)
        {
            if (!_kept.TryGetValue((owner, conversation), out found))
            {
                return null;
            }

            found.Users++;
            if (counts)
            {
                found.Use(_time);
            }

            if (found.Open is null or { IsFaulted: true })
            {
                // Not with the caller's token: others may wait for the same.
                found.Open = LoadAsync(found);
            }

            opening = found.Open;
        }

        try
        {
            return new Lease(this, found, await opening.WaitAsync(cancellationToken).ConfigureAwait(false), counts);
        }
        catch (Exception exception)
        {
            Release(found, counts);
            if (exception is OperationCanceledException)
            {
                throw;
            }

            LogUnreadable(_logger, conversation, exception);
            return null;
        }
    }

    public ValueTask<IReadOnlyList<ConversationSummary>> ListAsync(string owner, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<ConversationSummary>>(
            [
                .. _kept.Values.Where(conversation => conversation.Owner == owner).OrderByDescending(conversation => conversation.LastUsed)
                    .Select(conversation => new ConversationSummary(conversation.Conversation, conversation.LastUsed, conversation.Pictures)),
            ]);
        }
    }

    public ValueTask<bool> RemoveAsync(string owner, string conversation, CancellationToken cancellationToken = default)
    {
        KeptConversation? found;
        bool now;
        lock (_gate)
        {
            if (!_kept.Remove((owner, conversation), out found))
            {
                return ValueTask.FromResult(false);
            }

            found.IsRemoved = true;
            now = found.Users == 0;
        }

        if (now)
        {
            Delete(found);
        }

        return ValueTask.FromResult(true);
    }

    /// <summary>Lets go what is too old, too many or too much.</summary>
    internal void Sweep()
    {
        List<KeptConversation> gone;
        lock (_gate)
        {
            gone = [.. _kept.Values.Where(conversation => conversation.Users == 0 && conversation.IsUnusedFor(_options.MaximumAge, _time))];
            List<KeptConversation> left = _kept.Values.Except(gone).OrderBy(conversation => conversation.LastUsed).ToList();
            long bytes = left.Sum(conversation => conversation.Bytes);
            foreach (KeptConversation? conversation in left.Where(conversation => conversation.Users == 0))
            {
                if (bytes <= _options.MaximumBytes)
                {
                    break;
                }

                bytes -= conversation.Bytes;
                gone.Add(conversation);
            }

            foreach (IGrouping<string, KeptConversation>? ofOwner in left.Except(gone).GroupBy(conversation => conversation.Owner).ToArray())
            {
                gone.AddRange(ofOwner.Where(conversation => conversation.Users == 0).Take(Math.Max(0, ofOwner.Count() - _options.MaximumPerOwner)));
            }

            Forget(gone);
        }

        gone.ForEach(Delete);
    }

    private async Task<VisionWorkspace> LoadAsync(KeptConversation conversation)
    {
        VisionWorkspace workspace = await VisionWorkspace.LoadAsync(conversation.Folder, _limits, _imageLimits).ConfigureAwait(false);
        return workspace.Owner == conversation.Owner && workspace.Conversation == conversation.Conversation
            ? workspace
            : throw new InvalidDataException("The saved workspace names another owner or conversation.");
    }

    private async ValueTask SaveAsync(KeptConversation conversation, VisionWorkspace workspace, CancellationToken cancellationToken)
    {
        await conversation.Saving.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string[] pictures = [.. workspace.Images.Select(image => image.Name)];
            if (!conversation.IsSaved || !pictures.SequenceEqual(conversation.Pictures))
            {
                // The note first: a note without a workspace is nothing, a workspace without a note would not be found again.
                ConversationFolder.WriteNote(conversation, pictures);
            }

            await workspace.SaveAsync(conversation.Folder, cancellationToken).ConfigureAwait(false);
            long bytes = ConversationFolder.BytesOf(conversation.Folder);
            bool isNew;
            lock (_gate)
            {
                isNew = !conversation.IsSaved;
                conversation.IsSaved = true;
                conversation.Pictures = pictures;
                conversation.Bytes = bytes;
                conversation.Use(_time);
                if (!conversation.IsRemoved)
                {
                    _kept[(conversation.Owner, conversation.Conversation)] = conversation;
                }
            }

            if (isNew)
            {
                Sweep();
            }
        }
        finally
        {
            conversation.Saving.Release();
        }
    }

    private void Release(KeptConversation conversation, bool counts)
    {
        bool delete;
        lock (_gate)
        {
            conversation.Users--;
            if (counts)
            {
                conversation.Use(_time);
            }

            delete = conversation is { IsRemoved: true, Users: 0 };
            CloseSome();
        }

        if (delete)
        {
            Delete(conversation);
        }
    }

    /// <summary>Keeps of the workspaces that nobody uses as many in memory as there may be, those that were used last; the others are on the disk.</summary>
    private void CloseSome()
    {
        IEnumerable<KeptConversation> unused = _kept.Values.Where(conversation => conversation is { Open: not null, Users: 0 }).OrderByDescending(conversation => conversation.LastUsed);
        foreach (KeptConversation conversation in _options.WithoutRoom(unused, BytesInMemory))
        {
            conversation.Open = null;
            ConversationFolder.Touch(conversation);
        }
    }

    private static long BytesInMemory(KeptConversation conversation) =>
        conversation.Open is { IsCompletedSuccessfully: true } open ? open.Result.Size.Bytes : 0;

    private void Forget(List<KeptConversation> gone)
    {
        foreach (KeptConversation conversation in gone)
        {
            _kept.Remove((conversation.Owner, conversation.Conversation));
            conversation.IsRemoved = true;
        }
    }

    private void Delete(KeptConversation conversation)
    {
        try
        {
            ConversationFolder.Remove(conversation);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(_logger, conversation.Conversation, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The conversation {Conversation} cannot be read from the disk.")]
    private static partial void LogUnreadable(ILogger logger, string conversation, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The conversation {Conversation} cannot be removed from the disk whole.")]
    private static partial void LogNotRemoved(ILogger logger, string conversation, Exception exception);

    private sealed class Lease(FolderConversations conversations, KeptConversation conversation, VisionWorkspace workspace, bool counts) : IConversationLease
    {
        private int _disposed;

        public VisionWorkspace Workspace => workspace;

        public IReadOnlyList<VisionFunction> Functions => conversations._toolsets.FunctionsOver(workspace);

        public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default) => conversations._toolsets.GetAsync(workspace, cancellationToken);

        public ValueTask SaveAsync(CancellationToken cancellationToken = default) => conversations.SaveAsync(conversation, workspace, cancellationToken);

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
            {
                conversations.Release(conversation, counts);
            }

            return ValueTask.CompletedTask;
        }
    }
}
