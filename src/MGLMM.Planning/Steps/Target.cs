namespace MGLMM.Planning.Steps;

/// <summary>The regions that some words turned out to stand for.</summary>
internal sealed class Target
{
    public IReadOnlyList<KnownRegion> Regions { get; private set; } = [];

    /// <summary>How many there are; a result may list fewer.</summary>
    public int Count { get; private set; }

    /// <summary>Why there are none, where that is not because the picture has none: the words of an error, or empty where it was said already.</summary>
    public string? Excuse { get; set; }

    /// <summary>Whether there are none because the model, asked for them, says so in words that speak of them.</summary>
    public bool IsAbsent { get; set; }

    /// <summary>Whether they were found by name only, while the model's own list of objects has none of that name.</summary>
    public bool IsDoubtful { get; set; }

    /// <summary>Whether they were taken by the model's own names for what it sees, so that there is no name to doubt.</summary>
    public bool IsSeen { get; set; }

    /// <summary>Whether words stood in the way that nothing here can read; that was said.</summary>
    public bool IsUnread { get; set; }

    /// <summary>Whether there are some of the kind, only none of which the rest holds.</summary>
    public bool HasOthers { get; set; }

    /// <summary>How they were chosen, with what was measured; empty where nothing was.</summary>
    public string How { get; set; } = string.Empty;

    /// <summary>The place in the order that they were chosen by: "nearest to the ball [m1]".</summary>
    public string Rank { get; set; } = string.Empty;

    /// <summary>What was measured of those that they were chosen from.</summary>
    public string Figures { get; set; } = string.Empty;

    /// <summary>Of how many they were chosen.</summary>
    public int Of { get; set; }

    /// <summary>What to pass on: the set that has all of them, or each by itself.</summary>
    public string Handles { get; private set; } = string.Empty;

    /// <summary>These regions, each once.</summary>
    public static Target Holding(IEnumerable<KnownRegion> regions)
    {
        Target target = new();
        target.Take(regions);
        return target;
    }

    public void Take(IEnumerable<KnownRegion> regions)
    {
        Regions = [.. regions.DistinctBy(region => region.Handle)];
        Count = Regions.Count;
        Handles = string.Join(", ", Regions.Select(region => region.Handle));
    }

    /// <summary>Takes all regions of a result, listed or not.</summary>
    public void TakeAll(PlannedCall call)
    {
        Take(call.Regions);
        if (call is { Failed: false, Empty: false, Set: { } set })
        {
            (Count, Handles) = (call.Count, set);
        }
    }
}
