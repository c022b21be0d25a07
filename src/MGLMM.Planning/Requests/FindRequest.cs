using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Requests;

/// <summary>Where something is, and whether it is there: "find the dog", "is there a cat on the sofa".</summary>
internal static class FindRequest
{
    private const int MostPlaces = 6;

    public static IEnumerable<IReadOnlyList<PlannedCall>> Steps(Match match, PlanContext context)
    {
        Target found = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["what"].Value, found))
        {
            yield return step;
        }

        if (found.Regions.Count == 0)
        {
            yield break;
        }

        bool asksWhere = match.Value.StartsWith("where", StringComparison.OrdinalIgnoreCase);
        foreach (IReadOnlyList<PlannedCall> step in asksWhere && context.Size is not null && found.Count <= MostPlaces ? context.Find.Measure(found, measured) : [])
        {
            yield return step;
        }

        context.Say(found.IsDoubtful ? string.Empty
            : measured.Count == found.Count && context.Size is { } size ? $"I found {string.Join(", ", measured.Select(region => $"{region.Region} {PicturePlace.Of(region, size)}"))} of the picture."
            : $"I found {Sentences.Listed(found)}{Sentences.How(found)}.");
        foreach (IReadOnlyList<PlannedCall> step in context.Draw(found.Handles, "overlay", "Marked"))
        {
            yield return step;
        }
    }

    /// <summary>What was made last, marked.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Remains(Match match, PlanContext context) =>
        context.Lost is not null ? context.LeaveOut() : context.Pointed is null ? UnplannedRequest.Steps(match.Value, context) : context.Draw(context.Pointed, "overlay", "Marked");

    /// <summary>Whether there is such a thing: yes with what it is, no with what there is instead, or that it cannot be told.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context)
    {
        // "A dog or a cat", "a house and a tree": each for itself.
        foreach (string words in Regex.Split(match.Groups["what"].Value, @"\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+(?=(?:an?|any|some|something|anything)\s)", RegexOptions.IgnoreCase))
        {
            Wanted wanted = Wanted.Read(words) with { All = true };
            if (wanted.Unread.Length > 0)
            {
                context.Refuse(match.Value, wanted.Unread);
                yield break;
            }

            Target found = new();
            bool otherwise = Colours.OfAnything(words) is not null || wanted.IsPronoun || TargetFinder.IsOfAWhole(wanted);
            foreach (IReadOnlyList<PlannedCall> step in otherwise ? context.Find.Resolve(words, found) : context.Find.Candidates(wanted, found))
            {
                yield return step;
            }

            if (found.Count == 0)
            {
                context.Say(otherwise ? string.Empty : ((found.IsAbsent || found.HasOthers) && found.Excuse is not { Length: 0 } ? "No. " : string.Empty) + (found.Excuse ?? $"The model sees no {wanted.Label} in the picture."));
                continue;
            }

            if (found.IsDoubtful)
            {
                context.Say(Sentences.Doubt(wanted.Label, found));
                continue;
            }

            context.Say($"Yes. I found {Sentences.Listed(found)}{Sentences.How(found)}.");
            foreach (IReadOnlyList<PlannedCall> step in context.Draw(found.Handles, "overlay", "Marked"))
            {
                yield return step;
            }
        }
    }

    /// <summary>Whether what is said of known things holds: "is the tree between the houses".</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> So(string words, PlanContext context)
    {
        Wanted wanted = Wanted.Read(words);
        Target all = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Kind(wanted, all))
        {
            yield return step;
        }

        if (all.Count == 0 || all.IsDoubtful)
        {
            yield break;
        }

        int count = all.Count;
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Choose(wanted with { All = true, Order = null }, all))
        {
            yield return step;
        }

        string said = string.Join(' ', wanted.Conditions.Select(condition => condition.Said));
        context.PointAt(all);
        context.Say(all.Count == 0 ? (all.HasOthers ? "No. " : string.Empty) + all.Excuse : $"{(all.Count == count ? "Yes" : $"Of {count} only some")}: {Sentences.Listed(all)} {(all.Count == 1 ? "is" : "are")} {said}{Sentences.How(all)}.");
    }

    /// <summary>Whether somebody does something: that there is nobody is an answer, what they do is not for a model of things.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> WhetherDoing(Match match, PlanContext context)
    {
        string kind = match.Groups["kind"].Value is { Length: > 0 } named ? EnglishPhrases.Plural(named) : "people";
        Wanted wanted = Wanted.Read($"{kind} {match.Groups["rest"].Value}") with { All = true };
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(wanted with { Unread = string.Empty }, found))
        {
            yield return step;
        }

        context.Say(found.Count == 0 ? (found.IsAbsent || found.HasOthers ? "No. " : string.Empty) + (found.Excuse ?? $"The model sees no {wanted.Label} in the picture.")
            : found.IsDoubtful ? Sentences.Doubt(wanted.Label, found)
            : wanted.Unread.Length > 0 ? $"There {EnglishNouns.ThereAre(found.Count, wanted.Label)} ({Sentences.Listed(found)}), but what things do the model does not say: I did not check \"{wanted.Unread}\"."
            : $"Yes: {Sentences.Listed(found)}{Sentences.How(found)}.");
    }
}
