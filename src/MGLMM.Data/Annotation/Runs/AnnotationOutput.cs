namespace MGLMM.Data.Annotation.Runs;

/// <summary>What a run writes into its output, which may be the folder of the pictures: whoever begins anew removes these names and not the folder.</summary>
internal static class AnnotationOutput
{
    public const string SegCap = "segcap.jsonl";
    public const string Report = "report.json";
    public const string Mgsc = "mgsc";
    public const string Coco = "coco";

    /// <summary>The page that the program draws of the samples.</summary>
    public const string Sheet = "sheet.html";

    /// <summary>What stands at the end of a run, and may not be there where none has begun.</summary>
    public static IReadOnlyList<string> Results { get; } = [SegCap, Report, Mgsc, Coco];

    /// <summary>What to do where a run cannot go on from what lies in the output.</summary>
    public static string BeginAnew(string output) =>
        $"Give another output folder, or, to begin anew, delete {StepJournal.FileName}, {SegCap}, {Report}, {Sheet}, {Mgsc} and {Coco} in '{output}', and nothing else there.";
}
