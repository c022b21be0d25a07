using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>Whether a thing is the first of several in an order: "is the brown rabbit the smallest animal", "is it the wider one".</summary>
internal static class SuperlativeRequest
{
    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        string word = Wanted.Superlative(Regex.Replace(match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " "));
        IReadOnlyList<KnownRegion> spoken = context.Spoken;
        Target thing = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["a"].Value, thing))
        {
            yield return step;
        }

        if (thing.Count == 0)
        {
            yield break;
        }

        // "The wider one" is of those that were spoken of, else of the kind; "the widest" is of all things.
        string noun = match.Groups["noun"].Value.Trim();
        bool isOne = Regex.IsMatch(noun, "^(?:one|of (?:them|the two|these|those))$", RegexOptions.IgnoreCase);
        Target all = new();
        if (spoken.Count > 1 && spoken.Any(region => region.Handle == thing.Regions[0].Handle) && (isOne || noun.Length == 0))
        {
            all.Take(spoken);
        }
        else
        {
            string kind = noun.Length == 0 ? "all things" : isOne ? $"all {EnglishPhrases.Plural(Nouns.Head(thing.Regions[0].Phrase) is { Length: > 0 } head ? head : "thing")}" : "all " + EnglishPhrases.Plural(Wanted.Read(noun).Label);
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(Wanted.Read(kind), all))
            {
                yield return step;
            }
        }

        if (all.Count == 0 || all.IsDoubtful)
        {
            context.Say(all.IsDoubtful ? Sentences.Doubt(noun, all) : all.Excuse ?? "There is nothing to compare.");
            yield break;
        }

        Target first = Target.Holding(all.Regions);
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Choose(Wanted.Read($"the {word} one"), first))
        {
            yield return step;
        }

        KnownRegion asked = thing.Regions[0];
        bool isFirst = first.Count == 1 && first.Regions[0].Handle == asked.Handle;
        if (first.Count == 1 && !isFirst)
        {
            // The list may have the same thing by another handle.
            PlannedCall compared = PlannedCall.Compare(first.Regions[0].Handle, asked.Handle);
            yield return [compared];
            isFirst = !compared.Failed && PairRelation.IsSame(PairRelation.First(compared));
        }

        context.PointAt(thing);
        context.Say(first.Count == 0 ? first.Excuse ?? "There is nothing to compare."
            : first.Of < 2 ? $"{Sentences.Capital(asked.ToString())} is the only one that the model sees."
            : $"{(isFirst ? "Yes" : "No")}: {first.Regions[0]} is the {first.Rank}, of {first.Of}: {first.Figures}.");
    }
}
