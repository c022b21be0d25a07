using System.Runtime.CompilerServices;
using System.Text.Json;
using MGLMM.Server.Api;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Server.Page;

/// <summary>
/// The page's side of one conversation in memory: reads the note once, changes it in one place, and lets one turn run at a time. Thread-safe.
/// </summary>
internal sealed class PageSession
{
    private const string Note = "page";
    /// <summary>How long a turn that was stopped is waited for: its model stops at the next token, but what is under way until then has to end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int MostTurns = 200;
    private const int MostChanges = 100;
    private const int MostCharacters = 1 << 20;

    private static readonly ConditionalWeakTable<VisionWorkspace, PageSession> Sessions = [];

    private readonly Lock _gate = new();
    private readonly VisionWorkspace _workspace;
    private PageState _state;
    private TurnUnderWay? _turn;

    private PageSession(VisionWorkspace workspace)
    {
        _workspace = workspace;
        _state = Read(workspace.NoteOf(Note));
    }

    /// <summary>What the page knows at this moment.</summary>
    public PageState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>The session of a workspace, as long as that is in memory.</summary>
    public static PageSession Of(VisionWorkspace workspace) => Sessions.GetValue(workspace, key => new PageSession(key));

    /// <summary>Lets a turn begin unless one is under way. One that was stopped is waited for a while: whoever stops an answer and asks anew does not know that it has not ended yet.</summary>
    /// <param name="time">Measures the wait.</param>
    /// <param name="stopping">Stops this turn; ends the wait too.</param>
    /// <returns>What is to be disposed when the turn has ended; null where another one is under way.</returns>
    public async Task<TurnUnderWay?> BeginTurnAsync(TimeProvider time, CancellationToken stopping)
    {
        long asked = time.GetTimestamp();
        while (true)
        {
            TurnUnderWay before;
            lock (_gate)
            {
                if (_turn is null)
                {
                    int number = _state.LastTurn + 1;
                    Keep(_state with { LastTurn = number });
                    return _turn = new TurnUnderWay(this, number, stopping);
                }

                before = _turn;
            }

            TimeSpan left = Patience - time.GetElapsedTime(asked);
            if (!before.IsStopped || left <= TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                await before.Ended.WaitAsync(left, time, stopping).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                return null;
            }
        }
    }

    /// <summary>Adds a turn that has ended.</summary>
    public void Add(Turn turn)
    {
        lock (_gate)
        {
            Keep(_state with { Turns = [.. _state.Turns.Append(turn).TakeLast(MostTurns)], LastTurn = Math.Max(_state.LastTurn, turn.Number) });
        }
    }

    /// <summary>Adds a change that a person made by hand, as a turn of its own.</summary>
    public void AddEdit(string image, string message, DateTimeOffset time, params IReadOnlyList<TurnCall> calls)
    {
        lock (_gate)
        {
            Add(new Turn { Number = _state.LastTurn + 1, Image = image, Kind = TurnKinds.Edit, Message = message, Time = time, Calls = calls });
        }
    }

    /// <summary>Changes layers, so that it can be taken back.</summary>
    /// <param name="label">What the change is called.</param>
    /// <param name="settings">How the regions are after it; what is so already changes nothing.</param>
    /// <param name="introduced">Regions that are new: taken back, they are not there.</param>
    /// <param name="joins">Whether it belongs to the change before it, if that has the same label, so that both are taken back as one.</param>
    public void Change(string label, IEnumerable<LayerSetting> settings, IReadOnlyCollection<string>? introduced = null, bool joins = false)
    {
        lock (_gate)
        {
            Dictionary<string, LayerFlags> layers = new(_state.Layers, StringComparer.Ordinal);
            foreach (string region in introduced ?? [])
            {
                layers[region] = new LayerFlags(Removed: true);
            }

            (PageState after, LayerChange inverse) = Apply(_state with { Layers = layers }, new LayerChange(label, [.. settings]));
            if (inverse.Regions.Count == 0)
            {
                return;
            }

            IReadOnlyList<LayerChange> before = _state.Undo;
            if (joins && before is [.., { } last] && last.Label == label)
            {
                // The later inverse goes first.
                inverse = new LayerChange(label, [.. inverse.Regions, .. last.Regions]);
                before = [.. before.SkipLast(1)];
            }

            Keep(after with { Undo = [.. before.Append(inverse).TakeLast(MostChanges)], Redo = [] });
        }
    }

    /// <summary>Takes the last change back, or makes it again.</summary>
    /// <param name="again">Makes it again.</param>
    /// <returns>Whether there was one.</returns>
    public bool Revert(bool again)
    {
        lock (_gate)
        {
            IReadOnlyList<LayerChange> from = again ? _state.Redo : _state.Undo;
            if (from is not [.., { } change])
            {
                return false;
            }

            (PageState after, LayerChange inverse) = Apply(_state, change);
            Keep(again
                ? after with { Redo = [.. from.SkipLast(1)], Undo = [.. after.Undo, inverse] }
                : after with { Undo = [.. from.SkipLast(1)], Redo = [.. after.Redo, inverse] });
            return true;
        }
    }

