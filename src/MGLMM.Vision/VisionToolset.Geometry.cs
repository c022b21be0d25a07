using System.Globalization;
using System.Text.Json;
using MGLMM.Masks;
using MGLMM.Vision.Geometry;
using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>Exact geometry on regions. No model is asked.</summary>
public sealed partial class VisionToolset
{
    /// <summary>A page of at most this many regions keeps to the size of a result; a longer one is the caller's own choice.</summary>
    private const int DefaultPage = 10;

    private const int LongestPage = 100;
    private const int NoteTokens = 110;

    private static readonly char[] WordQuotes = [' ', '\t', '\r', '\n', '"', '\'', '`', '[', ']'];

    /// <summary>Makes new regions from others, pixel by pixel.</summary>
    /// <param name="operation">
    /// <c>union</c>: all of the regions as one. <c>intersect</c>: what they have in common. <c>subtract</c>: the regions without the others.
    /// <c>invert</c>: the picture without the regions. <c>grow</c>, <c>shrink</c>: each region by a distance; the picture's edge does not eat
    /// into a region. <c>largest_part</c>: the largest connected piece of each. <c>split_parts</c>: all connected pieces of each, largest
    /// first; the smallest are left out where there are more than 200. Pixels that share a corner are connected.
    /// </param>
    /// <param name="regions">Handles of regions and sets, or a picture's handle for all of its regions.</param>
    /// <param name="others">More regions of the same picture. <c>subtract</c> needs them; union and intersect take them as well.</param>
    /// <param name="pixels">How far <c>grow</c> and <c>shrink</c> go, measured between the centres of pixels; above 0, at most 1000.</param>
    /// <param name="cancellationToken">Ends it early; nothing is kept then.</param>
    /// <returns>
    /// A <see cref="RegionsResult"/> with a new set, or a <see cref="ToolError"/>. Where nothing is left, the set is empty and the note
    /// says why.
    /// </returns>
    public Task<ToolResult> CombineRegionsAsync(
        string operation, string regions, string? others = null, double? pixels = null, CancellationToken cancellationToken = default) => GuardAsync(
        "combine_regions",
        token => Task.Run<ToolResult>(() => Combine(operation, regions, others, pixels, token), token),
        cancellationToken);

    /// <summary>Picks and sorts regions.</summary>
    /// <param name="set">Handles of regions and sets, or a picture's handle for all of its regions.</param>
    /// <param name="label">
    /// Words that a region's phrase must have, whole, in any case and number; several labels are separated by commas. Where some
    /// regions are called so and others only mention the word ("tree": "a bird on a tree"), only the former are taken and the note
    /// names the latter.
    /// </param>
    /// <param name="minAreaPx">Only regions with at least this many pixels.</param>
    /// <param name="maxAreaPx">Only regions with at most this many pixels.</param>
    /// <param name="orderBy">
    /// <c>left_to_right</c>, <c>right_to_left</c>, <c>top_to_bottom</c>, <c>bottom_to_top</c> (by the middle of a region's pixels), <c>largest</c>,
    /// <c>smallest</c>, <c>nearest</c>, <c>farthest</c> (by the gap to <paramref name="near"/>, then by the distance of the middles).
    /// Null keeps the order.
    /// </param>
    /// <param name="near">A region to measure from, itself never among the result; alone, it orders by <c>nearest</c>.</param>
    /// <param name="top">Only the first so many.</param>
    /// <param name="nth">Only the one at this place, from 1.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>
    /// A <see cref="RegionsResult"/> with a new set, or a <see cref="ToolError"/>. Where nothing fits, the set is empty and the note says
    /// what there is.
    /// </returns>
    public Task<ToolResult> SelectRegionsAsync(
        string set, string? label = null, long? minAreaPx = null, long? maxAreaPx = null, string? orderBy = null, string? near = null,
        int? top = null, int? nth = null, CancellationToken cancellationToken = default) => GuardAsync(
        "select_regions",
        token => Task.Run<ToolResult>(() => Select(set, label, minAreaPx, maxAreaPx, orderBy, near, top, nth, token), token),
        cancellationToken);

