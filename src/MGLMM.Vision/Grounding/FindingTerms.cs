using MGLMM.Vision.Results;

namespace MGLMM.Vision.Grounding;

/// <summary>How a finding is told.</summary>
internal sealed record FindingTerms
{
    /// <summary>Null where the tool has none.</summary>
    public string? Granularity { get; init; }

    /// <summary>What a region is called where the model gave no words.</summary>
    public string? DefaultPhrase { get; init; }

    /// <summary>Whether an answer without regions means that there is none. False where words alone are an answer.</summary>
    public bool SaysEmpty { get; init; } = true;

    /// <summary>What the caller asked, in the caller's words; null where the tool asks itself.</summary>
    public string? Asked { get; init; }

    /// <summary>The thing that the answer should be about; null where the tool asks for none.</summary>
    public Sought? Sought { get; init; }

    /// <summary>What is told of each region.</summary>
    public RegionFields Fields { get; init; } = RegionFields.Normal;

    /// <summary>Regions that the result lists at most; null lists as many as fit.</summary>
    public int? MostRegions { get; init; }
}
