using System.Text.RegularExpressions;

namespace MGLMM.Planning.Requests;

/// <summary>Colours by the model's own names for things and parts: "what colour is the roof", "what is green", "which rabbit is brown".</summary>
internal static class ColourRequest
{
    private const int Most = 6;

    /// <summary>What a colour has: a part is looked for among the parts, where models name it by its own colour; of a thing the model is asked.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Of(Match match, PlanContext context)
    {
        string words = match.Groups["what"].Value + match.Groups["rest"].Value;
        string first = Regex.Split(words, @"\s+of\s+")[0];
        Wanted kind = Wanted.Read(words);
        bool isList = Regex.IsMatch(words, @"\sand\s", RegexOptions.IgnoreCase);
        if (!TargetFinder.IsPartOrClothing(first) && (isList || kind is { All: true, IsPronoun: false }) && !TargetFinder.IsScene(words))
        {
            // Of several, each by its name.
            Target all = new();
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, all))
            {
                yield return step;
            }

            // By its name; what has no colour in it, by a question of its own.
            KnownRegion[] coloured = [.. all.Regions.Where(region => Nouns.HasColour(region.Phrase))];
            context.Say(coloured.Length == 0 ? string.Empty : $"By the model's names: {Sentences.All(coloured)}.");
            foreach (KnownRegion region in all.Regions.Except(coloured))
            {
                foreach (IReadOnlyList<PlannedCall> step in QuestionRequest.About($"What colour is the {Nouns.Head(region.Phrase)}?", context))
                {
                    yield return step;
                }
            }