    /// <summary>The layers as the page lists them.</summary>
    /// <param name="withTurns">Whether it tells what was said.</param>
    /// <param name="newer">Regions with a greater number come with their masks; null brings none.</param>
    public PageRecord ToRecord(bool withTurns = false, int? newer = null)
    {
        PageState state = State;
        IReadOnlyList<VisionRegion> regions = _workspace.Regions;
        return new PageRecord(
            [
                .. regions.Where(region => !FlagsOf(state, region.Handle).Removed)
                    .Select(region => new LayerRecord(region.Handle, region.Image, region.Phrase, region.Parent, FlagsOf(state, region.Handle).Hidden, FlagsOf(state, region.Handle).Aside)),
            ],
            state.Undo is [.., { } undo] ? undo.Label : null,
            state.Redo is [.., { } redo] ? redo.Label : null,
            withTurns ? state.Turns : null,
            newer is { } number ? [.. regions.Where(region => region.Number > number).Select(RegionWithMask.Of)] : null);
    }

    /// <summary>Whether a region is drawn.</summary>
    public bool IsShown(string region) => FlagsOf(State, region).IsShown;

    private static LayerFlags FlagsOf(PageState state, string region) => state.Layers.TryGetValue(region, out LayerFlags? flags) ? flags : new LayerFlags();

    private (PageState After, LayerChange Inverse) Apply(PageState state, LayerChange change)
    {
        Dictionary<string, LayerFlags> layers = new(state.Layers, StringComparer.Ordinal);
        List<LayerSetting> inverse = [];
        foreach (LayerSetting setting in change.Regions)
        {
            // One that was pushed out of its workspace meanwhile has nothing to change.
            if (!_workspace.TryGetRegion(setting.Region, out VisionRegion? region))
            {
                continue;
            }

            LayerFlags before = layers.GetValueOrDefault(region.Handle) ?? new LayerFlags();
            LayerFlags after = new(setting.Hidden ?? before.Hidden, setting.Removed ?? before.Removed, setting.Aside ?? before.Aside);
            bool renames = setting.Phrase is not null && setting.Phrase != (region.Phrase ?? string.Empty);
            if (after == before && !renames)
            {
                continue;
            }

            if (renames)
            {
                _workspace.RenameRegion(region.Handle, setting.Phrase);
            }

            if (after.IsShown)
            {
                layers.Remove(region.Handle);
            }
            else
            {
                layers[region.Handle] = after;
            }

            inverse.Insert(0, new LayerSetting(
                region.Handle,
                after.Hidden == before.Hidden ? null : before.Hidden,
                after.Removed == before.Removed ? null : before.Removed,
                after.Aside == before.Aside ? null : before.Aside,
                renames ? region.Phrase ?? string.Empty : null));
        }

        return (state with { Layers = layers }, new LayerChange(change.Label, inverse));
    }

    /// <summary>Takes a state over, as a note that is not too long: what was said first goes first.</summary>
    private void Keep(PageState state)
    {
        string json = JsonSerializer.Serialize(state, PageJson.Readable.PageState);
        while (json.Length > MostCharacters && state.Turns.Count > 0)
        {
            state = state with { Turns = [.. state.Turns.Skip(Math.Max(1, state.Turns.Count / 4))] };
            json = JsonSerializer.Serialize(state, PageJson.Readable.PageState);
        }

        if (json.Length > MostCharacters)
        {
            state = state with { Undo = [], Redo = [] };
            json = JsonSerializer.Serialize(state, PageJson.Readable.PageState);
        }

        _workspace.SetNote(Note, json);
        _state = state;
    }

    private static PageState Read(string? note)
    {
        try
        {
            return note is null ? new PageState() : JsonSerializer.Deserialize(note, PageJson.Default.PageState) ?? new PageState();
        }
        catch (JsonException)
        {
            // Of another release: pictures and regions are there, what was said is not.
            return new PageState();
        }
    }

    /// <summary>A turn that has begun; disposed, it has ended.</summary>
    internal sealed class TurnUnderWay(PageSession session, int number, CancellationToken stopping) : IDisposable
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Its number in the conversation.</summary>
        public int Number => number;

        /// <summary>Whether whoever asked for it has stopped it, or is gone.</summary>
        public bool IsStopped => stopping.IsCancellationRequested;

        /// <summary>Completes when it has ended.</summary>
        public Task Ended => _ended.Task;

        public void Dispose()
        {
            lock (session._gate)
            {
                session._turn = null;
            }

            _ended.TrySetResult();
        }
    }
}
