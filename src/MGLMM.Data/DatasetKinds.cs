using MGLMM.Data.Import;
using MGLMM.Data.Readers;

namespace MGLMM.Data;

/// <summary>The kinds of data sets that can be imported. Thread-safe.</summary>
public static class DatasetKinds
{
    private static readonly (string Name, Func<IDatasetReader> Make)[] Kinds =
    [
        ("coco-instances", () => new CocoInstancesReader()),
        ("coco-panoptic", () => new CocoPanopticReader()),
        ("coco-stuff", () => new SemanticReader(SemanticLayout.CocoStuff)),
        ("ade20k", () => new SemanticReader(SemanticLayout.Ade20K)),
        ("mapillary", () => new SemanticReader(SemanticLayout.Mapillary)),
        ("pascal-part", PartsReader.PascalPart),
        ("paco", PartsReader.PacoLvis),
        ("refcoco", () => new ReferringReader("unc", "unc", "google")),
        ("refcoco+", () => new ReferringReader("unc", "unc")),
        ("refcocog", () => new ReferringReader("umd", "umd", "google")),
        ("refclef", () => new ReferringReader("unc", "unc", "berkeley")),
        ("grefcoco", () => new ReferringReader("unc", "unc")),
        ("ref-zom", () => new ReferringReader(null)),
        ("r-refcoco", () => new ReferringReader("unc", "unc", "umd", "google")),
        ("reasonseg", () => new ReasonSegReader()),
        ("muse", () => new MuseReader()),
        ("grandf", () => new GranDfReader()),
        ("flickr30k-entities", () => new FlickrEntitiesReader()),
        ("coco-captions", CaptionReader.Coco),
        ("nocaps", CaptionReader.NoCaps),
        ("llava-instruct", () => new LlavaInstructReader()),
        ("sa1b", () => new SegmentAnythingReader()),
        ("dci", () => new DciReader()),
        ("mgsc", () => new MgscReader()),
        ("segcap", () => new SegCapReader()),
    ];

    /// <summary>Their names, as <c>mglmm import</c> takes them.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Kinds.Select(kind => kind.Name)];

    /// <exception cref="ArgumentException">There is no such kind; the message names those there are.</exception>
    internal static IDatasetReader ReaderOf(string kind)
    {
        Func<IDatasetReader>? make = Array.Find(Kinds, entry => entry.Name == kind).Make;
        return make is null ? throw new ArgumentException($"There is no kind of data set '{kind}'; there are {string.Join(", ", Names)}.") : make();
    }
}
