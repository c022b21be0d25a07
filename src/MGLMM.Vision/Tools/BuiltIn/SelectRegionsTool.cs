using System.Collections.Frozen;
using MGLMM.Language;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tools.BuiltIn;

/// <summary>Picks, counts and sorts regions.</summary>
internal sealed class SelectRegionsTool : VisionTool
{
    private const int LongestLabel = 200;

    private static readonly RegionsParameter Set = new("set", RegionSets.Description)
    {
        IsRequired = true,
        NeedsSome = false,
        Aliases = [.. RegionsParameter.UsualAliases, "from_set", "input", "source", "candidates", "input_set", "in"],
    };

    private static readonly TextParameter Label = new("label", "Word that the phrase must have, such as car")
    {
        Aliases = ["filter", "name", "class", "category", "phrase", "query", "text", "contains", "noun", "keyword", "word", "labels", "filter_by", "where", "class_name", "expression", "matching", "object", "filter_label", "label_filter", "type", "kind", "label_contains", "classes", "tag", "match"],
    };

    private static readonly NumberParameter<long> MinimumArea = new("min_area_px", "Smallest area in px")
    {
        ZeroIsNothing = true,
        Aliases = ["min_size", "minimum_area", "area_min", "larger_than", "minimum_size", "min_pixels", "min_area_pixels", "area_from", "minimum_area_px", "min_px"],
    };

    private static readonly NumberParameter<long> MaximumArea = new("max_area_px", "Largest area in px")
    {
        ZeroIsNothing = true,
        Aliases = ["max_size", "maximum_area", "area_max", "smaller_than", "maximum_size", "max_pixels", "max_area_pixels", "area_to", "maximum_area_px", "max_px"],
    };

    private static readonly ChoiceParameter OrderBy = new(
        "order_by",
        "Order; as given if left out",
        [
            new("largest", "biggest", "area_desc", "size_desc", "largest_first", "biggest_first", "largest_to_smallest", "area_descending", "size_descending", "greatest"),
            new("smallest", "area_asc", "size_asc", "smallest_first", "tiniest", "smallest_to_largest", "littlest", "least", "area_ascending", "size_ascending"),
            new("left_to_right", "leftmost", "left", "x_asc", "from_left", "left_first", "x"),
            new("right_to_left", "rightmost", "right", "x_desc", "from_right", "right_first"),
            new("top_to_bottom", "topmost", "top", "highest", "y_asc", "from_top", "top_first", "uppermost", "upper", "y"),
            new("bottom_to_top", "bottommost", "bottom", "lowest", "y_desc", "from_bottom", "bottom_first", "lowermost", "lower"),
            new("nearest", "closest", "near", "nearest_first", "distance_asc", "closest_first", "proximity", "distance"),
            new("farthest", "furthest", "distance_desc", "far", "farthest_first", "furthest_first", "most_distant"),
        ])
    {
        Aliases = ["sort", "sort_by", "order", "sorted_by", "rank_by", "sorting", "sort_order", "ordering", "ranking"],
    };

    private static readonly RegionParameter Near = new("near", "Region that nearest and farthest measure from")
    {
        With = Set,
        Aliases = ["near_to", "nearest_to", "closest_to", "from", "relative_to", "reference", "anchor", "next_to", "to", "near_region", "reference_region", "distance_from", "close_to"],
    };

    private static readonly NumberParameter<int> Top = new("top", "Keep the first so many")
    {
        ZeroIsNothing = true,
        Aliases = ["limit", "k", "n", "top_k", "top_n", "max_results", "first_n", "count", "max_count", "max_regions", "take", "keep", "num"],
    };

    private static readonly NumberParameter<int> Nth = new("nth", "Keep only this one, from 1")
    {
        ZeroIsNothing = true,
        Aliases = ["index", "rank", "position", "place", "ordinal", "nth_region"],
    };

