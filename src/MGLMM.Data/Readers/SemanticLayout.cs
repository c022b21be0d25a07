using MGLMM.Data.Import;

namespace MGLMM.Data.Readers;

/// <summary>How a semantic data set is laid out and numbered.</summary>
/// <param name="TrainingSplit">The split for training.</param>
/// <param name="EvaluationSplit">The split for evaluation.</param>
/// <param name="Labels">Folders of a split's label pictures.</param>
/// <param name="Pictures">Folders of a split's pictures.</param>
/// <param name="Classes">The classes, in the order of their numbers.</param>
/// <param name="ClassesFile">What errors call the list of classes.</param>
/// <param name="ClassOf">The class of a pixel's value; null where the pixel does not count.</param>
internal sealed record SemanticLayout(
    string TrainingSplit,
    string EvaluationSplit,
    Func<string, string[]> Labels,
    Func<string, string[]> Pictures,
    Func<ImportScope, string[]> Classes,
    string ClassesFile,
    Func<int, string[], int?> ClassOf)
{
    private const int Unlabelled = 255;

    /// <summary>ADE20K as SceneParse150 has it: 0 is other, class n is n - 1.</summary>
    public static SemanticLayout Ade20K { get; } = new(
        "training",
        "validation",
        split => [$"annotations/{Long(split)}"],
        split => [$"images/{Long(split)}"],
        ClassNames.Ade20K,
        "objectInfo150.txt",
        (value, _) => value == 0 ? null : value - 1);

    /// <summary>COCO-Stuff: 255 is unlabelled, and classes with a hyphen in their name do not count, as in the published readers.</summary>
    public static SemanticLayout CocoStuff { get; } = new(
        "train",
        "val",
        split => [$"stuffthingmaps/{split}2017", $"annotations/{split}2017", $"stuffthingmaps_trainval2017/{split}2017", $"cocostuff/{split}2017", $"{split}2017"],
        split => [$"../coco/{split}2017", $"images/{split}2017", $"coco/{split}2017", $"{split}2017", $"../{split}2017"],
        ClassNames.CocoStuff,
        "the list of COCO-Stuff",
        (value, names) => value == Unlabelled || (value < names.Length && names[value].Contains('-', StringComparison.Ordinal)) ? null : value);

    /// <summary>Mapillary Vistas 2.0: every class counts, "Unlabeled" too, as in the published reader.</summary>
    public static SemanticLayout Mapillary { get; } = new(
        "training", "validation", split => [$"{Long(split)}/v2.0/labels"], split => [$"{Long(split)}/images"], ClassNames.Mapillary, "config_v2.0.json", (value, _) => value);

    private static string Long(string split) => split switch
    {
        "train" => "training",
        "val" => "validation",
        _ => split,
    };
}
