namespace MGLMM.Data.Import;

/// <summary>What an import did.</summary>
/// <param name="Output">The file.</param>
/// <param name="Samples">Samples in it.</param>
/// <param name="Questions">Questions in them: turns, and samples of one.</param>
/// <param name="Masks">Masks of their answers.</param>
/// <param name="Resumed">How many samples an earlier run had written already.</param>
/// <param name="LeftOut">What was left out, and why.</param>
/// <param name="Notes">What was taken, but not as it stands.</param>
public sealed record ImportReport(
    string Output, long Samples, long Questions, long Masks, long Resumed, IReadOnlyList<ImportRemark> LeftOut, IReadOnlyList<ImportRemark> Notes);

/// <summary>Something that was met a number of times.</summary>
/// <param name="Reason">What.</param>
/// <param name="Count">How often.</param>
/// <param name="Places">Where, for the first few.</param>
public sealed record ImportRemark(string Reason, long Count, IReadOnlyList<string> Places);