    /// <summary>Labels that every region has.</summary>
    private static readonly FrozenSet<string> Anything = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase, "*", "all", "any", "anything", "everything", "every", "all regions", "any label", "all labels", "all objects");

    private SelectRegionsTool()
        : base(
            ToolGroups.Geometry,
            "select_regions",
            "Filters, counts and sorts regions: its 'count' is how many match. The largest car is set=s1, label=car, order_by=largest, top=1; "
            + "the second from the left is order_by=left_to_right, nth=2.",
            "set, count, regions, empty: true if none matches",
            Set,
            Label,
            MinimumArea,
            MaximumArea,
            OrderBy,
            Near,
            Top,
            Nth)
    {
    }

    public static VisionTool Instance { get; } = new SelectRegionsTool();

    internal override Task<ToolResult> RunAsync(ToolCall call, CancellationToken cancellationToken) => Task.Run<ToolResult>(() => Select(call, cancellationToken), cancellationToken);

    private static RegionsResult Select(ToolCall call, CancellationToken cancellationToken)
    {
        (RegionList? given, VisionRegion? anchor, string? order) = (call.Get(Set)!, call.Get(Near), call.Get(OrderBy));
        (long? least, long? most, int? top, int? nth) = (call.Get(MinimumArea), call.Get(MaximumArea), call.Get(Top), call.Get(Nth));
        order ??= anchor is null ? null : "nearest";
        if (order is not null && RegionOrder.NeedsAnchor(order) && anchor is null)
        {
            throw ToolException.BadArgument($"'{order}' needs 'near': the region to measure from.", "Pass a region's handle as 'near', such as m3.");
        }

        CheckSelection(least, most, top, nth);
        string? label = call.Get(Label) is { } said && !Anything.Contains(said) ? said : null;
        LabelMatch? labels = label is null ? null : new LabelMatch(label.Length <= LongestLabel ? label : throw ToolException.BadArgument("'label' is too long.", "Give a word or two."));
        if (labels is { HasWords: false })
        {
            throw ToolException.BadArgument("'label' has no usable words.", "Give a noun, such as tree, or leave it out.");
        }

        List<string> notes = new();
        List<string> what = new();
        IReadOnlyList<VisionRegion> all = given.Regions;
        IReadOnlyList<VisionRegion> chosen = anchor is null ? all : [.. all.Where(region => region.Handle != anchor.Handle)];
        if (given.Expired is { } expired)
        {
            notes.Add(expired);
        }

        if (chosen.Count == 0)
        {
            notes.Add(all.Count > 0 ? $"There is nothing but {anchor!.Handle} itself." : given.ExpiredCount > 0 ? "None is left." : "The set was empty already.");
        }

        if (labels is not null && chosen.Count > 0)
        {
            what.Add($"'{PlainText.Limit(label!, 60)}'");
            chosen = Labelled(chosen, labels, PlainText.Limit(label!, 40), notes);
        }

        if ((least is not null || most is not null) && chosen.Count > 0)
        {
            what.Add(least is null ? $"up to {most} px" : most is null ? $"from {least} px" : $"{least} to {most} px");
            (long smallest, long largest) = (chosen.Min(region => region.Mask.Area), chosen.Max(region => region.Mask.Area));
            chosen = [.. chosen.Where(region => region.Mask.Area >= (least ?? 0) && region.Mask.Area <= (most ?? long.MaxValue))];
            if (chosen.Count == 0)
            {
                notes.Add($"None has such an area; they have {smallest} to {largest} px.");
            }
        }

        if (order is not null)
        {
            if (anchor is not null && !RegionOrder.NeedsAnchor(order))
            {
                notes.Add($"'near' is not used by {order}; {anchor.Handle} itself is left out.");
            }

            what.Add(anchor is null ? order : $"{order} to {anchor.Handle}");
            chosen = RegionOrder.Sort(chosen, order, anchor, cancellationToken);
        }

        // An empty choice is an answer; a place beyond the end of a choice is a mistake.
        if (nth is { } place && chosen.Count > 0)
        {
            if (place > chosen.Count)
            {
                throw ToolException.BadArgument($"'nth' is {place}, but there {EnglishNouns.ThereAre(chosen.Count, "region")}.", $"Give 1 to {chosen.Count}.");
            }

            if (top is not null)
            {
                notes.Add("'top' is not used beside 'nth'.");
            }

            what.Add($"number {place}");
            chosen = [chosen[place - 1]];
        }
        else if (top is { } first)
        {
            what.Add($"first {first}");
            chosen = [.. chosen.Take(first)];
        }

        if (chosen.Count == 0 && (labels is not null || all.Count == 0))
        {
            notes.Add("To look in the picture for what is not listed, use refer.");
        }

        string origin = $"{(what.Count == 0 ? "all" : string.Join(", ", what))} of {PlainText.Limit(given.Said, 40)}";
        return RegionSets.New(call.Context, given.Image, chosen, origin, RegionSets.Note(notes));
    }

    private static void CheckSelection(long? least, long? most, int? top, int? nth)
    {
        if (least < 0 || most < 0 || least > most)
        {
            throw ToolException.BadArgument("No area is within these limits.", "Give areas in pixels, the smallest no larger than the largest.");
        }

        if (top < 1)
        {
            throw ToolException.BadArgument($"'top' is {top}.", "Give how many to keep, from 1, or leave it out.");
        }

        if (nth < 1)
        {
            throw ToolException.BadArgument($"'nth' is {nth}.", "Give a place, counted from 1, or leave it out.");
        }
    }

    private static List<VisionRegion> Labelled(IReadOnlyList<VisionRegion> regions, LabelMatch labels, string label, List<string> notes)
    {
        List<VisionRegion> mentioned = regions.Where(region => labels.IsMentioned(region.Phrase)).ToList();

        // "trees and the sun" are two labels, where nothing is called "black and white".
        if (mentioned.Count == 0 && labels.Parted is { } parted)
        {
            labels = parted;
            mentioned = regions.Where(region => labels.IsMentioned(region.Phrase)).ToList();
        }

        List<VisionRegion> named = mentioned.Where(region => labels.IsNamed(region.Phrase)).ToList();
        if (mentioned.Count == 0)
        {
            notes.Add($"None is called '{label}'. There are: {RegionPhrase.Labels(regions, 220)}.");
        }
        else if (named.Count == 0)
        {
            notes.Add($"None is called '{label}'; these only mention it.");
        }
        else if (named.Count < mentioned.Count)
        {
            IEnumerable<string> others = mentioned.Except(named).Take(3).Select(region => $"{region.Handle} ({region.Phrase})");
            notes.Add($"Left out, as they only mention '{label}': {string.Join(", ", others)}{(mentioned.Count - named.Count > 3 ? " and others" : string.Empty)}.");
        }

        return named.Count > 0 ? named : mentioned;
    }
}
