namespace MGLMM.Vision.Exports;

/// <summary>The classes of an export: the labels of its regions, each once, in the order of their first region.</summary>
internal sealed class ExportCategories
{
    private readonly List<string> _names = [];
    private readonly List<bool> _things = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    public ExportCategories(IEnumerable<ExportRegion> regions)
    {
        foreach (ExportRegion region in regions)
        {
            if (_indices.TryAdd(region.Label, _names.Count))
            {
                _names.Add(region.Label);
                _things.Add(region.IsThing);
            }
        }
    }

    public IReadOnlyList<string> Names => _names;

    /// <summary>Whether a class is one of things that are counted, and not of background.</summary>
    public bool IsThing(int index) => _things[index];

    /// <summary>From 0.</summary>
    public int IndexOf(ExportRegion region) => _indices[region.Label];
}
