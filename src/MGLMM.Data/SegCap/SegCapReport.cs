namespace MGLMM.Data.SegCap;

/// <summary>What a check found.</summary>
/// <param name="Counts">What is in the file.</param>
/// <param name="Faults">What is wrong, in the order of the lines; the first hundred.</param>
/// <param name="FaultCount">How many faults there are in all.</param>
public sealed record SegCapReport(SegCapCounts Counts, IReadOnlyList<SegCapFault> Faults, long FaultCount);

/// <summary>Something wrong in a SegCap file.</summary>
/// <param name="Line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="Id">The sample; null where the line is none.</param>
/// <param name="Message">What is wrong.</param>
public sealed record SegCapFault(int Line, string? Id, string Message);

/// <summary>How much of what is in a SegCap file.</summary>
/// <param name="Samples">Lines.</param>
/// <param name="Questions">Questions: turns, and samples of one.</param>
/// <param name="Pictures">Different pictures.</param>
/// <param name="Masks">Masks of answers.</param>
/// <param name="EmptyMasks">Of these, those without a pixel.</param>
/// <param name="Regions">Regions of trees.</param>
/// <param name="WithoutTarget">Questions that say out loud that nothing is meant.</param>
/// <param name="WithIgnore">Questions with ignored pixels.</param>
/// <param name="WithReferences">Questions with several right answers.</param>
/// <param name="Versions">Samples by version.</param>
/// <param name="Tasks">Questions by task.</param>
/// <param name="Granularities">Questions by granularity, where one is said.</param>
/// <param name="Sources">Samples by data set and split, where they are said.</param>
/// <param name="UnknownFields">Fields that the format does not know, and how often each was met.</param>
public sealed record SegCapCounts(
    long Samples,
    long Questions,
    long Pictures,
    long Masks,
    long EmptyMasks,
    long Regions,
    long WithoutTarget,
    long WithIgnore,
    long WithReferences,
    IReadOnlyDictionary<string, long> Versions,
    IReadOnlyDictionary<string, long> Tasks,
    IReadOnlyDictionary<string, long> Granularities,
    IReadOnlyDictionary<string, long> Sources,
    IReadOnlyDictionary<string, long> UnknownFields);
