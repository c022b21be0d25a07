using System.Text.Json.Serialization;

namespace MGLMM;

/// <summary>How one instruction is answered. Immutable; survives serialisation.</summary>
public sealed record AskOptions
{
    /// <summary>The options where none are given.</summary>
    public static AskOptions Default { get; } = new();

    /// <summary>Tokens to generate at most; at least 1.</summary>
    public int MaximumNewTokens { get; init; } = 512;

    /// <summary>Turns that this one goes on from, oldest first.</summary>
    public IReadOnlyList<EarlierTurn> EarlierTurns { get; init; } = [];

    /// <summary>
    /// Boxes for the <c>&lt;bbox&gt;</c> of the dialogue, in the order in which they stand there, those of earlier turns first: GLaMM reads the whole
    /// dialogue again with the boxes of the turn that is asked. One box serves every <c>&lt;bbox&gt;</c>; boxes beyond the last
    /// <c>&lt;bbox&gt;</c> have no effect; a <c>&lt;bbox&gt;</c> is an ordinary word where there are no boxes at all. Null, the default, takes those of
    /// the turn before. Only a model whose <see cref="ModelCard.TakesBoxes"/> says so takes any.
    /// </summary>
    public IReadOnlyList<RegionBox>? Regions { get; init; }

    /// <summary>
    /// Whose request this is, where a host has several users: a model that lets requests wait takes turns between requesters, so that none
    /// starves the others. Null names nobody.
    /// </summary>
    public string? Requester { get; init; }

    /// <summary>Whether somebody waits for the answer. A model that lets requests wait answers those first.</summary>
    public AskPriority Priority { get; init; }

    /// <summary>
    /// How long the caller waits for the whole answer, from the call on; null is as long as it takes. A model that foresees that it will take longer says so
    /// at once (<see cref="EngineBusyException"/>); what is not there in time ends with <see cref="AnswerDeadlineException"/>. More than 0.
    /// </summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Whether the answer brings <see cref="GroundedAnswer.RegionFeatures"/>.</summary>
    public bool IncludeRegionFeatures { get; init; }

    /// <summary>Told of each stage of answering and how far it is, on the thread that works; must be quick and may not throw. A copy by serialisation has none.</summary>
    [JsonIgnore]
    public IProgress<WorkProgress>? Progress { get; init; }
}
