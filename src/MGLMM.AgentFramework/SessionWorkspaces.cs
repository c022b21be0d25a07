using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Persistence;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MGLMM.AgentFramework;

/// <summary>The workspaces of sessions where there is no host: those that were used last in memory, all of them in a folder if there is one. Thread-safe.</summary>
internal sealed partial class SessionWorkspaces : IConversations
{
    private const int HandleBytes = 12;

    private readonly ConditionalWeakTable<VisionWorkspace, VisionToolset> _toolsets = [];
    private readonly SemaphoreSlim _disk = new(1, 1);
    private readonly VisionWorkspaces _workspaces;
    private readonly IGroundingModel? _model;
    private readonly VisionToolsetOptions _tools;
    private readonly string? _folder;
    private readonly ILoggerFactory? _loggerFactory;
    private readonly ILogger _logger;

    public SessionWorkspaces(IGroundingModel? model, VisionToolsetOptions? tools, string? folder, VisionContextOptions options, ILoggerFactory? loggerFactory)
    {
        _model = model;
        _tools = tools ?? VisionToolsetOptions.Default;
        _tools.Validate();
        _folder = folder is null ? null : Path.GetFullPath(folder);
        _loggerFactory = loggerFactory;
        _logger = (ILogger?)loggerFactory?.CreateLogger<SessionWorkspaces>() ?? NullLogger.Instance;

        // Without a folder nothing brings back what is let go: neither time nor the share of an owner who is everybody lets go of anything.
        VisionWorkspacesOptions limits = VisionWorkspacesOptions.Default;
        _workspaces = new VisionWorkspaces(folder is not null ? limits : limits with
        {
            IdleTime = Timeout.InfiniteTimeSpan,
            MaximumBytes = options.MaximumBytes,
            MaximumWorkspaces = options.MaximumSessions,
            MaximumPerOwner = options.OwnerOf is null ? options.MaximumSessions : limits.MaximumPerOwner,
        });
    }

    public ValueTask<IConversationLease> BeginAsync(string owner, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConversationLease>(new Lease(this, new VisionWorkspace(owner, "c" + RandomNumberGenerator.GetHexString(2 * HandleBytes, lowercase: true)).Hold()));

    public async ValueTask<IConversationLease?> FindAsync(string owner, string conversation, CancellationToken cancellationToken = default)
    {
        if (_workspaces.Hold(owner, conversation) is { } known)
        {
            return new Lease(this, known);
        }

        if (PathOf(owner, conversation) is not { } path)
        {
            return null;
        }

        WorkspaceHold? found = null;
        await _disk.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            found = _workspaces.Hold(owner, conversation);
            if (found is null && Directory.Exists(path))
            {
                VisionWorkspace loaded = await VisionWorkspace.LoadAsync(path, cancellationToken: cancellationToken).ConfigureAwait(false);
                found = loaded.Owner == owner && loaded.Conversation == conversation ? Keep(loaded) : null;
            }
        }
        catch (WorkspaceFormatException exception)
        {
            LogUnreadable(_logger, conversation, exception);
        }
        finally
        {
            _disk.Release();
        }

        return found is null ? null : new Lease(this, found);
    }

    public ValueTask<IReadOnlyList<ConversationSummary>> ListAsync(string owner, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ConversationSummary>>(
            [.. _workspaces.OfOwner(owner).Select(workspace => new ConversationSummary(workspace.Conversation, workspace.LastUsed, [.. workspace.Images.Select(image => image.Name)]))]);

    public async ValueTask<bool> RemoveAsync(string owner, string conversation, CancellationToken cancellationToken = default)
    {
        bool removed = _workspaces.Remove(owner, conversation);
        if (PathOf(owner, conversation) is not { } path || !Directory.Exists(path))
        {
            return removed;
        }

        await _disk.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Directory.Delete(path, recursive: true);
            return true;
        }
        finally
        {
            _disk.Release();
        }
    }

    /// <summary>Keeps what was loaded, in use before anybody can let it go; or uses what was kept meanwhile, so that there is never a second.</summary>
    private WorkspaceHold Keep(VisionWorkspace loaded)
    {
        WorkspaceHold hold = loaded.Hold();
        while (!_workspaces.TryAdd(loaded))
        {
            if (_workspaces.Hold(loaded.Owner, loaded.Conversation) is { } known)
            {
                hold.Dispose();
                return known;
            }
        }

        return hold;
    }

    /// <summary>Where a workspace lies. A handle comes out of a session that somebody stored: what has not the form of one is part of no path.</summary>
    private string? PathOf(string owner, string conversation) =>
        _folder is not null && conversation.Length == 1 + (2 * HandleBytes) && conversation[0] == 'c' && conversation.AsSpan(1).IndexOfAnyExcept("0123456789abcdef") < 0
            ? Path.Combine(_folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(owner)))[..16], conversation)
            : null;

    private async ValueTask SaveAsync(VisionWorkspace workspace, CancellationToken cancellationToken)
    {
        _workspaces.TryAdd(workspace);
        if (PathOf(workspace.Owner, workspace.Conversation) is not { } path)
        {
            return;
        }

        await _disk.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await workspace.SaveAsync(path, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _disk.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The workspace {Conversation} of a session cannot be read.")]
    private static partial void LogUnreadable(ILogger logger, string conversation, Exception exception);

    private sealed class Lease(SessionWorkspaces workspaces, WorkspaceHold hold) : IConversationLease
    {
        private readonly VisionToolset _toolset =
            workspaces._toolsets.GetValue(hold.Workspace, key => new VisionToolset(workspaces._model, key, workspaces._tools, workspaces._loggerFactory));

        public VisionWorkspace Workspace => hold.Workspace;

        public IReadOnlyList<VisionFunction> Functions => VisionFunctions.Over(_toolset);

        public ValueTask<VisionToolset> GetToolsetAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(_toolset);

        public ValueTask SaveAsync(CancellationToken cancellationToken = default) => workspaces.SaveAsync(Workspace, cancellationToken);

        public ValueTask DisposeAsync()
        {
            hold.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
