using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Steps;

/// <summary>What is picked from what the model names by itself: by colour, by what a thing has, by what is measured on it.</summary>
internal sealed partial class TargetFinder
{
    private const int WholePage = 100;

    private PlannedCall? _all;

    /// <summary>All that the model names, the background too, each by itself.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Seen(Target found)
    {
        if (_all is null)
        {
            _all = PlannedCall.Segment(context.Image, "panoptic");
            yield return [_all];
        }

        found.Excuse = _all.Failed ? _all.Excuse : null;
        found.Take(_all.Regions);
        if (_all.Count > _all.Regions.Count && _all.Set is { } set)
        {
            PlannedCall page = PlannedCall.Get(set, "phrase", WholePage);
            yield return [page];
            found.Take(page.Failed ? _all.Regions : page.Regions);
        }
    }

    /// <summary>The regions that words stand for, with their measures; neither where nothing is found.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> ResolveMeasured(string words, Target found, List<MeasuredRegion> measured)
    {
        foreach (IReadOnlyList<PlannedCall> step in Resolve(words, found))
        {
            yield return step;
        }

        foreach (IReadOnlyList<PlannedCall> step in found.Count == 0 ? [] : Measure(found, measured))
        {
            yield return step;
        }
    }

    /// <summary>All regions of a target with their measures.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Measure(Target found, List<MeasuredRegion> measured)
    {
        PlannedCall page = PlannedCall.Get(found.Handles, MeasuredRegion.Fields, WholePage);
        yield return [page];
        measured.AddRange(MeasuredRegion.Of(page));
        found.Excuse ??= page.Failed ? page.Excuse : null;
    }

