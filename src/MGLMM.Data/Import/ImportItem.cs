using MGLMM.Data.SegCap;

namespace MGLMM.Data.Import;

/// <summary>Something that becomes a sample, or several, or none.</summary>
/// <param name="Make">
/// Makes the samples and tells of what is left out. Called once per import and in order, unless an earlier run had called it already. What it
/// gives depends on nothing but the data set, the options and, where the scope took pictures by the last part of their names, the items before it.
/// </param>
internal readonly record struct ImportItem(Func<ImportLog, IEnumerable<SegCapSample>> Make)
{
    /// <summary>An item of one sample or none.</summary>
    public static ImportItem Of(Func<ImportLog, SegCapSample?> make) => new(log => make(log) is { } sample ? [sample] : []);
}
