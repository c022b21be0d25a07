using System.Globalization;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Results;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Makes new regions from others, pixel by pixel.</summary>
internal sealed class CombineRegionsTool : VisionTool
{
    private static readonly ChoiceParameter Operation = new(
        "operation",
        "What to do",
        [
            new("union", "merge", "combine", "join", "or", "add", "unite", "sum", "plus", "together", "unify", "group", "union_of", "+", "|", "∪"),
            new("intersect", "intersection", "and", "overlap", "common", "intersecting", "inter", "overlapping", "&", "∩"),
            new("subtract", "difference", "minus", "remove", "without", "exclude", "cut", "subtraction", "diff", "except", "erase", "set_difference", "−"),
            new("invert", "inverse", "complement", "not", "rest", "background", "outside", "negate", "inversion", "everything_else"),
            new("grow", "dilate", "expand", "enlarge", "dilation", "extend", "buffer", "pad", "bigger", "inflate", "growing", "thicken", "grow_by"),
            new("shrink", "erode", "contract", "reduce", "erosion", "smaller", "deflate", "thin", "shrinking", "shrink_by"),
            new("largest_part", "largest_component", "largest_piece", "biggest_part", "biggest_piece", "biggest_component", "largest", "main_part", "keep_largest", "biggest", "largest_connected_component"),
            new("split_parts", "split", "components", "connected_components", "separate", "pieces", "split_components", "parts", "divide"),
        ])
    {
        IsRequired = true,
        Aliases = ["op", "action", "mode", "method", "operator", "type", "function_name", "function", "do", "combine", "combination", "op_type"],
    };

    private static readonly RegionsParameter Regions = new("regions", RegionSets.Description)
    {
        IsRequired = true,
        Aliases = [.. RegionsParameter.UsualAliases, "from", "base", "source", "keep", "minuend", "input", "left"],
    };

    private static readonly RegionsParameter Others = new("others", "More regions, same form; subtract needs them")
    {
        With = Regions,
        Aliases = ["with", "other", "and", "minus", "without", "second", "to_subtract", "subtract", "subtrahend", "remove", "exclude", "other_regions", "other_region", "with_regions", "with_region", "other_set", "target", "right", "against", "take_away", "other_masks"],
    };

    private static readonly NumberParameter<double> Pixels = new("pixels", "Distance in px for grow and shrink")
    {
        ZeroIsNothing = true,
        Aliases = ["distance", "amount", "radius", "by", "px", "margin", "size", "n_pixels", "num_pixels", "distance_px", "padding", "kernel_size", "width", "grow_px", "shrink_px", "grow_by", "shrink_by"],
    };

    private CombineRegionsTool()
        : base(
            ToolGroups.Geometry,
            "combine_regions",
            "Makes new regions out of known ones, exact to the pixel. union: all as one; intersect: common pixels; subtract: regions without others; "
            + "invert: the rest of the picture; grow, shrink: by 'pixels'; largest_part: the largest connected piece; split_parts: each connected piece.",
            "set, count, regions [{region, phrase, area_px, box_xyxy_px}], empty: true if nothing is left",
            Operation,
            Regions,
            Others,
            Pixels)
    {
    }

    public static VisionTool Instance { get; } = new CombineRegionsTool();

    internal override Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken) => Task.Run<ToolResult>(() => Combine(call, cancellationToken), cancellationToken);

    private static RegionsResult Combine(ToolCall call, CancellationToken cancellationToken)
    {
        (string? name, RegionList? main, RegionList? others) = (call.Get(Operation)!, call.Get(Regions)!, call.Get(Others));
        VisionWorkspace workspace = call.Context.Workspace;
        if (others is not null && !RegionCombination.TakesOthers(name))
        {
            throw ToolException.BadArgument($"'{name}' takes no 'others'.", "Put all regions into 'regions' and leave 'others' out.");
        }

        if (others is null && name == "subtract")
        {
            throw ToolException.BadArgument("'subtract' needs 'others': the regions to take away.", "Pass what to keep as 'regions' and what to take away as 'others'.");
        }

        if (name == "intersect" && main.Regions.Concat(others?.Regions ?? []).DistinctBy(region => region.Handle).Count() < 2)
        {
            throw ToolException.BadArgument(
                $"'intersect' needs at least two regions; there is only {main.Regions[0].Handle}.", "Pass both in 'regions', such as m3, m4, or one of them as 'others'.");
        }

        double distance = RegionCombination.TakesPixels(name) ? Distance(call.Get(Pixels), name) : 0;
        int most = Math.Min(RegionCombination.MostRegions, workspace.Limits.MaximumRegions);
        if (RegionCombination.IsPerRegion(name) && main.Regions.Count > most)
        {
            throw new ToolException(
                ToolErrorCodes.TooLarge,
                $"'{name}' takes at most {most} regions in one call; these are {main.Regions.Count}.",
                "Take fewer with select_regions, for example by label, area or top.");
        }

        RegionCombination combined = RegionCombination.Of(name, main.Regions, others?.Regions ?? [], distance, most, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        List<VisionRegion> kept = new();
        foreach (CombinedRegion made in combined.Regions)
        {
            // The rest of the picture does not lie within what its sources were found in.
            string?[] parents = made.Sources.Select(source => source.Parent).Distinct().ToArray();
            string? parent = parents.Length == 1 && name != "invert" ? parents[0] : null;
            kept.AddRange(workspace.AddRegions(
                main.Image, [(made.Mask, made.Phrase)], made.Origin, parent, model: null, [.. made.Sources.Select(source => source.Handle)]));
        }

        string? unused = call.Get(Pixels) is not null && !RegionCombination.TakesPixels(name) ? $"'pixels' is not used by {name}." : null;
        string? note = RegionSets.Note(combined.Note, unused, RegionList.ExpiredNote(main.ExpiredCount + (others?.ExpiredCount ?? 0)));
        return RegionSets.New(call.Context, main.Image, [.. kept.DistinctBy(region => region.Handle)], combined.Origin, note);
    }

    private static double Distance(double? pixels, string operation)
    {
        const double Farthest = RegionCombination.FarthestPixels;
        return pixels is > 0 and <= Farthest
            ? pixels.Value
            : throw ToolException.BadArgument(
                pixels is null ? $"'{operation}' needs 'pixels'." : string.Create(CultureInfo.InvariantCulture, $"'pixels' is {pixels}."),
                string.Create(CultureInfo.InvariantCulture, $"Give how far to {operation}, above 0 and at most {Farthest}, such as 5."));
    }
}