    /// <summary>Measures how regions lie to each other, pair by pair.</summary>
    /// <remarks>
    /// The first region comes with each of the others, then the second with each after it, and so on. Pairs beyond the size of a
    /// result are counted only, so put the region that matters first. What the relations mean: <c>inside</c> and <c>contains</c> from
    /// 95 % on; <c>touching</c> without a pixel in common; directions where on that axis the middle of each lies beyond the other's box,
    /// specks aside.
    /// </remarks>
    /// <param name="regions">Handles of at least two regions of one picture, or of sets.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="ComparisonResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> CompareRegionsAsync(string regions, CancellationToken cancellationToken = default) => GuardAsync(
        "compare_regions",
        token => Task.Run<ToolResult>(() => Compare(regions, token), token),
        cancellationToken);

    /// <summary>Lists the regions of a set, page by page.</summary>
    /// <param name="set">A set's handle, handles of regions, or a picture's handle for all of its regions.</param>
    /// <param name="offset">How many to leave out at the start.</param>
    /// <param name="limit">
    /// Regions on the page, 1 to 100. Up to 10, a page holds fewer where they would not fit a short result; more are listed as asked.
    /// </param>
    /// <param name="fields">
    /// What to tell of each, separated by commas: <c>phrase</c>, <c>area_px</c>, <c>area_fraction</c>, <c>box_xyxy_px</c>, <c>centroid_xy_px</c>,
    /// <c>within</c>, <c>origin</c>. Null tells phrase, area and box.
    /// </param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <returns>A <see cref="RegionsResult"/> or a <see cref="ToolError"/>.</returns>
    public Task<ToolResult> GetRegionsAsync(
        string set, int offset = 0, int limit = DefaultPage, string? fields = null, CancellationToken cancellationToken = default) => GuardAsync(
        "get_regions",
        token => Task.Run<ToolResult>(() => Page(set, offset, limit, fields), token),
        cancellationToken);

    private RegionsResult Combine(string operation, string regions, string? others, double? pixels, CancellationToken cancellationToken)
    {
        var name = OneOf(operation, "operation", RegionCombination.Operations);
        var (image, main) = SomeRegionsOf(regions, "regions");
        IReadOnlyList<VisionRegion> second = [];
        if (!IsLeftOut(others))
        {
            if (!RegionCombination.TakesOthers(name))
            {
                throw ToolException.BadArgument($"'{name}' takes no 'others'.", "Put all regions into 'regions' and leave 'others' out.");
            }

            second = SomeRegionsOf(others, "others", image).Regions;
        }
        else if (name == "subtract")
        {
            throw ToolException.BadArgument("'subtract' needs 'others': the regions to take away.", "Pass what to keep as 'regions' and what to take away as 'others'.");
        }

        var distance = RegionCombination.TakesPixels(name) ? Distance(pixels, name) : 0;
        var most = Math.Min(RegionCombination.MostRegions, Workspace.Limits.MaximumRegions);
        if (RegionCombination.IsPerRegion(name) && main.Count > most)
        {
            throw new ToolException(
                ToolErrorCodes.TooLarge,
                $"'{name}' takes at most {most} regions in one call; these are {main.Count}.",
                "Take fewer with select_regions, for example by label, area or top.");
        }

        var combined = RegionCombination.Of(name, main, second, distance, most, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var kept = new List<VisionRegion>();
        foreach (var made in combined.Regions)
        {
            // The rest of the picture does not lie within what its sources were found in.
            var parents = made.Sources.Select(source => source.Parent).Distinct().ToArray();
            var parent = parents.Length == 1 && name != "invert" ? parents[0] : null;
            kept.AddRange(Workspace.AddRegions(
                image, [(made.Mask, made.Phrase)], made.Origin, parent, model: null, [.. made.Sources.Select(source => source.Handle)]));
        }

        return NewSet(image, [.. kept.DistinctBy(region => region.Handle)], combined.Origin, combined.Note);
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

    private RegionsResult Select(
        string set, string? label, long? minAreaPx, long? maxAreaPx, string? orderBy, string? near, int? top, int? nth, CancellationToken cancellationToken)
    {
        var (image, all) = RegionsOf(set, "set");
        var anchor = IsLeftOut(near) ? null : AnchorOf(image, near!);
        var order = !IsLeftOut(orderBy) ? OneOf(orderBy, "order_by", RegionOrder.Names) : anchor is null ? null : "nearest";
        if (order is not null && RegionOrder.NeedsAnchor(order) && anchor is null)
        {
            throw ToolException.BadArgument($"'{order}' needs 'near': the region to measure from.", "Pass a region's handle as 'near', such as m3.");
        }

        CheckSelection(minAreaPx, maxAreaPx, top, nth);
        var labels = IsLeftOut(label) ? null : new LabelMatch(label!.Length <= 200 ? label : throw ToolException.BadArgument("'label' is too long.", "Give a word or two."));
        if (labels is { HasWords: false })
        {
            throw ToolException.BadArgument("'label' has no usable words.", "Give a noun, such as tree, or leave it out.");
        }

        var notes = new List<string>();
        var what = new List<string>();
        IReadOnlyList<VisionRegion> chosen = anchor is null ? all : [.. all.Where(region => region.Handle != anchor.Handle)];
        if (chosen.Count == 0)
        {
            notes.Add(all.Count == 0 ? "The set was empty already." : $"There is nothing but {anchor!.Handle} itself.");
        }

        if (labels is not null && chosen.Count > 0)
        {
            what.Add($"'{PlainText.Limit(label!.Trim(), 60)}'");
            chosen = Labelled(chosen, labels, PlainText.Limit(label.Trim(), 40), notes);
        }

        if ((minAreaPx is not null || maxAreaPx is not null) && chosen.Count > 0)
        {
            what.Add(minAreaPx is null ? $"up to {maxAreaPx} px" : maxAreaPx is null ? $"from {minAreaPx} px" : $"{minAreaPx} to {maxAreaPx} px");
            var (smallest, largest) = (chosen.Min(region => region.Mask.Area), chosen.Max(region => region.Mask.Area));
            chosen = [.. chosen.Where(region => region.Mask.Area >= (minAreaPx ?? 0) && region.Mask.Area <= (maxAreaPx ?? long.MaxValue))];
            if (chosen.Count == 0)
            {
                notes.Add($"None has such an area; they have {smallest} to {largest} px.");
            }
        }

        if (order is not null)
        {
            what.Add(anchor is null ? order : $"{order} to {anchor.Handle}");
            chosen = RegionOrder.Sort(chosen, order, anchor, cancellationToken);
        }

        // An empty choice is an answer; a place beyond the end of a choice is a mistake.
        if (nth is { } place && chosen.Count > 0)
        {
            if (place > chosen.Count)
            {
                throw ToolException.BadArgument(
                    $"'nth' is {place}, but there {(chosen.Count == 1 ? "is 1 region" : $"are {chosen.Count} regions")}.", $"Give 1 to {chosen.Count}.");
            }

            what.Add($"number {place}");
            chosen = [chosen[place - 1]];
        }
        else if (top is { } first)
        {
            what.Add($"first {first}");
            chosen = [.. chosen.Take(first)];
        }

        var origin = $"{(what.Count == 0 ? "all" : string.Join(", ", what))} of {PlainText.Limit(set.Trim(), 40)}";
        return NewSet(image, chosen, origin, notes.Count == 0 ? null : string.Join(" ", notes));
    }

    private VisionRegion AnchorOf(VisionImage image, string near)
    {
        var anchors = SomeRegionsOf(near, "near", image).Regions;
        return anchors.Count == 1
            ? anchors[0]
            : throw ToolException.BadArgument($"'near' takes one region; these are {anchors.Count}.", $"Pass one handle, such as {anchors[0].Handle}, or a union of them.");
    }

    private static void CheckSelection(long? minAreaPx, long? maxAreaPx, int? top, int? nth)
    {
        if (minAreaPx < 0 || maxAreaPx < 0 || minAreaPx > maxAreaPx)
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
        var mentioned = regions.Where(region => labels.IsMentioned(region.Phrase)).ToList();
        var named = mentioned.Where(region => labels.IsNamed(region.Phrase)).ToList();
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
            var others = mentioned.Except(named).Take(3).Select(region => $"{region.Handle} ({region.Phrase})");
            notes.Add($"Left out, as they only mention '{label}': {string.Join(", ", others)}{(mentioned.Count - named.Count > 3 ? " and others" : string.Empty)}.");
        }

        return named.Count > 0 ? named : mentioned;
    }

    private ComparisonResult Compare(string regions, CancellationToken cancellationToken)
    {
        const int Frame = 40;
        var (image, all) = SomeRegionsOf(regions, "regions");
        if (all.Count < 2)
        {
            throw ToolException.BadArgument("A comparison needs at least two regions.", $"Add another region of {image.Handle}: {Listed(KnownRegions(image))}.");
        }

        var boxes = new PixelBox?[all.Count];
        var pairs = new List<RegionPair>();
        var left = _options.MaximumResultTokens - Frame;
        for (var a = 0; a < all.Count && left > 0; a++)
        {
            for (var b = a + 1; b < all.Count && left > 0; b++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var pair = RegionRelation.Of(all[a], BoxOf(a), all[b], BoxOf(b));
                left -= TokenEstimate.Of(JsonSerializer.Serialize(pair, ResultJson.Readable.RegionPair)) + 1;
                if (left >= 0 || pairs.Count == 0)
                {
                    pairs.Add(pair);
                }
            }
        }

        var total = all.Count * (all.Count - 1L) / 2;
        return new ComparisonResult { Image = image.Handle, Pairs = pairs, OmittedPairCount = (int)Math.Min(total - pairs.Count, int.MaxValue) };

        PixelBox BoxOf(int index) => boxes[index] ??= PictureView.MainBox(all[index].Mask);
    }

    private RegionsResult Page(string set, int offset, int limit, string? fields)
    {
        var (image, all) = RegionsOf(set, "set");
        if (limit is < 1 or > LongestPage)
        {
            throw ToolException.BadArgument($"'limit' is {limit}.", $"Give 1 to {LongestPage}, or leave it out.");
        }

        if (offset < 0 || (offset >= all.Count && offset > 0))
        {
            throw ToolException.BadArgument(
                $"'offset' is {offset}, but there {(all.Count == 1 ? "is 1 region" : $"are {all.Count} regions")}.",
                all.Count == 0 ? "Leave it out." : $"Give 0 to {all.Count - 1}.");
        }

        var wanted = FieldsOf(fields);
        string handle;
        string? note = null;
        if (Workspace.TryGetSet(set, out var known))
        {
            handle = known.Handle;
            var gone = known.Regions.Count - all.Count;
            note = gone == 0 ? null : gone == 1 ? "1 region of this set is no longer kept." : $"{gone} regions of this set are no longer kept.";
        }
        else
        {
            handle = Workspace.AddSet(image, [.. all.Select(region => region.Handle)], $"all of {PlainText.Limit(set.Trim(), 60)}").Handle;
        }

        var rest = all.Skip(offset).Take(limit);
        IReadOnlyList<RegionRecord> listed = limit > DefaultPage
            ? [.. rest.Select(region => RegionRecord.Of(region, wanted))]
            : ResultBudget.Fitting(rest, wanted, _options.MaximumResultTokens, note ?? string.Empty);
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
        if (IsLeftOut(fields))
        {
            return RegionFields.Normal;
        }

        var wanted = RegionFields.None;
        foreach (var word in fields!.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            wanted |= RegionFieldNames.Of(Plain(word)) ?? throw ToolException.BadArgument(
                $"There is no field '{PlainText.Limit(word, 40)}'.", $"Use any of: {string.Join(", ", RegionFieldNames.All)}.");
        }

        return wanted;
    }

    /// <summary>A set of regions, with as many of them listed as a result holds.</summary>
    private RegionsResult NewSet(VisionImage image, IReadOnlyList<VisionRegion> regions, string origin, string? note)
    {
        var set = Workspace.AddSet(image, [.. regions.Select(region => region.Handle)], origin);
        note = note is null ? null : ResultBudget.Text(note, 400, NoteTokens);
        var listed = ResultBudget.Fitting(regions, RegionFields.Normal, _options.MaximumResultTokens, note ?? string.Empty);
        return new RegionsResult
        {
            Image = image.Handle,
            Set = set.Handle,
            Count = regions.Count,
            Empty = regions.Count == 0,
            Regions = listed,
            NextOffset = listed.Count < regions.Count ? listed.Count : null,
            Note = note,
        };
    }

    /// <summary>One of several names, as models write them: case, blanks, dashes and quotes do not matter.</summary>
    private static string OneOf(string? value, string argument, IReadOnlyList<string> names)
    {
        var name = Plain(value ?? string.Empty);
        return names.Contains(name)
            ? name
            : throw ToolException.BadArgument(
                name.Length == 0 ? $"'{argument}' is empty." : $"There is no {argument} '{PlainText.Limit(name, 40)}'.", $"Use one of: {string.Join(", ", names)}.");
    }

    private static string Plain(string name) => name.Trim(WordQuotes).ToLowerInvariant().Replace(' ', '_').Replace('-', '_');
}
