using MGLMM.Vision.Language;

namespace MGLMM.Vision.Output;

/// <summary>The classes of an export: the phrases of its regions without articles, each once, in the order of their first region.</summary>
internal sealed class ExportCategories
{
    /// <summary>The class of regions that have no words.</summary>
    public const string Unnamed = "object";

    private readonly List<string> _names = [];
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);

    public ExportCategories(IEnumerable<VisionRegion> regions)
    {
        foreach (var region in regions)
        {
            var name = NameOf(region);
            if (_indices.TryAdd(name, _names.Count))
            {
                _names.Add(name);
            }
        }
    }

    public IReadOnlyList<string> Names => _names;

    /// <summary>From 0.</summary>
    public int IndexOf(VisionRegion region) => _indices[NameOf(region)];

    public static string NameOf(VisionRegion region)
    {
        var name = region.Phrase is null ? string.Empty : JsonFile.Text(ObjectPhrase.WithoutArticle(region.Phrase)).Trim().ToLowerInvariant();
        return name.Length == 0 ? Unnamed : name;
    }
}
