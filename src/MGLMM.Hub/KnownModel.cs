namespace MGLMM.Hub;

/// <summary>A published checkpoint, as its public page and its authors' repository describe it.</summary>
/// <param name="Id">Organisation and name on the hub.</param>
/// <param name="Family"><c>glamm</c> or <c>lisa</c>.</param>
/// <param name="Tower">The CLIP tower that it was trained with.</param>
/// <param name="Parameters">Its language model's size.</param>
/// <param name="Licence">The licence of the weights; null where the page states none.</param>
/// <param name="Bytes">What has to be fetched, the tower not among it; null where the page was not read.</param>
/// <param name="Tasks">What it was trained for.</param>
/// <param name="Granularities">What it marks: objects, parts; empty where it marks nothing.</param>
/// <param name="Remark">What else one should know; null if nothing.</param>
public sealed record KnownModel(
    string Id,
    string Family,
    string Tower,
    string Parameters,
    string? Licence,
    long? Bytes,
    IReadOnlyList<string> Tasks,
    IReadOnlyList<string> Granularities,
    string? Remark = null)
{
    private const string Clip224 = "openai/clip-vit-large-patch14";

    private const string Clip336 = "openai/clip-vit-large-patch14-336";

    private const long GlammBytes = 16_760_000_000;

    private const long Lisa7Bytes = 16_120_000_000;

    private const string SplitRemark = "keeps parts of its weights in files of their own, which are not read; take v1";

    /// <summary>
    /// Every one that is known. Read off the models' pages on the hub (sizes of their files, licence) and <c>docs/model_zoo.md</c> of mbzuai-oryx/groundingLMM
    /// and the README of dvlab-research/LISA (what they were trained for); nothing here was measured by this project.
    /// </summary>
    public static IReadOnlyList<KnownModel> All { get; } =
    [
        Glamm("FullScope", ["grounded conversation", "referring segmentation", "region captions", "image captions", "questions"], ["instance"], "recommended by its authors for trying out"),
        Glamm("FullScope_v0", ["grounded conversation", "referring segmentation", "region captions", "image captions", "questions"], ["instance"], "an earlier one", 16_720_000_000),
        Glamm("GCG", ["grounded conversation"], ["instance"], "tuned on GranD-f"),
        Glamm("RefSeg", ["referring segmentation"], ["instance"], "tuned on RefCOCO, RefCOCO+ and RefCOCOg"),
        Glamm("RegCap-RefCOCOg", ["region captions"], [], "tuned on RefCOCOg"),
        Glamm("RegCap-VG", ["region captions"], [], "tuned on Visual Genome"),
        Glamm("GranD-Pretrained", ["pretraining on GranD"], ["instance"], "not tuned for a task"),
        Lisa("7B-v1", "7B", Lisa7Bytes, null),
        Lisa("7B-v1-explanatory", "7B", Lisa7Bytes, "also explains its answers"),
        Lisa("13B-llama2-v1", "13B", null, null),
        Lisa("13B-llama2-v1-explanatory", "13B", 28_710_000_000, "also explains its answers"),
        Lisa("13B-llama2-v0", "13B", null, SplitRemark),
        Lisa("13B-llama2-v0-explanatory", "13B", null, SplitRemark),
    ];

    private static KnownModel Glamm(string name, string[] tasks, string[] granularities, string remark, long bytes = GlammBytes) =>
        new($"MBZUAI/GLaMM-{name}", "glamm", Clip336, "7B", "apache-2.0", bytes, tasks, granularities, remark);

    // LISA's training set marks whole classes, referred objects and parts (PACO, PASCAL-Part). Its pages carry no model card.
    private static KnownModel Lisa(string name, string parameters, long? bytes, string? remark) =>
        new($"xinlai/LISA-{name}", "lisa", Clip224, parameters, null, bytes, ["reasoning segmentation", "referring segmentation", "semantic segmentation", "questions"], ["semantic", "instance", "part"], remark);
}
