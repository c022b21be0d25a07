using MGLMM.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Planning.Steps;

/// <summary>What there is: the model's lists, each asked for once, and all of a kind.</summary>
internal sealed partial class TargetFinder
{
    private const int WholePage = 100;

    private const string Panoptic = "panoptic";
    private const string Instance = "instance";

    private readonly Dictionary<string, PlannedCall> _lists = new(StringComparer.Ordinal);

    /// <summary>All regions of a list that tells but the first.</summary>
    private readonly Dictionary<string, PlannedCall> _pages = new(StringComparer.Ordinal);

    private IReadOnlyList<KnownRegion>? _everything;

    private string? ObjectsSet => _lists.TryGetValue(Instance, out PlannedCall? objects) && objects is { Failed: false, Empty: false } ? objects.Set : null;

    /// <summary>All that the model names, the background too, each by itself.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Seen(Target found) => List(Panoptic, found);

    /// <summary>
    /// All things, each once: the model's list of objects, and what its description of the whole picture names besides, for either may leave some out.
    /// </summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Everything(Target found)
    {
        if (_everything is null)
        {
            Target objects = new();
            Target seen = new();
            foreach (IReadOnlyList<PlannedCall> step in List(Instance, objects))
            {
                yield return step;
            }

            if (objects.Count == 0 && objects.Excuse is not null)
            {
                found.Excuse = objects.Excuse;
                yield break;
            }

            foreach (IReadOnlyList<PlannedCall> step in List(Panoptic, seen))
            {
                yield return step;
            }

            KnownRegion[] others = [.. seen.Regions.Where(region => region.Phrase.Length > 0 && !Nouns.IsBackground(region.Phrase) && objects.Regions.All(one => one.Handle != region.Handle))];

            // One to one by their phrases; what is left over may be another view of something, or left out of the list.
            List<string> named = [.. objects.Regions.Select(region => EnglishPhrases.WithoutArticle(region.Phrase).ToLowerInvariant())];
            KnownRegion[] left = [.. others.Where(region => !named.Remove(EnglishPhrases.WithoutArticle(region.Phrase).ToLowerInvariant()))];
            PlannedCall[] compared = [.. left.SelectMany(region => objects.Regions.Select(one => PlannedCall.Compare(region.Handle, one.Handle)))];
            if (compared.Length > 0)
            {
                yield return compared;
            }

            List<KnownRegion> everything = [.. objects.Regions];
            foreach ((int index, KnownRegion region) in left.Index())
            {
                (KnownRegion Known, PlannedCall Call)[] pairs = [.. objects.Regions.Select((one, at) => (one, compared[(index * objects.Regions.Count) + at])).Where(pair => !pair.Item2.Failed)];
                KnownRegion? over = pairs.FirstOrDefault(pair => !PairRelation.IsSame(PairRelation.First(pair.Call)) && PairRelation.IsWithin(PairRelation.First(pair.Call)) && Nouns.Head(pair.Known.Phrase) == Nouns.Head(region.Phrase)).Known;

                // One mask over two of a kind: the two of the description tell it.
                if (over is not null && others.FirstOrDefault(one => EnglishPhrases.Same(one.Phrase, over.Phrase)) is { } counterpart && !EnglishPhrases.Same(region.Phrase, over.Phrase))
                {
                    everything.Remove(over);
                    everything.AddRange([counterpart, region]);
                }
                else if (pairs.Length == objects.Regions.Count && !pairs.Any(pair => PairRelation.IsSame(PairRelation.First(pair.Call)) || PairRelation.HidesIn(PairRelation.First(pair.Call))))
                {
                    everything.Add(region);
                }
            }

            _everything = everything;
        }

        found.Take(_everything);
    }

    /// <summary>All of a kind, whatever else is said of them; where there are none, or the model may mean others, that is told.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Kind(Wanted wanted, Target found)
    {
        foreach (IReadOnlyList<PlannedCall> step in Candidates(wanted with { Conditions = [] }, found))
        {
            yield return step;
        }

        if (found.Count == 0 || found.IsDoubtful)
        {
            context.Say(found.IsDoubtful ? Sentences.Doubt(wanted.Label, found) : found.Excuse ?? $"The model sees no {wanted.Label} in the picture.");
        }
    }

    /// <summary>All of a kind; of these what the words behind the noun say, sorted and picked.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Candidates(Wanted wanted, Target found)
    {
        foreach (IReadOnlyList<PlannedCall> step in OfKind(wanted, found))
        {
            yield return step;
        }

        context.PointAt(found);
    }

