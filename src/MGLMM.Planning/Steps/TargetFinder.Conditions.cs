using MGLMM.Language;

namespace MGLMM.Planning.Steps;

/// <summary>What is picked of a kind: by what is said behind its noun, and by an order; both measured, and the measures told.</summary>
internal sealed partial class TargetFinder
{
    /// <summary>What lies within this share of the picture's width is near.</summary>
    public const double Near = 0.1;

    /// <summary>The picture's width where the conversation does not tell it.</summary>
    public const int UsualWidth = 500;

    /// <summary>Keeps of a kind what its conditions and its order say; how it was chosen stands in <see cref="Target.How"/>.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Choose(Wanted wanted, Target found)
    {
        NoteAttribute(wanted, found);
        Condition? beside = wanted is { Order: null, All: false } ? wanted.Conditions.FirstOrDefault(one => one.Kind == ConditionKind.Relation && PairRelation.IsNear(one.Word)) : null;
        foreach (Condition condition in wanted.Conditions.Where(one => one != beside || found.Count == 1))
        {
            string before = Sentences.Listed(found);
            int count = found.Count;
            KnownRegion[] all = [.. found.Regions];
            foreach (IReadOnlyList<PlannedCall> step in Keep(condition, wanted.Label, found))
            {
                yield return step;
            }

            if (condition.IsNegated && found is not { Count: 0, Excuse.Length: 0 })
            {
                HashSet<string> holds = [.. found.Regions.Select(region => region.Handle)];
                (found.Excuse, found.How) = (null, string.Empty);
                found.Take(all.Where(region => !holds.Contains(region.Handle)));
            }

            if (found.Count == 0)
            {
                found.Excuse ??= count == 1 ? $"The model sees {before}, but not \"{condition.Said}\"." : $"Of {before} none is \"{condition.Said}\".";
                found.HasOthers = true;
                yield break;
            }
        }

        // "The big tree" of two is the larger one, where the model does not call it big.
        string? order = wanted.Order ?? (beside is not null ? "nearest" : null);
        KnownRegion[] called = wanted.SizeWord.Length == 0 ? [] : [.. found.Regions.Where(region => EnglishPhrases.WordsOf(region.Phrase).Contains(wanted.SizeWord))];
        if (called.Length > 0)
        {
            found.Take(called);
        }
        else if (order is null && wanted is { All: false, SizeWord.Length: > 0 } && found.Count > 1)
        {
            order = wanted.SizeWord is "small" or "little" or "tiny" ? "smallest" : "largest";
        }

        foreach (IReadOnlyList<PlannedCall> step in order is null ? [] : Sort(wanted, order, wanted.Near ?? beside?.Of, found))
        {
            yield return step;
        }
    }