    /// <summary>Those of a kind that have a part or wear something: "the house with a chimney".</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Having(string kind, string part, Target found)
    {
        Wanted wanted = Wanted.Read(kind);
        Target of = new();
        foreach (IReadOnlyList<PlannedCall> step in Candidates(IsObjects(wanted.Label) ? wanted with { Label = string.Empty } : wanted, of))
        {
            yield return step;
        }

        if (of.Regions.Count == 0)
        {
            found.Excuse = of.Excuse ?? $"The model names no {wanted.Label} among the objects of the picture.";
            yield break;
        }

        PlannedCall[] asked = [.. of.Regions.Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
        yield return asked;
        string sought = Wanted.Read(part).Label;
        found.Take(of.Regions.Zip(asked).Where(one => !one.Second.Failed && one.Second.Regions.Any(region => region.Phrase.Length > 0 && Nouns.Fits(sought, region.Phrase))).Select(one => one.First));
        found.IsSeen = true;
        if (found.Regions.Count == 0)
        {
            found.Excuse = asked.All(call => call.Failed) ? asked[0].Excuse : $"The model names no {sought} among the parts of {Sentences.Listed(of)}.";
        }
    }

    /// <summary>
    /// Adds what the model's list of objects left out and it finds when asked for the kind: of a kind that it named, that is no other thing taken for it.
    /// </summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> LeftOut(PlannedCall asked, string label, Target found)
    {
        KnownRegion[] others = asked.Failed || asked.Empty ? [] : [.. asked.Regions.Where(region => region.Phrase.Length > 0 && Nouns.Fits(label, region.Phrase) && !asked.Repeated.Contains(region.Handle))];
        if (others.Length <= found.Regions.Count)
        {
            yield break;
        }

        PlannedCall compared = PlannedCall.Compare(string.Join(", ", found.Regions.Select(region => region.Handle)), string.Join(", ", others.Select(region => region.Handle)));
        yield return [compared];
        if (compared.Failed)
        {
            yield break;
        }

        // A thing seen from two sides overlaps little; one that lies in a known one is that or a piece of it.
        HashSet<string> known = [.. found.Regions.Select(region => region.Handle)];
        (string Known, string Other)[] shared = [.. PairRelation.Sharing(compared.Result, known)];

        // One mask over several things, though, is told by the several.
        HashSet<string> several = [.. shared.GroupBy(pair => pair.Known).Where(group => group.Select(pair => pair.Other).Distinct().Skip(1).Any()).Select(group => group.Key)];
        HashSet<string> there = [.. shared.Where(pair => !several.Contains(pair.Known)).Select(pair => pair.Other)];
        KnownRegion[] more = [.. others.Where(region => !there.Contains(region.Handle))];
        if (more.Length > 0)
        {
            // One set of all, for who speaks of "them" later.
            found.Take([.. found.Regions.Where(region => !several.Contains(region.Handle)), .. more]);
            yield return [PlannedCall.Get(found.Handles, "phrase")];
        }
    }

    /// <summary>Several as one region: "both boys together".</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> AsOne(string words, Target found)
    {
        Target several = new();
        foreach (IReadOnlyList<PlannedCall> step in Resolve(words, several))
        {
            yield return step;
        }

        if (several.Count < 2)
        {
            found.Take(several.Regions);
            yield break;
        }

        PlannedCall union = PlannedCall.Combine("union", several.Handles);
        yield return [union];
        found.Take(union.Regions);
        Excuse(union, words, found);
    }

    /// <summary>Of a kind the one that is not the first: "the other boy".</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> TheOther(string label, Target first, Target found)
    {
        if (first.Count == 0)
        {
            yield break;
        }

        Target all = new();
        foreach (IReadOnlyList<PlannedCall> step in Candidates(Wanted.Read(label) with { All = true }, all))
        {
            yield return step;
        }

        KnownRegion[] others = [.. all.Regions.Where(region => region.Handle != first.Regions[0].Handle)];
        if (others.Length == all.Regions.Count && others.Length > 0)
        {
            // The first was found otherwise, and is among these once more.
            PlannedCall[] compared = [.. others.Select(region => PlannedCall.Compare(region.Handle, first.Regions[0].Handle))];
            yield return compared;
            others = [.. others.Where((_, index) => !compared[index].Failed && !PairRelation.IsSame(compared[index].Result.GetProperty("pairs")[0]))];
        }

        if (others.Length == 1)
        {
            found.Take(others);
        }
        else
        {
            context.Say(others.Length == 0 ? $"The model names no {label} but {first.Regions[0]}." : $"Besides {first.Regions[0]} there are {Sentences.Listed(others)}; name one of them.");
        }
    }

    /// <summary>What is nearest to a thing is not that thing, which the list of objects has once more.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> WithoutItself(Wanted wanted, string near, Target found)
    {
        if (wanted.Nth is not null || wanted.Top is not null || found.Regions.Count < 2)
        {
            yield break;
        }

        PlannedCall compared = PlannedCall.Compare(found.Regions[0].Handle, near);
        yield return [compared];
        found.Take([found.Regions[!compared.Failed && PairRelation.IsSame(compared.Result.GetProperty("pairs")[0]) ? 1 : 0]]);
    }

    /// <summary>Whether words name a part or clothes.</summary>
    public static bool IsPartOrClothing(string words) => Wanted.Read(words).Label is { Length: > 0 } label && (Nouns.IsPart(label) || Nouns.IsClothing(label));

    /// <summary>What the model names by a colour.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Coloured(string colour, Target found)
    {
        Target seen = new();
        foreach (IReadOnlyList<PlannedCall> step in Seen(seen))
        {
            yield return step;
        }

        found.IsSeen = true;
        found.Take(seen.Regions.Where(region => Colours.In(EnglishPhrases.WithoutArticle(region.Phrase)).Contains(colour)));
        if (found.Regions.Count == 0)
        {
            context.Say(seen.Excuse ?? $"The model calls nothing in the picture {colour}; it names {Sentences.Listed(seen)}.");
        }
    }

    /// <summary>Of several the tallest, widest and so on, by their boxes.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Extreme(Wanted wanted, Func<MeasuredRegion, double> by, Target found)
    {
        foreach (IReadOnlyList<PlannedCall> step in Candidates(wanted with { Order = null, Nth = null, All = true }, found))
        {
            yield return step;
        }

        if (found.Count < 2)
        {
            yield break;
        }

        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in Measure(found, measured))
        {
            yield return step;
        }

        found.Take(measured.OrderBy(by).Skip((wanted.Nth ?? 1) - 1).Take(1).Select(region => region.Region));
    }

    /// <summary>"The kid with the purple cap": what the model does not find by such words, it may name by the parts.</summary>
    [GeneratedRegex(@"^(?<kind>[\w-]+(?:\s+[\w-]+){0,2}?)\s+(?:with|in|wearing|having|(?:who|that|which)\s+(?:has|have|wears?|is\s+wearing))\s+(?<part>(?:the\s+|an?\s+|his\s+|her\s+|its\s+)?[\w-]+(?:\s+[\w-]+)?)$", RegexOptions.IgnoreCase)]
    private static partial Regex WithPart();
}