    /// <summary>The same, without making it what "it" stands for.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> OfKind(Wanted wanted, Target found)
    {
        // What was not understood is not done by half.
        if (wanted.Unread.Length > 0)
        {
            (found.IsUnread, found.Excuse) = (true, Sentences.Unplanned(wanted.Expression, wanted.Unread));
            yield break;
        }

        // Which of all things are round nothing here can tell.
        if (wanted.Attribute.Length > 0 && IsObjects(Nouns.Head(wanted.Label)))
        {
            (found.IsUnread, found.Excuse) = (true, Sentences.Unplanned(wanted.Expression, wanted.Attribute));
            yield break;
        }

        foreach (IReadOnlyList<PlannedCall> step in Kind(wanted.Label, found))
        {
            yield return step;
        }

        // "The red tree" may be among the trees, though the model finds it by no such name.
        if (found.Count == 0 && found.Excuse is not { Length: 0 } && Nouns.WithoutColour(wanted.Label) is { } bare)
        {
            Target any = new();
            foreach (IReadOnlyList<PlannedCall> step in Kind(bare, any))
            {
                yield return step;
            }

            found.Take(any.IsDoubtful ? [] : any.Regions.Where(region => Nouns.HasColour(region.Phrase) && Nouns.IsCalled(wanted.Label, region.Phrase)));
            found.Excuse = found.Count == 0 && any is { Count: > 0, IsDoubtful: false } ? $"The model sees no {wanted.Label}; it names {Sentences.Listed(any)}." : found.Excuse;
        }

        foreach (IReadOnlyList<PlannedCall> step in found.Count > 0 ? Choose(wanted, found) : [])
        {
            yield return step;
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> List(string granularity, Target found)
    {
        if (!_lists.TryGetValue(granularity, out PlannedCall? list))
        {
            list = PlannedCall.Segment(context.Image, granularity);
            yield return [list];
            _lists[granularity] = list;
        }

        found.Excuse = list.Failed ? list.Excuse : null;
        IReadOnlyList<KnownRegion> regions = list.Regions;
        if (list.Count > list.Regions.Count && list.Set is { } set)
        {
            if (!_pages.TryGetValue(granularity, out PlannedCall? page))
            {
                page = PlannedCall.Get(set, "phrase, box_xyxy_px", WholePage);
                yield return [page];
                _pages[granularity] = page;
            }

            (regions, list) = page.Failed ? (regions, list) : (page.Regions, page);
        }

        IReadOnlySet<string> repeated = list.Repeated;
        found.Take(regions.Where(region => !repeated.Contains(region.Handle)));
    }

    /// <summary>All of a kind: from the list of objects and from what the model finds by name; of parts, from the parts of all.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Kind(string label, Target found)
    {
        bool isArea = Nouns.Head(label) is "area" or "region";
        if (isArea || IsObjects(label) || IsObjects(Nouns.Head(label)))
        {
            foreach (IReadOnlyList<PlannedCall> step in isArea ? Seen(found) : Everything(found))
            {
                yield return step;
            }

            string[] colours = Colours.In(label);
            HashSet<string> answered = [];
            foreach (IReadOnlyList<PlannedCall> step in colours is [{ } only] ? AskColour(found.Regions, only, answered) : [])
            {
                yield return step;
            }

            found.IsSeen = true;
            Target parts = new();
            KnownRegion[] coloured = [.. found.Regions.Where(region => answered.Contains(region.Handle) || colours.All(Colours.In(region.Phrase).Contains))];
            foreach (IReadOnlyList<PlannedCall> step in coloured.Length == 0 && colours.Length == 1 ? ColouredParts(colours[0], parts) : [])
            {
                yield return step;
            }

            coloured = [.. coloured, .. parts.Regions];
            found.Excuse = coloured.Length == 0 && found.Count > 0 ? $"The model calls nothing in the picture {string.Join(" and ", colours)}; it names {Sentences.Listed(found)}." : found.Excuse;
            found.Take(coloured);
            yield break;
        }

        Target objects = new();
        foreach (IReadOnlyList<PlannedCall> step in List(Instance, objects))
        {
            yield return step;
        }

        // A model that knows no captions with masks may still know names.
        PlannedCall list = _lists[Instance];
        if (list.Failed && list.Text("code") != ToolErrorCodes.NotSupported)
        {
            found.Excuse = list.Excuse;
            yield break;
        }

        if (IsPartOrClothing(label) && list is { Failed: false, Empty: false })
        {
            foreach (IReadOnlyList<PlannedCall> step in PartsOfAll(label, found))
            {
                yield return step;
            }

            yield break;
        }

        // All of the kind are asked for as well, for a list may leave some out.
        PlannedCall asked = PlannedCall.Refer(context.Image, Nouns.IsBackground(label) ? "the " + label : "all " + EnglishPhrases.Plural(label));
        PlannedCall? chosen = ObjectsSet is { } set ? PlannedCall.Select(set, Nouns.Labels(label)) : null;
        yield return chosen is null ? [asked] : [asked, chosen];
        if (chosen is { Failed: false } && chosen.Count > chosen.Regions.Count)
        {
            found.TakeAll(chosen);
            yield break;
        }

        // A choice by label falls back on phrases that only mention it: a boat beside a dog is no dog.
        found.Take(chosen is { Failed: false } ? chosen.Regions.Where(region => !chosen.Repeated.Contains(region.Handle) && Nouns.Fits(label, region.Phrase)) : []);
        foreach (IReadOnlyList<PlannedCall> step in found.Count > 0 ? LeftOut(asked, label, found) : ByName(asked, chosen, label, found))
        {
            yield return step;
        }
    }

    /// <summary>What has a name that the list of objects has none of.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> ByName(PlannedCall asked, PlannedCall? chosen, string label, Target found)
    {
        Target seen = new();
        foreach (IReadOnlyList<PlannedCall> step in chosen is { Failed: false } ? Seen(seen) : [])
        {
            yield return step;
        }

        KnownRegion[] listed = [.. seen.Regions.Where(region => Nouns.IsCalled(label, region.Phrase))];
        List<KnownRegion> strays = asked.Failed ? [] : [.. Strays(asked, label)];
        IReadOnlySet<string> repeated = asked.Repeated;
        KnownRegion[] marked = asked.Failed ? [] : [.. asked.Regions.Except(strays).Where(region => !repeated.Contains(region.Handle))];
        if (marked.Length >= listed.Length && marked.Length > 0)
        {
            // A model that listed other things may say yes to any name: a dog becomes a cat when asked for cats.
            found.Take(marked);
            found.IsDoubtful = chosen is { Failed: false } && listed.Length == 0;
            if (asked.Count > asked.Regions.Count && strays.Count == 0 && repeated.Count == 0)
            {
                found.TakeAll(asked);
            }
        }
        else if (listed.Length > 0)
        {
            found.Take(listed);
        }
        else if (strays.Count > 0)
        {
            found.Excuse = Mismatch(EnglishPhrases.Plural(label), strays);
        }
        else
        {
            found.Excuse = asked.Failed ? asked.Excuse : chosen is { Failed: true } ? chosen.Excuse : Absence(asked, label);
            found.IsAbsent = !asked.Failed && chosen is not { Failed: true } && Denies(asked, label);
        }
    }

    /// <summary>
    /// Adds what the model's list of objects left out and it finds when asked for the kind: of a kind that it named, that is no other thing taken for it.
    /// </summary>
    private static IEnumerable<IReadOnlyList<PlannedCall>> LeftOut(PlannedCall asked, string label, Target found)
    {
        KnownRegion[] others = asked.Failed || asked.Empty ? [] : [.. asked.Regions.Where(region => Nouns.IsCalled(label, region.Phrase) && !asked.Repeated.Contains(region.Handle))];
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
        (string, string)[] alike = [.. PairRelation.Alike(compared.Result, known)];
        HashSet<string> several =
        [
            .. shared.GroupBy(pair => pair.Known)
                .Where(group => group.Select(pair => pair.Other).Distinct().ToArray() is { Length: > 1 } parts && !alike.Any(pair => parts.Contains(pair.Item1) && parts.Contains(pair.Item2)))
                .Select(group => group.Key),
        ];
        HashSet<string> there = [.. shared.Where(pair => !several.Contains(pair.Known)).Select(pair => pair.Other)];
        KnownRegion[] more = [.. others.Where(region => !there.Contains(region.Handle) && !alike.Any(pair => pair.Item2 == region.Handle && !there.Contains(pair.Item1)))];
        if (more.Length > 0)
        {
            found.Take([.. found.Regions.Where(region => !several.Contains(region.Handle)), .. more]);
        }
    }

    /// <summary>The parts of that name of all objects, "all windows"; what the model names so by itself, such as the wall of a room.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> PartsOfAll(string name, Target found)
    {
        Target seen = new();
        foreach (IReadOnlyList<PlannedCall> step in Nouns.IsBackground(name) ? Seen(seen) : [])
        {
            yield return step;
        }

        found.IsSeen = true;
        found.Take(seen.Regions.Where(region => Nouns.IsCalled(name, region.Phrase)));
        if (found.Count > 0)
        {
            yield break;
        }

        Target objects = new();
        foreach (IReadOnlyList<PlannedCall> step in Everything(objects))
        {
            yield return step;
        }

        // At once, for no answer needs another.
        PlannedCall[] asked = [.. objects.Regions.Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
        yield return asked;
        found.Take(asked.Where(call => !call.Failed).SelectMany(call => call.Regions.Where(region => Nouns.IsCalled(name, region.Phrase))));
        if (found.Regions.Count == 0)
        {
            found.Excuse = asked.All(call => call.Failed) ? asked[0].Excuse : $"The model names no {name} among the objects of the picture, nor among their parts.";
        }
    }
}
