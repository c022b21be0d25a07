using MGLMM.Data.Import;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Tests.Import;

/// <summary>The small data sets of <c>data/fixtures</c>, which <c>data/make_fixtures.py</c> makes.</summary>
internal static class Fixtures
{
    /// <summary>The folder of each kind, and what it is imported for by default in tests.</summary>
    public static readonly IReadOnlyDictionary<string, string> Folders = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["coco-instances"] = "coco",
        ["coco-panoptic"] = "coco",
        ["refcoco"] = "refer/refcoco",
        ["refcoco+"] = "refer/refcoco+",
        ["refcocog"] = "refer/refcocog",
        ["refclef"] = "refer/refclef",
        ["grefcoco"] = "refer/grefcoco",
        ["ref-zom"] = "refer/refzom",
        ["r-refcoco"] = "refer/rrefcoco",
        ["reasonseg"] = "ReasonSeg",
        ["mgsc"] = "MGLMM_gcg_new",
        ["grandf"] = "GranDf",
        ["coco-stuff"] = "cocostuff",
        ["ade20k"] = "ADEChallengeData2016",
        ["mapillary"] = "mapillary",
        ["pascal-part"] = "pascal_part",
        ["paco"] = "paco",
        ["muse"] = "muse",
        ["flickr30k-entities"] = "flickr30k_entities",
        ["coco-captions"] = "coco",
        ["nocaps"] = "nocaps",
        ["llava-instruct"] = "llava",
        ["sa1b"] = "sa1b",
        ["dci"] = "DCI",
        ["segcap"] = "segcap",
    };

    /// <summary>The splits that fixtures have for training, where it is not <c>train</c>.</summary>
    private static readonly IReadOnlyDictionary<string, string> TrainingSplits = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["coco-captions"] = "val",
        ["coco-stuff"] = "val",
        ["ade20k"] = "val",
        ["pascal-part"] = "val",
        ["paco"] = "val",
        ["dci"] = "val",
        ["coco-instances"] = "val",
        ["coco-panoptic"] = "val",
        ["mgsc"] = "val",
        ["refcocog"] = "val",
        ["refclef"] = "val",
        ["ref-zom"] = "test",
        ["r-refcoco"] = "val",
    };

    public static string PathOf(string kind) => Path.Combine(Data.PathOf("fixtures"), Folders[kind]);

    public static ImportOptions Options(string kind, string output, ImportPurpose purpose, string? folder = null) => new()
    {
        Kind = kind,
        Folder = folder ?? PathOf(kind),
        Output = output,
        Purpose = purpose,
        Split = purpose == ImportPurpose.Training ? TrainingSplits.GetValueOrDefault(kind) : kind == "mapillary" ? "training" : null,
    };

    /// <summary>Imports a kind's fixture.</summary>
    public static (ImportReport Report, IReadOnlyList<SegCapSample> Samples) Import(string kind, ImportPurpose purpose, Func<ImportOptions, ImportOptions>? change = null)
    {
        using TemporaryFolder folder = new();
        ImportOptions options = Options(kind, folder.PathOf("segcap.jsonl"), purpose);
        ImportReport report = DatasetImporter.Run(change?.Invoke(options) ?? options);
        return (report, SegCapFile.Read(report.Output));
    }
}
