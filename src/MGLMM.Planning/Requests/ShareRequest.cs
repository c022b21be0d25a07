using System.Globalization;
using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>How much of the picture something covers: "how much of the picture is sky".</summary>
internal static class ShareRequest
{
    /// <summary>Words that ask for a share, as alternatives of a regular expression.</summary>
    public const string Words = @"how\s+much(?:\s+(?:space|room|area))?|how\s+many\s+per\s?cent|what\s+per\s?cent(?:age)?|(?:what|which)\s+(?:share|part|percentage|percent|fraction|portion|proportion|area)|how\s+(?:big|large)\s+a\s+(?:share|part|fraction|portion)";

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.ResolveMeasured(match.Groups["what"].Value, found, measured))
        {
            yield return step;
        }

        if (found.Count == 0)
        {
            yield break;
        }

        if (measured.Count == 0)
        {
            context.Say(found.Excuse ?? string.Empty);
            yield break;
        }

        foreach (MeasuredRegion region in measured)
        {
            context.Say($"{Sentences.Capital(region.Region.ToString())} covers {Percent(region.Share)} of the picture ({Sentences.Pixels(region.Area)}).");
        }

        if (measured.Count > 1)
        {
            // As one mask, for what two of them share counts once.
            PlannedCall union = PlannedCall.Combine("union", found.Handles);
            yield return [union];
            Target together = Target.Holding(union.Regions);
            List<MeasuredRegion> all = [];
            foreach (IReadOnlyList<PlannedCall> step in together.Count == 0 ? [] : context.Find.Measure(together, all))
            {
                yield return step;
            }

            context.Say(all.Count == 0 ? union.Excuse : $"Together they cover {Percent(all[0].Share)}.");
        }
    }

    /// <summary>Edges of masks overlap by so much.</summary>
    private const double Least = 0.002;

    /// <summary>How much of one thing another covers: "how much of the house does the roof cover".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> OfThing(Match match, PlanContext context)
    {
        // The whole first: "its roof", and "the roof" too, is that of this house, and not of another one.
        (Target a, Target b) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["b"].Value, b))
        {
            yield return step;
        }

        string part = match.Groups["a"].Value;
        bool isItsPart = b.Count > 0 && !Nouns.IsBackground(b.Regions[0].Phrase) && TargetFinder.IsPartOrClothing(part) && !TargetFinder.IsOfAWhole(Wanted.Read(part)) && TargetFinder.Listed(part).Count < 2;
        foreach (IReadOnlyList<PlannedCall> step in b.Count == 0 ? [] : context.Find.Resolve(isItsPart ? $"{part} of {b.Regions[0].Handle}" : part, a))
        {
            yield return step;
        }

        if (a.Count == 0 || b.Count == 0 || a.Regions[0].Handle == b.Regions[0].Handle)
        {
            context.Say(a.Count > 0 && b.Count > 0 ? $"Both are {a.Regions[0]}; there is nothing to compare." : string.Empty);
            yield break;
        }

        (KnownRegion one, KnownRegion whole) = (a.Regions[0], b.Regions[0]);
        PlannedCall compared = PlannedCall.Compare(one.Handle, whole.Handle);
        yield return [compared];
        context.PointAt(a);
        context.Say(compared.Failed ? compared.Excuse
            : PairRelation.First(compared).GetProperty("b_in_a_fraction").GetDouble() is var share and > Least ? $"{Sentences.Capital(one.ToString())} covers {Percent(share)} of {whole}."
            : $"The masks of {one} and {whole} do not overlap, so the one covers nothing of the other.");
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
