using MGLMM.Language;

namespace MGLMM.Planning.Steps;

/// <summary>What is picked from what is known: by colour, as one, the other one.</summary>
internal sealed partial class TargetFinder
{
    private const int MostAsked = 6;

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

    /// <summary>The first of each of two targets with their measures; nothing where one of them was not found.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> MeasureBoth(Target a, Target b, Target both, List<MeasuredRegion> measured)
    {
        if (a.Count == 0 || b.Count == 0)
        {
            return [];
        }

        both.Take([a.Regions[0], b.Regions[0]]);
        return Measure(both, measured);
    }

    /// <summary>All regions of a target with their measures.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Measure(Target found, List<MeasuredRegion> measured)
    {
        PlannedCall page = PlannedCall.Get(found.Handles, MeasuredRegion.Fields, WholePage);
        yield return [page];
        measured.AddRange(MeasuredRegion.Of(page));
        found.Excuse ??= page.Failed ? page.Excuse : null;
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

    /// <summary>One thing without another, or without its parts: "the plane without its wings".</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Less(string from, string what, Target found)
    {
        // "The trees without their trunks": theirs.
        (Target whole, Target less) = (new Target(), new Target());
        foreach (IReadOnlyList<PlannedCall> step in Resolve(from, whole))
        {
            yield return step;
        }

        // "The table top without the legs": those of the table.
        string name = what.EndsWith(" of it", StringComparison.OrdinalIgnoreCase) || what.EndsWith(" of them", StringComparison.OrdinalIgnoreCase) ? what[..what.LastIndexOf(" of ", StringComparison.OrdinalIgnoreCase)] : what;
        bool isPart = IsPartOrClothing(name) && !IsOfAWhole(Wanted.Read(name));
        KnownRegion? owner = isPart && whole.Count == 1 ? (IsOfAWhole(Wanted.Read(from)) ? context.Whole ?? whole.Regions[0] : whole.Regions[0]) : null;
        foreach (IReadOnlyList<PlannedCall> step in whole.Count == 0 ? [] : Read(owner is null ? what : $"{name} of {owner.Handle}", less))
        {
            yield return step;
        }

        if (whole.Count == 0 || less.Count == 0)
        {
            context.PointAtOnly(found);
            yield break;
        }

        PlannedCall left = PlannedCall.Combine("subtract", whole.Handles, less.Handles);
        yield return [left];
        found.TakeAll(left);
        if (left.Failed || left.Empty)
        {
            context.Say(left.Failed ? left.Excuse : "Nothing is left of that.");
            context.PointAtOnly(found);
        }
    }

    /// <summary>Of a kind the one that is not the first: "the other boy".</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> TheOther(string label, Target first, Target found)
    {
        if (first.Count == 0)
        {
            yield break;
        }

        label = label.Length == 0 ? Nouns.Head(first.Regions[0].Phrase) : label;
        Target all = new();
        foreach (IReadOnlyList<PlannedCall> step in OfKind(Wanted.Read(label) with { All = true }, all))
        {
            yield return step;
        }

        foreach (IReadOnlyList<PlannedCall> step in DropSame(all, first.Regions))
        {
            yield return step;
        }

        if (all.Count == 1)
        {
            found.Take(all.Regions);
        }
        else
        {
            context.Say(all.Count == 0 ? $"The model names no {label} but {first.Regions[0]}." : $"Besides {first.Regions[0]} there are {Sentences.Listed(all)}; name one of them.");
        }
    }

    /// <summary>"The other child than the left one", "the other one" of what was spoken of.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> TheOtherThan(string noun, string than, Target found)
    {
        Target first = new();
        if (than.Length > 0)
        {
            foreach (IReadOnlyList<PlannedCall> step in Read(than, first))
            {
                yield return step;
            }
        }
        else
        {
            first.Take(context.Spoken);
        }

        if (first.Count == 0)
        {
            context.Say(than.Length > 0 ? string.Empty : "I do not know which one you spoke of before; name it.");
            yield break;
        }

        string label = noun.Length > 0 ? Wanted.Read(noun).Label : Nouns.Head(first.Regions[0].Phrase);
        foreach (IReadOnlyList<PlannedCall> step in TheOther(label, first, found))
        {
            yield return step;
        }
    }

    /// <summary>What the model names by a colour.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Coloured(string colour, Target found)
    {
        foreach (IReadOnlyList<PlannedCall> step in OfColour(colour, found))
        {
            yield return step;
        }

        found.IsSeen = true;
        if (found.Regions.Count == 0)
        {
            context.Say(found.Excuse ?? $"The model calls nothing in the picture {colour}.");
        }
    }

    /// <summary>All objects of a colour, by either list, and the background of that colour; where there are none, parts.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> OfColour(string colour, Target found)
    {
        (Target objects, Target seen) = (new Target(), new Target());
        HashSet<string> answered = [];
        foreach (IReadOnlyList<PlannedCall> step in Everything(objects).Concat(Seen(seen)))
        {
            yield return step;
        }

        foreach (IReadOnlyList<PlannedCall> step in AskColour(objects.Regions, colour, answered))
        {
            yield return step;
        }

        found.Take([.. seen.Regions.Where(region => Nouns.IsBackground(region.Phrase) && Colours.In(region.Phrase).Contains(colour)), .. objects.Regions.Where(region => answered.Contains(region.Handle) || Colours.In(region.Phrase).Contains(colour))]);
        foreach (IReadOnlyList<PlannedCall> step in found.Count == 0 && objects.Count > 0 ? ColouredParts(colour, found) : [])
        {
            yield return step;
        }

        found.Excuse = found.Count > 0 || seen.Count == 0 ? objects.Excuse : $"The model calls nothing in the picture {colour}; it names {Sentences.Listed(seen)}.";
    }

    /// <summary>What the model names without a colour, "the sun", it is asked about.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> AskColour(IEnumerable<KnownRegion> regions, string colour, HashSet<string> answered)
    {
        KnownRegion[] plain = [.. regions.Where(region => region.Phrase.Length > 0 && !Nouns.IsBackground(region.Phrase) && Colours.In(region.Phrase).Length == 0).Take(MostAsked)];
        PlannedCall[] asked = [.. plain.Select(region => PlannedCall.Ask(context.Image, $"What colour is the {Nouns.Head(region.Phrase)}?"))];
        if (asked.Length > 0)
        {
            yield return asked;
        }

        answered.UnionWith(plain.Zip(asked).Where(one => !one.Second.Failed && Colours.In(one.Second.Said).Contains(colour)).Select(one => one.First.Handle));
    }

    /// <summary>The parts of a colour, of things that have another: "the wing of a yellow airplane is red".</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> ColouredParts(string colour, Target found)
    {
        Target things = new();
        foreach (IReadOnlyList<PlannedCall> step in Everything(things))
        {
            yield return step;
        }

        PlannedCall[] asked = [.. things.Regions.Where(region => !Colours.In(region.Phrase).Contains(colour)).Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
        if (asked.Length > 0)
        {
            yield return asked;
        }

        found.Take(asked.Where(call => !call.Failed).SelectMany(call => call.Regions.Where(region => Colours.In(region.Phrase).Contains(colour) && !EnglishPhrases.WordsOf(region.Phrase).Contains("no"))));
    }
}