            yield break;
        }

        if (!TargetFinder.IsPartOrClothing(first))
        {
            // Of one, by its name where that says it, else by a question about its place in the picture.
            Target one = new();
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, one))
            {
                yield return step;
            }

            if (one.Regions.Count > 0 && one.Regions.All(region => Nouns.HasColour(region.Phrase) && !Colours.In(words).Intersect(Colours.In(region.Phrase)).Any()))
            {
                context.Say($"By the model's name for it: {Sentences.Listed(one)}{Sentences.How(one)}.");
                yield break;
            }

            bool isAmong = one.Count > 1 || kind.IsPronoun || kind.Conditions.Count > 0 || kind.Order is not null;
            foreach (KnownRegion region in one.Regions.Take(kind.IsPronoun ? Most : 1))
            {
                string noun = Nouns.Head(region.Phrase) is { Length: > 0 } head ? head : kind.Label;
                foreach (IReadOnlyList<PlannedCall> step in QuestionRequest.About($"What colour is the {noun}?", context, isAmong ? region : null, about: region))
                {
                    yield return step;
                }
            }

            context.PointAt(one);
            yield break;
        }

        // "The roof, the wall and the door": each for itself.
        if (first.Length == words.Length && TargetFinder.Listed(words) is { Count: > 1 } several)
        {
            foreach (IReadOnlyList<PlannedCall> step in several.SelectMany(piece => RequestPatterns.Read($"what colour is {piece}", context)))
            {
                yield return step;
            }

            yield break;
        }

        Target found = new();
        IEnumerable<IReadOnlyList<PlannedCall>> steps = first.Length == words.Length && !TargetFinder.IsOfAWhole(kind) ? context.Find.Candidates(Wanted.Read(words) with { Order = null, All = true }, found) : context.Find.Resolve(words, found);
        foreach (IReadOnlyList<PlannedCall> step in steps)
        {
            yield return step;
        }

        if (found.Count == 0)
        {
            // A resolved one has told why.
            context.Say(first.Length == words.Length ? found.Excuse ?? string.Empty : string.Empty);
            yield break;
        }

        KnownRegion[] named = [.. found.Regions.Where(region => Nouns.HasColour(region.Phrase))];
        context.Say(named.Length == 0
            ? $"I found {Sentences.Listed(found)}, but the model names no colour of it."
            : $"By the model's name for it: {Sentences.Listed(named)}.");
    }

    /// <summary>Whether something has a colour: of parts and of several by the model's names, of one thing the model is asked.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Whether(Match match, PlanContext context)
    {
        string words = match.Groups["what"].Value;
        string first = Regex.Split(words, @"\s+of\s+")[0];
        bool isPart = TargetFinder.IsPartOrClothing(first);
        if (!isPart && Wanted.Read(words) is not { All: true, IsPronoun: false })
        {
            foreach (IReadOnlyList<PlannedCall> step in WhetherOne(words, Colours.In(match.Groups["colour"].Value)[0], context))
            {
                yield return step;
            }

            yield break;
        }

        Target found = new();
        bool isBare = isPart && first.Length == words.Length && !TargetFinder.IsOfAWhole(Wanted.Read(words));
        foreach (IReadOnlyList<PlannedCall> step in isBare ? context.Find.Candidates(Wanted.Read(words) with { Order = null, All = true }, found) : context.Find.Resolve(words, found))
        {
            yield return step;
        }

        string colour = Colours.In(match.Groups["colour"].Value)[0];
        context.Say(found.Count == 0 ? (isBare ? found.Excuse ?? string.Empty : string.Empty)
            : found.Regions.Any(region => !Nouns.HasColour(region.Phrase)) ? $"I found {Sentences.Listed(found)}, but the model does not name the colour."
            : $"{(found.Regions.All(region => Colours.In(region.Phrase).Contains(colour)) ? "Yes" : found.Regions.Any(region => Colours.In(region.Phrase).Contains(colour)) ? "Not all" : "No")}, by the model's names: {Sentences.All(found.Regions)}.");
    }

    /// <summary>Of one thing by its name where that says a colour, else by what the model answers when asked for it.</summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> WhetherOne(string words, string colour, PlanContext context)
    {
        Target found = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(words, found))
        {
            yield return step;
        }

        foreach (KnownRegion region in found.Regions)
        {
            if (Nouns.HasColour(region.Phrase))
            {
                context.Say($"{(Colours.In(region.Phrase).Contains(colour) ? "Yes" : "No")}: by the model's name it is {region}.");
                continue;
            }

            PlannedCall answer = PlannedCall.Ask(context.Image, $"What colour is the {(Nouns.Head(region.Phrase) is { Length: > 0 } noun ? noun : "thing")}?", Wanted.Read(words) is { Conditions.Count: 0, Order: null, IsPronoun: false } ? null : region.Handle);
            yield return [answer];
            context.Say(answer.Failed ? answer.Excuse
                : Colours.In(answer.Said) is { Length: > 0 } said ? $"{(said.Contains(colour) ? "Yes" : "No")}: of {region} the vision model answers: {answer.Said}"
                : $"I have no answer to that: the vision model names no colour. It says: {answer.Said}");
        }

        context.PointAt(found);
    }

    /// <summary>Which parts of a thing have a colour.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> PartOf(Match match, PlanContext context)
    {
        Target whole = new();
        foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve(match.Groups["whole"].Value, whole))
        {
            yield return step;
        }

        string colour = Colours.In(match.Groups["colour"].Value)[0];
        foreach (KnownRegion region in whole.Regions.Take(Most))
        {
            PlannedCall parts = PlannedCall.Segment(context.Image, "part", region.Handle);
            yield return [parts];
            KnownRegion[] coloured = [.. parts.Regions.Where(part => Colours.In(part.Phrase).Contains(colour))];
            context.Say(parts.Failed ? parts.Excuse
                : coloured.Length > 0 ? $"Of the parts of {region} the model calls {colour}: {Sentences.All(coloured)}."
                : $"The model calls no part of {region} {colour}; it names {Sentences.Listed(parts.Regions)}.");
        }
    }

    /// <summary>What in the picture has a colour.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> What(Match match, PlanContext context)
    {
        string colour = Colours.In(match.Groups["colour"].Value)[0];
        string kind = match.Groups["noun"].Value;
        (Target found, Target parts) = (new Target(), new Target());
        if (kind.Length == 0 || TargetFinder.IsObjects(kind))
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Resolve($"everything {colour}", found).Concat(context.Find.ColouredParts(colour, parts)))
            {
                yield return step;
            }
        }
        else
        {
            foreach (IReadOnlyList<PlannedCall> step in context.Find.Candidates(Wanted.Read(kind) with { All = true }, found))
            {
                yield return step;
            }

            if (found.Count == 0)
            {
                context.Say(found.Excuse ?? $"The model sees no {Wanted.Read(kind).Label} in the picture.");
                yield break;
            }

            KnownRegion[] all = [.. found.Regions];
            found.Take(all.Where(region => Colours.In(region.Phrase).Contains(colour)));
            if (found.Count == 0)
            {
                context.Say($"The model calls none of them {colour}: {Sentences.All(all)}.");
            }
        }

        if (found.Count > 0)
        {
            context.Say($"{Sentences.Capital(colour)} by the model's names: {Sentences.All(found.Regions)}.");
        }

        context.PointAtOnly(found.Count > 0 ? found : parts);
        context.Say(parts.Count > 0 ? $"{Sentences.Capital(colour)} parts of other things: {Sentences.All(parts.Regions)}." : string.Empty);
    }
}
