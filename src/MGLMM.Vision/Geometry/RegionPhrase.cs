using System.Globalization;
using MGLMM.Language;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Geometry;

/// <summary>What regions are called that were made from others. English; null where none of the others has words.</summary>
internal static class RegionPhrase
{
    /// <summary>Characters of a phrase at most.</summary>
    public const int Longest = 100;

    private const string Unnamed = "an object";

    /// <summary>"a red car and 2 trees".</summary>
    public static string? Union(IReadOnlyList<VisionRegion> regions) => Of(regions, List(regions, Longest, definite: false));

    /// <summary>"the overlap of the red car and the tree".</summary>
    public static string? Intersection(IReadOnlyList<VisionRegion> regions)
    {
        const string Start = "the overlap of ";
        return regions.Count == 1 ? regions[0].Phrase : Of(regions, Start + List(regions, Longest - Start.Length, definite: true));
    }

    /// <summary>"the house without its roof" where the roof was found in the house, "the house without the tree" otherwise.</summary>
    public static string? Difference(IReadOnlyList<VisionRegion> from, IReadOnlyList<VisionRegion> taken)
    {
        const string Middle = " without ";
        string whole = List(from, (Longest - Middle.Length) / 2, definite: true);
        int left = Longest - whole.Length - Middle.Length;
        bool own = from.Count == 1 && taken.All(region => region.Parent == from[0].Handle);
        string parts = own ? "its " + List(taken, left - 4, definite: null) : List(taken, left, definite: true);
        return Of([.. from, .. taken], whole + Middle + parts);
    }

    /// <summary>"all but the red car".</summary>
    public static string? Inverse(IReadOnlyList<VisionRegion> regions)
    {
        const string Start = "all but ";
        return Of(regions, Start + List(regions, Longest - Start.Length, definite: true));
    }

    /// <summary>A phrase with what was done to it behind, which a long phrase does not push out.</summary>
    public static string? With(string? phrase, string what) =>
        phrase is null ? null : $"{PlainText.Limit(phrase, Longest - what.Length - 4)} ({what})";

    /// <summary>Handles for a list in one line: "m1, m2, m3 and 20 more".</summary>
    public static string Handles(IReadOnlyList<VisionRegion> regions, int most = 8)
    {
        string names = string.Join(", ", regions.Take(most).Select(region => region.Handle));
        return regions.Count <= most ? names : string.Create(CultureInfo.InvariantCulture, $"{names} and {regions.Count - most} more");
    }

    /// <summary>What there is, with how many of each: "a red car, 3 trees".</summary>
    public static string Labels(IReadOnlyList<VisionRegion> regions, int longest) => List(regions, longest, definite: false, last: ", ");

    private static string? Of(IReadOnlyList<VisionRegion> regions, string phrase) =>
        regions.All(region => region.Phrase is null) ? null : PlainText.Limit(phrase, Longest);

    /// <summary>As many things as fit, each once, in order.</summary>
    /// <param name="regions">Regions; equal phrases are counted.</param>
    /// <param name="longest">Characters at most, except for a single long phrase.</param>
    /// <param name="definite">True puts "the" before each, null nothing; false leaves each its own article.</param>
    /// <param name="last">What stands before the last.</param>
    private static string List(IReadOnlyList<VisionRegion> regions, int longest, bool? definite, string last = " and ")
    {
        List<(string Phrase, int Count)> things = new();
        foreach (VisionRegion region in regions)
        {
            string phrase = region.Phrase ?? Unnamed;
            int known = things.FindIndex(thing => EnglishPhrases.Same(thing.Phrase, phrase));
            if (known < 0)
            {
                things.Add((phrase, 1));
            }
            else
            {
                things[known] = (things[known].Phrase, things[known].Count + 1);
            }
        }

        List<string> names = things.ConvertAll(thing => Name(thing.Phrase, thing.Count, definite));
        for (int shown = names.Count; ; shown--)
        {
            string text;
            if (shown == names.Count)
            {
                text = shown == 1 ? names[0] : string.Join(", ", names.Take(shown - 1)) + last + names[^1];
            }
            else
            {
                int hidden = things.Skip(shown).Sum(thing => thing.Count);
                text = string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", names.Take(shown))} and {hidden} more");
            }

            if (text.Length <= longest || shown == 1)
            {
                return text;
            }
        }
    }

    private static string Name(string phrase, int count, bool? definite)
    {
        if (count > 1)
        {
            string plural = string.Create(CultureInfo.InvariantCulture, $"{count} {EnglishPhrases.Plural(phrase)}");
            return definite == true ? "the " + plural : plural;
        }

        string bare = EnglishPhrases.WithoutArticle(phrase);
        return definite switch
        {
            null => bare,
            true when !HasDeterminer(bare) => "the " + bare,
            true => bare,
            false => phrase,
        };
    }

    private static bool HasDeterminer(string phrase) =>
        phrase.Split(' ', 2)[0].ToLowerInvariant() is "his" or "her" or "its" or "their" or "my" or "our" or "your" or "all" or "both" or "everything" or "each";
}
