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
