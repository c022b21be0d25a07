using MGLMM.Hosting;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Workspaces;
using Microsoft.Agents.AI;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace MGLMM.AgentFramework;

/// <summary>
/// Gives an agent of Microsoft Agent Framework its eyes: the vision tools over a workspace of the session's own, what is open in it with each run, and the
/// handles of pictures that a user attaches. The session holds the workspace's handle, so that a session that was serialised finds its pictures and regions
/// again, in another process too where they are kept in a folder.
/// </summary>
/// <remarks>
/// Thread-safe; one provider serves all sessions of an agent. What a tool makes is kept before the agent is told of it. Rendered pictures and exports are
/// artifacts of the workspace: <see cref="FindAsync"/> gives it to the host. A run without a session gets a workspace that nothing finds again.
/// </remarks>
public sealed class VisionContextProvider : AIContextProvider
{
    private const string LostPictures = "\n\nHandles of earlier in this conversation mean nothing any more: their pictures are no longer kept.";

    private readonly IConversations _conversations;
    private readonly VisionContextOptions _options;
    private readonly ILogger _logger;
    private readonly ProviderSessionState<VisionSession> _state;

    /// <summary>Creates a provider over the conversations of a host (<see cref="MglmmServices.AddMglmm(Microsoft.Extensions.DependencyInjection.IServiceCollection, Action{MglmmOptions}?)"/>).</summary>
    /// <param name="conversations">Where workspaces are kept.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="loggerFactory">Null logs nothing.</param>
    public VisionContextProvider(IConversations conversations, VisionContextOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(conversations);
        _conversations = conversations;
        _options = options ?? new VisionContextOptions();
        _logger = (ILogger?)loggerFactory?.CreateLogger<VisionContextProvider>() ?? NullLogger.Instance;
        _state = new ProviderSessionState<VisionSession>(_ => VisionSession.Empty, _options.StateKey, VisionSession.Json);
        StateKeys = [_options.StateKey];
    }

    /// <summary>Creates a provider over a model, without a host.</summary>
    /// <param name="model">The model; null where there is none. It stays the caller's.</param>
    /// <param name="tools">What the tools may do; null takes the defaults, which let no file in.</param>
    /// <param name="folder">Where workspaces are kept, so that sessions survive the process; null keeps those of the last <see cref="VisionContextOptions.MaximumSessions"/> sessions in memory, as far as <see cref="VisionContextOptions.MaximumBytes"/> reach. For one process at a time.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="loggerFactory">Null logs nothing.</param>
    public VisionContextProvider(
        IGroundingModel? model, VisionToolsetOptions? tools = null, string? folder = null, VisionContextOptions? options = null, ILoggerFactory? loggerFactory = null)
        : this(new SessionWorkspaces(model, tools, folder, options ?? new VisionContextOptions(), loggerFactory), options, loggerFactory)
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> StateKeys { get; }

    /// <summary>The workspace of a session, for the host: its pictures, regions and files.</summary>
    /// <param name="session">The session.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>In use until disposed; null where the session has had no run yet, or its workspace is no longer kept.</returns>
    public async ValueTask<IConversationLease?> FindAsync(AgentSession session, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        return _state.GetOrInitializeState(session).Conversation is { } conversation
            ? await _conversations.FindAsync(OwnerOf(session), conversation, cancellationToken).ConfigureAwait(false)
            : null;
    }

    /// <inheritdoc/>
    protected override async ValueTask<AIContext> ProvideAIContextAsync(InvokingContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        string owner = OwnerOf(context.Session);
        VisionSession known = context.Session is null ? VisionSession.Empty : _state.GetOrInitializeState(context.Session);
        IConversationLease? found = known.Conversation is null ? null : await _conversations.FindAsync(owner, known.Conversation, cancellationToken).ConfigureAwait(false);
        IConversationLease lease = found ?? await _conversations.BeginAsync(owner, cancellationToken).ConfigureAwait(false);
        await using (lease.ConfigureAwait(false))
        {
            Dictionary<string, string> told = new(found is null ? VisionSession.Empty.Told : known.Told, StringComparer.Ordinal);
            List<string> sentences = await ChatPictures.OpenAsync(lease, context.AIContext.Messages ?? [], told, cancellationToken).ConfigureAwait(false);
            bool isLost = found is null && known.Conversation is not null;
            if (isLost)
            {
                // With the messages, where later runs find it too: the new workspace gives the old handles to other things.
                sentences.Insert(0, PictureSentences.Lost(hasPictures: false));
            }

            string conversation = lease.Workspace.Conversation;
            if (found is null || sentences.Count > 0)
            {
                // A new one is found by the tools only once it was saved.
                await lease.SaveAsync(cancellationToken).ConfigureAwait(false);
                _state.SaveState(context.Session, new VisionSession(conversation, told));
            }

            return new AIContext
            {
                Instructions = Planner.Fill(_options.Instructions, await BriefAsync(lease, cancellationToken).ConfigureAwait(false))
                    + (isLost ? LostPictures : string.Empty),
                Messages = sentences.Count > 0 ? [new ChatMessage(ChatRole.User, string.Join('\n', sentences))] : null,
                Tools =
                [
                    .. lease.Functions.Where(function => _options.Groups.HasFlag(function.Group))
                        .Select(function => new KeptFunction(function, _conversations, owner, conversation, _logger)),
                ],
            };
        }
    }

    private static async Task<VisionBriefing> BriefAsync(IConversationLease lease, CancellationToken cancellationToken)
    {
        try
        {
            return (await lease.GetToolsetAsync(cancellationToken).ConfigureAwait(false)).GetBriefing();
        }
        catch (VisionNotReadyException exception)
        {
            return new VisionBriefing(VisionBriefing.PicturesOf(lease.Workspace), exception.Message);
        }
    }

    private string OwnerOf(AgentSession? session)
    {
        string owner = _options.OwnerOf?.Invoke(session) ?? VisionWorkspace.DefaultOwner;
        ContentNames.Check(owner, nameof(VisionContextOptions.OwnerOf));
        return owner;
    }
}