    /// <summary>Says which word of a request nothing here checks.</summary>
    private void NoteAttribute(Wanted wanted, Target found)
    {
        if (wanted.Attribute.Length > 0 && found.Count > 0 && !Nouns.Labels(wanted.Label).Split(", ").Any(name => found.Regions.Any(region => region.Phrase.EndsWith(name, StringComparison.OrdinalIgnoreCase)))
            && !found.Regions.All(region => wanted.Attribute.Split(' ').All(EnglishPhrases.WordsOf(region.Phrase).Contains)))
        {
            context.Say($"I did not check \"{wanted.Attribute}\".");
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Keep(Condition condition, string label, Target found)
    {
        KnownRegion[] all = [.. found.Regions];
        switch (condition.Kind)
        {
            case ConditionKind.Colour:
                // "The kid in blue" wears it, which the model's name for the kid may leave out.
                string colour = Colours.In(condition.Word)[0];
                KnownRegion[] coloured = [.. all.Where(region => Colours.In(region.Phrase).Contains(colour))];
                PlannedCall[] worn = coloured.Length > 0 ? [] : [.. all.Where(region => Nouns.IsCalled("people", region.Phrase)).Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
                if (worn.Length > 0)
                {
                    yield return worn;
                    KnownRegion[] people = [.. all.Where(region => Nouns.IsCalled("people", region.Phrase))];
                    coloured = [.. people.Where((_, index) => worn[index].Regions.Any(part => Nouns.IsClothing(part.Phrase) && Colours.In(part.Phrase).Contains(colour)))];
                }

                found.Excuse = coloured.Length == 0 ? $"By the model's names there {(all.Length == 1 ? "is" : "are")} {Sentences.Listed(all)}{(all.Length == 1 ? $", which is not {condition.Word}" : $"; none is {condition.Word}")}." : null;
                found.Take(coloured);
                break;
            case ConditionKind.Having or ConditionKind.Without:
                foreach (IReadOnlyList<PlannedCall> step in KeepHaving(condition, all, found))
                {
                    yield return step;
                }

                break;
            case ConditionKind.Place:
                List<MeasuredRegion> measured = [];
                foreach (IReadOnlyList<PlannedCall> step in Measure(found, measured))
                {
                    yield return step;
                }

                if (measured.Count == 0 || context.Size is not { } size)
                {
                    context.Say($"I could not check \"{condition.Said}\": I do not know how large the picture is.");
                    break;
                }

                KnownRegion[] there = [.. measured.Where(region => PicturePlace.IsOn(condition.Word, region, size)).Select(region => region.Region)];
                found.Excuse = there.Length == 0 ? $"Of what is asked for the model sees {string.Join(", ", measured.Select(region => $"{region.Region} {PicturePlace.Of(region, size)}"))}; none is {condition.Said}." : null;
                found.Take(there);
                break;
            case ConditionKind.OtherThan:
                Target without = new();
                foreach (IReadOnlyList<PlannedCall> step in Read(OneOf().Replace(condition.Of, $" {(label.Length == 0 ? "thing" : Nouns.Head(label))}"), without))
                {
                    yield return step;
                }

                // What is to be left out was not found: that was said, and nothing else is done instead.
                if (without.Count == 0)
                {
                    found.Excuse = string.Empty;
                    found.Take([]);
                    break;
                }

                foreach (IReadOnlyList<PlannedCall> step in DropSame(found, without.Regions))
                {
                    yield return step;
                }

                break;
            case ConditionKind.Compared:
                foreach (IReadOnlyList<PlannedCall> step in KeepCompared(condition, found))
                {
                    yield return step;
                }

                break;
            case ConditionKind.Unchecked:
                // What a thing does nobody here can tell; of one alone it need not be told.
                if (found.Count == 1)
                {
                    context.Say($"I did not check \"{condition.Said}\".");
                }
                else
                {
                    found.Excuse = Sentences.Unplanned($"{label} {condition.Said}", condition.Said);
                    found.Take([]);
                }

                break;
            case ConditionKind.Between:
                foreach (IReadOnlyList<PlannedCall> step in KeepBetween(condition, all, found))
                {
                    yield return step;
                }

                break;
            default:
                foreach (IReadOnlyList<PlannedCall> step in KeepRelated(condition, all, found))
                {
                    yield return step;
                }

                break;
        }
    }

    /// <summary>Those that are larger or smaller than another thing: "objects bigger than the tent".</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> KeepCompared(Condition condition, Target found)
    {
        Target anchor = new();
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in Read(condition.Of, anchor))
        {
            yield return step;
        }

        foreach (IReadOnlyList<PlannedCall> step in anchor.Count == 0 ? [] : DropSame(found, anchor.Regions.Take(1)))
        {
            yield return step;
        }

        if (anchor.Count == 0 || found.Count == 0)
        {
            found.Excuse = anchor.Count == 0 ? string.Empty : $"There is nothing but {Sentences.Listed(anchor)}.";
            found.Take([]);
            yield break;
        }

        Target all = Target.Holding([anchor.Regions[0], .. found.Regions]);
        foreach (IReadOnlyList<PlannedCall> step in Measure(all, measured))
        {
            yield return step;
        }

        string order = Wanted.Read($"the {Wanted.Superlative(condition.Word)} one").Order ?? "largest";
        MeasuredRegion? limit = measured.FirstOrDefault(one => one.Region.Handle == anchor.Regions[0].Handle);
        HashSet<string> kept = [.. measured.Where(one => limit is not null && MeasuredRegion.By(order)(one) < MeasuredRegion.By(order)(limit)).Select(one => one.Region.Handle)];
        string figures = string.Join(", ", measured.Select(one => $"{one.Region} {MeasuredRegion.Figure(one, order)}"));
        found.Excuse = limit is null ? all.Excuse ?? "Nothing could be measured." : kept.Count == 0 ? $"None is {condition.Said}: {figures}." : null;
        found.Take(found.Regions.Where(region => kept.Contains(region.Handle)));
        found.How = kept.Count > 0 ? figures : string.Empty;
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> KeepHaving(Condition condition, KnownRegion[] all, Target found)
    {
        // "In a white shirt and red shorts": both. What the model's own name says of it need not be looked for.
        string[] said = condition.Of.Split(" and ", StringSplitOptions.TrimEntries);
        string[] sought = [.. said.Select(part => Wanted.Read(part).Label)];
        int?[] numbers = [.. said.Select(part => part.Split(' ') is [var number, _, ..] ? NumberWords.Of(number) : null)];
        PlannedCall[] parts = [.. all.Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
        yield return parts;
        if (parts.All(call => call.Failed))
        {
            found.Excuse = parts[0].Excuse;
            found.Take([]);
            yield break;
        }

        // "With four windows": what is named as several in one region is counted by its pieces.
        Dictionary<(int Thing, int Part), int> counts = [];
        foreach ((int thing, int part) in numbers.Any(number => number is not null) ? Enumerable.Range(0, all.Length).SelectMany(thing => Enumerable.Range(0, sought.Length).Where(part => numbers[part] is not null).Select(part => (thing, part))) : [])
        {
            List<int> pieces = [];
            foreach (IReadOnlyList<PlannedCall> step in CountPieces(parts[thing].Regions.Where(region => Nouns.IsCalled(sought[part], region.Phrase)), pieces))
            {
                yield return step;
            }

            counts[(thing, part)] = pieces.Sum();
        }

        bool Has(int index) => sought.Index().All(one => Names(index, one.Item) && (numbers[one.Index] is not { } number || counts[(index, one.Index)] == number));
        bool Names(int index, string part) => (Nouns.Mentions(part, all[index].Phrase) && Colours.In(part).All(Colours.In(all[index].Phrase).Contains) || parts[index].Regions.Any(region => Nouns.IsCalled(part, region.Phrase)));
        found.Take(all.Where((_, index) => Has(index) == (condition.Kind == ConditionKind.Having)));
        found.IsSeen = true;
        foreach (string attribute in said.Select(part => Wanted.Read(part).Attribute).Where(attribute => attribute.Length > 0 && found.Count > 0 && !parts.Any(call => call.Regions.Any(region => region.Phrase.Contains(attribute, StringComparison.OrdinalIgnoreCase)))))
        {
            context.Say($"I did not check \"{attribute}\".");
        }

        found.Excuse = found.Count > 0 ? null : condition.Kind == ConditionKind.Having
            ? $"The model names no {string.Join(" and no ", sought.Zip(numbers, said).Select(one => one.Second is null ? one.First : one.Third))} among the parts of {Sentences.Listed(all)}." : $"The model names {condition.Of} among the parts of each of {Sentences.Listed(all)}.";
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> KeepRelated(Condition condition, KnownRegion[] all, Target found)
    {
        Target anchor = new();
        foreach (IReadOnlyList<PlannedCall> step in Read(condition.Of, anchor))
        {
            yield return step;
        }

        KnownRegion[] others = [.. all.Where(region => anchor.Regions.All(one => one.Handle != region.Handle))];
        if (anchor.Count == 0 || others.Length == 0)
        {
            // Why there is no anchor was said already.
            found.Excuse = anchor.Count == 0 ? string.Empty : $"There is nothing but {Sentences.Listed(anchor)}.";
            found.Take([]);
            yield break;
        }

        PlannedCall[] compared = [.. others.SelectMany(region => anchor.Regions.Select(one => PlannedCall.Compare(region.Handle, one.Handle)))];
        yield return compared;
        List<MeasuredRegion> measured = [];
        Target both = Target.Holding([.. others, .. anchor.Regions]);
        bool background = anchor.Regions.All(region => Nouns.IsBackground(region.Phrase));
        bool hangs = background && PairRelation.IsStanding(condition.Word);
        foreach (IReadOnlyList<PlannedCall> step in hangs || PairRelation.IsDepth(condition.Word) ? Measure(both, measured) : [])
        {
            yield return step;
        }

        double near = Near * (context.Size?.Width ?? UsualWidth);
        KnownRegion[] kept = [.. others.Where((region, index) => Enumerable.Range(index * anchor.Regions.Count, anchor.Regions.Count).Any(pair => Holds(pair, region, anchor.Regions[pair % anchor.Regions.Count])))];
        // Of several above a thing, those that are not off to a side.
        if (PairRelation.IsVertical(condition.Word) && anchor.Count == 1 && !background)
        {
            KnownRegion[] straight = [.. kept.Where(region => !PairRelation.IsAside(PairRelation.First(compared[Array.IndexOf(others, region)])))];
            kept = straight.Length > 0 ? straight : kept;
        }

        found.Take(kept);
        found.Excuse = kept.Length > 0 ? null
            : $"The model sees {Sentences.Listed(others)}, but {(others.Length == 1 ? "it is not" : "none of them is")} {condition.Word} {Sentences.Listed(anchor)}{(others.Length == 1 && !compared[0].Failed ? $": it {PairRelation.InWords(PairRelation.First(compared[0]))} it" : string.Empty)}.";
        if (kept.Length > 0 && PairRelation.IsDepth(condition.Word))
        {
            found.How = "judged by their lower edges";
        }
        else if (kept.Length > 0 && PairRelation.IsNear(condition.Word))
        {
            found.How = $"at most {Sentences.Pixels(near)} away";
        }

        // Snow on the ground is the ground.
        bool Holds(int pair, KnownRegion region, KnownRegion one) => !compared[pair].Failed && (PairRelation.IsSame(PairRelation.First(compared[pair])) ? hangs
            : PairRelation.IsDepth(condition.Word) ? !PairRelation.IsWithin(PairRelation.First(compared[pair])) && PairRelation.IsInFront(measured, region, one) is { } front && front != condition.Word.StartsWith("behind", StringComparison.Ordinal) && (front || PairRelation.Meet(measured, region, one))
                : PairRelation.IsNear(condition.Word) ? PairRelation.Gap(PairRelation.First(compared[pair])) <= near
                : PairRelation.Holds(condition.Word, PairRelation.First(compared[pair]), background) == true && (!hangs || !PairRelation.ReachesBelow(measured, region, one)));
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> KeepBetween(Condition condition, KnownRegion[] all, Target found)
    {
        (Target a, Target b) = (new Target(), new Target());
        string[] ends = condition.Of.Split(" and ", 2, StringSplitOptions.TrimEntries);
        foreach (IReadOnlyList<PlannedCall> step in ends.Length == 2 ? Read(ends[0], a).Concat(Read(ends[1], b)) : ResolvePair(condition.Of, a, b))
        {
            yield return step;
        }

        if (a.Count == 0 || b.Count == 0)
        {
            found.Excuse = string.Empty;
            found.Take([]);
            yield break;
        }

        foreach (IReadOnlyList<PlannedCall> step in Between(all, a.Regions[0], b.Regions[0], found))
        {
            yield return step;
        }

        found.Excuse = found.Count > 0 ? null : $"None of {Sentences.Listed(all)} is between {a.Regions[0]} and {b.Regions[0]}.";
    }

    /// <summary>Those of some regions that lie between two.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Between(IReadOnlyList<KnownRegion> all, KnownRegion a, KnownRegion b, Target found)
    {
        KnownRegion[] others = [.. all.Where(region => region.Handle != a.Handle && region.Handle != b.Handle)];
        PlannedCall[] calls = [.. others.SelectMany(region => (PlannedCall[])[PlannedCall.Compare(region.Handle, a.Handle), PlannedCall.Compare(region.Handle, b.Handle)])];
        if (calls.Length > 0)
        {
            yield return calls;
        }

        found.Take(others.Where((_, index) => !calls[2 * index].Failed && !calls[(2 * index) + 1].Failed && PairRelation.IsBetween(PairRelation.First(calls[2 * index]), PairRelation.First(calls[(2 * index) + 1]))));
    }

    /// <summary>Puts the first of an order, or some of them, into the target, and how they compare into its <see cref="Target.How"/>.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Sort(Wanted wanted, string order, string? near, Target found)
    {
        Target anchor = new();
        List<MeasuredRegion> measured = [];
        (KnownRegion Region, double Key, string Figure)[] sorted;
        if (order is "nearest" or "farthest")
        {
            foreach (IReadOnlyList<PlannedCall> step in near is null ? [] : Read(near, anchor))
            {
                yield return step;
            }

            if (anchor.Count == 0)
            {
                found.Excuse = near is null ? $"I cannot tell what is {order} without what it is {order} to." : string.Empty;
                found.Take([]);
                yield break;
            }

            // What is nearest to a thing is not that thing, which the list of objects has once more.
            bool mayBeItself = IsObjects(wanted.Label) || anchor.Regions[0].Phrase.Length == 0 || Nouns.Fits(wanted.Label, anchor.Regions[0].Phrase);
            foreach (IReadOnlyList<PlannedCall> step in mayBeItself ? DropSame(found, anchor.Regions.Take(1)) : [])
            {
                yield return step;
            }

            PlannedCall[] gaps = [.. found.Regions.Select(region => PlannedCall.Compare(region.Handle, anchor.Regions[0].Handle))];
            if (gaps.Length > 0)
            {
                yield return gaps;
            }

            sorted = [.. found.Regions.Zip(gaps).Where(one => !one.Second.Failed).Select(one => (one.First, PairRelation.Gap(PairRelation.First(one.Second)))).Select(one => (one.First, order == "nearest" ? one.Item2 : -one.Item2, $"{Sentences.Pixels(one.Item2)} away"))];
        }
        else
        {
            foreach (IReadOnlyList<PlannedCall> step in Measure(found, measured))
            {
                yield return step;
            }

            sorted = [.. measured.Select(region => (region.Region, MeasuredRegion.By(order)(region), MeasuredRegion.Figure(region, order)))];
        }

        sorted = [.. sorted.OrderBy(one => one.Key)];
        int all = sorted.Length;
        if (all == 0)
        {
            found.Excuse ??= "Nothing could be measured.";
            found.Take([]);
            yield break;
        }

        if (wanted.Nth > all)
        {
            found.Excuse = $"There {(all == 1 ? "is only one" : $"are only {all}")}: {Sentences.Listed([.. sorted.Select(one => one.Region)])}.";
            found.Take([]);
            yield break;
        }

        found.Take((wanted.Nth is { } nth ? sorted.Skip(nth - 1).Take(1) : wanted.Top is { } top ? sorted.Take(top) : wanted.All && near is not null ? sorted : sorted.Take(1)).Select(one => one.Region));
        string to = anchor.Count > 0 ? $" to {anchor.Regions[0]}" : string.Empty;
        string figures = string.Join(", ", sorted.Take(MostFigures).Select(one => $"{one.Region} {one.Figure}")) + (all > MostFigures ? $" and {all - MostFigures} more" : string.Empty);
        found.Rank = wanted.Nth is { } place ? $"{Wanted.Ordinal(place)} {(order switch { "left_to_right" => "from the left", "right_to_left" => "from the right", "top_to_bottom" => "from the top", "bottom_to_top" => "from the bottom", _ => MeasuredRegion.InWords(order) })}{to}" : $"{MeasuredRegion.InWords(order)}{to}";
        found.How = all == 1 ? "the only one" : $"of {all} the {found.Rank}: {figures}";
        found.Of = all;
        found.Figures = figures;
    }

    private const int MostFigures = 6;

    /// <summary>Takes out what is one of some regions, found otherwise.</summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> DropSame(Target found, IEnumerable<KnownRegion> without)
    {
        KnownRegion[] dropped = [.. without];
        KnownRegion[] rest = [.. found.Regions.Where(region => dropped.All(one => one.Handle != region.Handle))];
        (KnownRegion Region, PlannedCall[] Calls)[] compared = [.. rest.Select(region => (region, dropped.Select(one => PlannedCall.Compare(region.Handle, one.Handle)).ToArray()))];
        if (rest.Length > 0 && dropped.Length > 0)
        {
            yield return [.. compared.SelectMany(one => one.Calls)];
        }

        found.Take(compared.Where(one => one.Calls.All(call => call.Failed || !PairRelation.IsSame(PairRelation.First(call)))).Select(one => one.Region));
    }
}
