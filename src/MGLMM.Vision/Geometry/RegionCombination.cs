using System.Globalization;
using MGLMM.Masks;

namespace MGLMM.Vision.Geometry;

/// <summary>What an operation on regions made. Exact: the masks are combined as sets of pixels.</summary>
/// <param name="Regions">The new regions; none where nothing is left.</param>
/// <param name="Origin">The operation as a whole, in words.</param>
/// <param name="Note">What was left out or why nothing is left; null where there is nothing to say.</param>
internal sealed record RegionCombination(IReadOnlyList<CombinedRegion> Regions, string Origin, string? Note)
{
    /// <summary>Regions that one call makes at most; more would push what is there out of a workspace.</summary>
    public const int MostRegions = 200;

    /// <summary>The farthest that grow and shrink reach, in pixels.</summary>
    public const double FarthestPixels = 1000;

    public static bool TakesOthers(string operation) => operation is "union" or "intersect" or "subtract";

    public static bool TakesPixels(string operation) => operation is "grow" or "shrink";

    /// <summary>Whether each region gives regions of its own, rather than all of them one.</summary>
    public static bool IsPerRegion(string operation) => operation is "grow" or "shrink" or "largest_part" or "split_parts";

    /// <summary>Does it.</summary>
    /// <param name="operation">The operation, by the name that callers use.</param>
    /// <param name="regions">At least one.</param>
    /// <param name="others">More regions, for the operations that take them.</param>
    /// <param name="pixels">How far to grow or shrink.</param>
    /// <param name="most">Regions to make at most.</param>
    /// <param name="cancellationToken">Observed between masks.</param>
    public static RegionCombination Of(
        string operation, IReadOnlyList<VisionRegion> regions, IReadOnlyList<VisionRegion> others, double pixels, int most, CancellationToken cancellationToken)
    {
        VisionRegion[] all = [.. regions.Concat(others).DistinctBy(region => region.Handle)];
        return operation switch
        {
            "union" => One(Union(all), RegionPhrase.Union(all), $"union of {RegionPhrase.Handles(all)}", all, null),
            "intersect" => Intersection(all, cancellationToken),
            "subtract" => One(
                Union(regions).Subtract(Union(others)),
                RegionPhrase.Difference(regions, others),
                $"{RegionPhrase.Handles(regions)} minus {RegionPhrase.Handles(others)}",
                all,
                $"Nothing is left: {RegionPhrase.Handles(others)} {(others.Count == 1 ? "covers" : "cover")} all of {RegionPhrase.Handles(regions)}."),
            "invert" => One(
                Union(regions).Complement(),
                RegionPhrase.Inverse(regions),
                $"all but {RegionPhrase.Handles(regions)}",
                regions,
                $"Nothing is left: {RegionPhrase.Handles(regions)} {(regions.Count == 1 ? "covers" : "cover")} the whole picture."),
            "grow" => Resized(regions, pixels, "grown", mask => mask.Grow(pixels), cancellationToken),
            "shrink" => Resized(regions, pixels, "shrunk", mask => mask.Shrink(pixels), cancellationToken),
            "largest_part" => LargestParts(regions, cancellationToken),
            "split_parts" => Parts(regions, most, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "No such operation."),
        };
    }

    private static Mask Union(IReadOnlyList<VisionRegion> regions) => Mask.Union(regions.Select(region => region.Mask));

    private static RegionCombination One(Mask mask, string? phrase, string origin, IReadOnlyList<VisionRegion> sources, string? whyEmpty) =>
        mask.IsEmpty ? new([], origin, whyEmpty) : new([new CombinedRegion(mask, phrase, origin, sources)], origin, null);

    private static RegionCombination Intersection(VisionRegion[] regions, CancellationToken cancellationToken)
    {
        Mask common = regions[0].Mask;
        foreach (VisionRegion? region in regions.Skip(1))
        {
            cancellationToken.ThrowIfCancellationRequested();
            common = common.Intersect(region.Mask);
        }

        string handles = RegionPhrase.Handles(regions);
        return One(
            common,
            RegionPhrase.Intersection(regions),
            $"intersection of {handles}",
            regions,
            regions.Length == 2 ? $"{regions[0].Handle} and {regions[1].Handle} do not overlap." : $"No pixel belongs to all of {handles}.");
    }

