namespace MGLMM.Data.Import;

/// <summary>Collects what is left out and what is changed. Not thread-safe.</summary>
internal sealed class ImportLog
{
    private const int KeptPlaces = 3;

    private readonly SortedDictionary<string, Tally> _leftOut = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Tally> _notes = new(StringComparer.Ordinal);

    /// <summary>Something does not come into the file.</summary>
    /// <param name="reason">Why, in words that do not depend on which one it is.</param>
    /// <param name="place">Which one.</param>
    public void LeaveOut(string reason, string place) => Add(_leftOut, reason, 1, [place]);

    /// <summary>Something comes into the file, but not as it stands in the data set.</summary>
    public void Note(string reason, string place) => Add(_notes, reason, 1, [place]);

    /// <summary>Adds what another log holds.</summary>
    public void Add(IEnumerable<ImportRemark> leftOut, IEnumerable<ImportRemark> notes)
    {
        foreach (ImportRemark remark in leftOut)
        {
            Add(_leftOut, remark.Reason, remark.Count, remark.Places);
        }

        foreach (ImportRemark remark in notes)
        {
            Add(_notes, remark.Reason, remark.Count, remark.Places);
        }
    }

    public IReadOnlyList<ImportRemark> LeftOut() => Remarks(_leftOut);

    public IReadOnlyList<ImportRemark> Notes() => Remarks(_notes);

    private static List<ImportRemark> Remarks(SortedDictionary<string, Tally> tallies) =>
        [.. tallies.Select(entry => new ImportRemark(entry.Key, entry.Value.Count, [.. entry.Value.Places]))];

    private static void Add(SortedDictionary<string, Tally> tallies, string reason, long count, IReadOnlyList<string> places)
    {
        if (!tallies.TryGetValue(reason, out Tally? tally))
        {
            tallies.Add(reason, tally = new Tally());
        }

        tally.Count += count;
        tally.Places.AddRange(places.Take(KeptPlaces - tally.Places.Count));
    }

    private sealed class Tally
    {
        public long Count { get; set; }

        public List<string> Places { get; } = [];
    }
}
