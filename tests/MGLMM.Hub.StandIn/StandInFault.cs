namespace MGLMM.Hub.StandIn;

/// <summary>What goes wrong with one request.</summary>
internal sealed record StandInFault
{
    /// <summary>An answer of this status, without content.</summary>
    public int? Status { get; init; }

    /// <summary>Headers of that answer.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The connection is ended after so many bytes of content; all of them arrive.</summary>
    public long? CutAfter { get; init; }

    /// <summary>That end is a reset: bytes that were on their way are lost.</summary>
    public bool Resets { get; init; }

    /// <summary>The range is passed over: the whole file comes, with 200.</summary>
    public bool IgnoresRange { get; init; }

    /// <summary>A byte of the content is another.</summary>
    public bool Flips { get; init; }

    /// <summary>The connection stays open and brings nothing after so many bytes.</summary>
    public long? StallAfter { get; init; }
}
