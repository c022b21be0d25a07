namespace MGLMM.Data.Import;

/// <summary>What a reader found in a data set.</summary>
/// <param name="Count">How many items there are; null where that shows only at the end.</param>
/// <param name="Items">The items, in the order of the data set; enumerated once.</param>
internal sealed record ImportPlan(long? Count, IEnumerable<ImportItem> Items);
