using MGLMM.Language;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Lists the regions of a set, page by page.</summary>
internal sealed class GetRegionsTool : VisionTool
{
    /// <summary>A page of at most this many regions keeps to the size of a result; a longer one is the caller's own choice.</summary>
    public const int DefaultPage = 10;

    private const int LongestPage = 100;

    private static readonly RegionsParameter Set = new("set", RegionSets.Description) { IsRequired = true, NeedsSome = false, Aliases = RegionsParameter.UsualAliases };

    private static readonly NumberParameter<int> Offset = new("offset", "Where the page starts: next_offset of the last page")
    {
        Default = 0,
        Aliases = ["start", "skip", "next_offset", "from", "page_start", "begin", "start_index", "from_index"],
    };

    private static readonly NumberParameter<int> Limit = new("limit", "Regions on the page at most")
    {
        Default = DefaultPage,
        ZeroIsNothing = true,
        Aliases = ["page_size", "max", "count", "max_regions", "top", "size", "n", "take", "max_results", "per_page"],
    };

    private static readonly TextParameter Fields = new("fields", $"Comma-separated: {string.Join(", ", RegionFieldNames.All)}")
    {
        Aliases = ["columns", "attributes", "include", "select", "field", "keys", "info", "properties"],
    };

    private GetRegionsTool()
        : base(
            ToolGroups.Geometry,
            "get_regions",
            "Lists regions page by page, with more about each if asked for.",
            "set, count, regions, next_offset if there are more",
            Set,
            Offset,
            Limit,
            Fields)
    {
    }

    public static VisionTool Instance { get; } = new GetRegionsTool();

    internal override Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken) => Task.Run<ToolResult>(() => Page(call), cancellationToken);

    private static RegionsResult Page(ToolCall call)
    {
        RegionList given = call.Get(Set)!;
        (VisionImage image, IReadOnlyList<VisionRegion> all) = (given.Image, given.Regions);
        (int offset, int limit) = (call.Get(Offset)!.Value, call.Get(Limit)!.Value);
        if (limit is < 1 or > LongestPage)
        {
            throw ToolException.BadArgument($"'limit' is {limit}.", $"Give 1 to {LongestPage}, or leave it out.");
        }

        if (offset < 0 || (offset >= all.Count && offset > 0))
        {
            throw ToolException.BadArgument(
                $"'offset' is {offset}, but there {EnglishNouns.ThereAre(all.Count, "region")}.", all.Count == 0 ? "Leave it out." : $"Give 0 to {all.Count - 1}.");
        }

        RegionFields wanted = FieldsOf(call.Get(Fields));
        string? note = given.Expired;
        string handle = given.Set?.Handle
            ?? call.Context.Workspace.AddSet(image, [.. all.Select(region => region.Handle)], $"all of {PlainText.Limit(given.Said, 60)}").Handle;
        IEnumerable<VisionRegion> rest = all.Skip(offset).Take(limit);
        IReadOnlyList<RegionRecord> listed = limit > DefaultPage
            ? [.. rest.Select(region => RegionRecord.Of(region, wanted))]
            : ResultBudget.Fitting(rest, wanted, call.Context.Settings.MaximumResultTokens, note ?? string.Empty);
        return new RegionsResult
        {
            Image = image.Handle,
            Set = handle,
            Count = all.Count,
            Empty = all.Count == 0,
            Regions = listed,
            NextOffset = offset + listed.Count < all.Count ? offset + listed.Count : null,
            Note = note,
        };
    }

    private static RegionFields FieldsOf(string? fields)
    {
        if (fields is null)
        {
            return RegionFields.Normal;
        }

        RegionFields wanted = RegionFields.None;
        foreach (string word in fields.Split([',', ';', ' ', '\t', '\r', '\n', '[', ']', '(', ')', '|', '+', '&', '"', '\'', '`'], StringSplitOptions.RemoveEmptyEntries))
        {
            wanted |= RegionFieldNames.Of(ArgumentText.Word(word.TrimEnd(':'))) ?? throw ToolException.BadArgument(
                $"There is no field '{PlainText.Limit(word, 40)}'.", $"Use any of: {string.Join(", ", RegionFieldNames.All)}.");
        }

        return wanted;
    }
}
