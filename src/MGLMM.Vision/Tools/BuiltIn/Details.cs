using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>How much is told.</summary>
internal static class Details
{
    public const string Normal = "normal";

    public static readonly IReadOnlyList<Choice> All =
    [
        new("brief", "short", "concise", "minimal", "low", "compact", "summary", "terse", "one_sentence"),
        new(Normal, "medium", "standard", "regular", "default"),
        new("detailed", "full", "verbose", "high", "in_detail", "extensive", "detail", "complete", "long", "rich", "thorough"),
    ];

    public static readonly string[] Aliases = ["detail_level", "length", "verbosity", "level_of_detail", "caption_length"];

    public static RegionFields FieldsOf(string detail) => detail switch
    {
        "brief" => RegionFields.Brief,
        "detailed" => RegionFields.Detailed,
        _ => RegionFields.Normal,
    };
}