    private static RegionCombination Resized(
        IReadOnlyList<VisionRegion> regions, double pixels, string done, Func<Mask, Mask> resize, CancellationToken cancellationToken)
    {
        string by = string.Create(CultureInfo.InvariantCulture, $"{done} by {pixels:0.##} px");
        List<CombinedRegion> made = new();
        List<VisionRegion> gone = new();
        foreach (VisionRegion region in regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Mask mask = resize(region.Mask);
            if (mask.IsEmpty)
            {
                gone.Add(region);
            }
            else
            {
                made.Add(new CombinedRegion(mask, RegionPhrase.With(region.Phrase, by), $"{region.Handle} {by}", [region]));
            }
        }

        string? note = gone.Count > 0 ? $"Nothing is left of {RegionPhrase.Handles(gone)} {by}."
            : pixels < 1 ? "Less than 1 px changes nothing."
            : null;
        return new(made, $"{RegionPhrase.Handles(regions)} {by}", note);
    }

    private static RegionCombination LargestParts(IReadOnlyList<VisionRegion> regions, CancellationToken cancellationToken)
    {
        List<CombinedRegion> made = new();
        foreach (VisionRegion region in regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Mask largest = region.Mask.LargestPart();
            made.Add(new CombinedRegion(
                largest,
                largest.Equals(region.Mask) ? region.Phrase : RegionPhrase.With(region.Phrase, "largest piece"),
                $"largest piece of {region.Handle}",
                [region]));
        }

        bool whole = made.All(part => part.Mask.Equals(part.Sources[0].Mask));
        return new(made, $"largest piece of {RegionPhrase.Handles(regions)}", whole ? "Each was in one piece already." : null);
    }

    /// <summary>The pieces of each region, largest first. Where there are too many, the smallest of all are left out.</summary>
    private static RegionCombination Parts(IReadOnlyList<VisionRegion> regions, int most, CancellationToken cancellationToken)
    {
        List<(Mask Mask, VisionRegion Source, int Number, int Of)> pieces = new();
        foreach (VisionRegion region in regions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            IReadOnlyList<Mask> parts = region.Mask.ConnectedComponents();
            for (int index = 0; index < parts.Count; index++)
            {
                pieces.Add((parts[index], region, index + 1, parts.Count));
            }
        }

        string? note = pieces.Count == regions.Count ? "Each was in one piece already." : null;
        if (pieces.Count > most)
        {
            HashSet<int> kept = Enumerable.Range(0, pieces.Count).OrderByDescending(index => pieces[index].Mask.Area).Take(most).ToHashSet();
            (Mask Mask, VisionRegion Source, int Number, int Of)[] lost = pieces.Where((_, index) => !kept.Contains(index)).ToArray();
            note = string.Create(
                CultureInfo.InvariantCulture,
                $"The {lost.Length} smallest of {pieces.Count} pieces ({lost.Sum(piece => piece.Mask.Area)} px together, at most {lost.Max(piece => piece.Mask.Area)} px each) were left out.");
            pieces = [.. pieces.Where((_, index) => kept.Contains(index))];
        }

        List<CombinedRegion> made = pieces.ConvertAll(piece => new CombinedRegion(
            piece.Mask,
            piece.Of == 1
                ? piece.Source.Phrase
                : RegionPhrase.With(piece.Source.Phrase, string.Create(CultureInfo.InvariantCulture, $"piece {piece.Number} of {piece.Of}")),
            string.Create(CultureInfo.InvariantCulture, $"piece {piece.Number} of {piece.Of} of {piece.Source.Handle}"),
            [piece.Source]));
        return new(made, $"pieces of {RegionPhrase.Handles(regions)}", note);
    }
}
