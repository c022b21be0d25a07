using System.Text.RegularExpressions;
using MGLMM.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Planning.Steps;

/// <summary>Finds the regions that words stand for. What the model names otherwise than was asked for is told, and not taken.</summary>
internal sealed partial class TargetFinder(PlanContext context)
{
    private PlannedCall? _objects;

    /// <summary>Whether words mean the picture as a whole.</summary>
    public static bool IsScene(string words) => Scene().IsMatch(words);

    /// <summary>What "everything but ..." leaves out; null where words are no such thing.</summary>
    public static string? AllBut(string words) => Else().Match(words.Trim()) is { Success: true } match ? match.Groups["what"] is { Length: > 0 } what ? what.Value : "them" : null;

    /// <summary>Whether words mean all objects, without the background.</summary>
    public static bool IsObjects(string words) => Objects().IsMatch(words);

    /// <summary>The regions that words stand for: those just dealt with, known ones that fit alone, or what the model finds.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Resolve(string words, Target found)
    {
        foreach (IReadOnlyList<PlannedCall> step in Read(words, found))
        {
            yield return step;
        }

        context.PointAt(found);
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Read(string words, Target found)
    {
        words = MaskOf().Replace(words.Trim(), string.Empty);
        Wanted wanted = Wanted.Read(Tail().Replace(words, string.Empty));
        if (AllBut(words) is { } others)
        {
            return Rest(others, found);
        }

        if (Handles().Matches(words) is { Count: > 0 } named)
        {
            found.Take(named.Select(match => context.Region(match.Value)));
            return [];
        }

        if (Together().Match(words) is { Success: true } together)
        {
            return AsOne(together.Groups["what"].Value, found);
        }

        if (Listed(words) is { Count: > 1 } several)
        {
            return Each(several, found);
        }

        if (Colours.OfAnything(words) is { } colour)
        {
            return Coloured(colour, found);
        }

        // "The windows of the blue house" are parts of one house, not of all.
        if (PartOf().Match(wanted.Expression) is { Success: true } own && Nouns.IsPart(own.Groups["part"].Value) && !EnglishNouns.IsPlural(Nouns.Head(Wanted.Read(own.Groups["whole"].Value).Expression)))
        {
            return Part(own.Groups["part"].Value, own.Groups["whole"].Value, found);
        }

        return wanted.IsPronoun && context.Pointed is { } last ? Page(last, found)
            : IsScene(wanted.Expression) || wanted.IsPronoun ? All(wanted, found)
            : wanted.Order is not null || wanted.All ? Several(wanted, found)
            : PartOf().Match(wanted.Expression) is { Success: true } part ? Part(part.Groups["part"].Value, part.Groups["whole"].Value, found)
            : One(wanted, found);
    }

    /// <summary>Two sets of words; where the model has to find both, at once.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> ResolveBoth(string first, Target a, string second, Target b)
    {
        (Wanted one, Wanted other) = (Wanted.Read(first), Wanted.Read(second));
        if (Other().Match(second.Trim()) is { Success: true } rest)
        {
            foreach (IReadOnlyList<PlannedCall>? step in Resolve(first, a).Concat(TheOther(rest.Groups["noun"].Value is { Length: > 0 } noun ? Wanted.Read(noun).Label : one.Label, a, b)))
            {
                yield return step;
            }

            yield break;
        }

        if (IsPlain(one, first) && IsPlain(other, second))
        {
            (PlannedCall left, PlannedCall right) = (Refer(one), Refer(other));
            yield return [left, right];
            Take(left, one.Expression, a);
            Take(right, other.Expression, b);
            Target both = new();
            both.Take([.. a.Regions, .. b.Regions]);
            context.PointAt(both);
            yield break;
        }

        // "The left tree" and "the right one".
        context.LastLabel = one.Label.Length > 0 ? one.Label : context.LastLabel;

        foreach (IReadOnlyList<PlannedCall>? step in Resolve(first, a).Concat(Resolve(second, b)))
        {
            yield return step;
        }
    }

    /// <summary>Two of one kind, "the two houses"; neither, with words for it, where there are fewer or more.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> ResolvePair(string words, Target a, Target b)
    {
        Target both = new();
        foreach (IReadOnlyList<PlannedCall> step in Resolve(words, both))
        {
            yield return step;
        }

        if (both.Count == 2)
        {
            a.Take(both.Regions.Take(1));
            b.Take(both.Regions.Skip(1));
        }
        else if (both.Count > 0)
        {
            context.Say($"I found {Sentences.Listed(both)}; name two of them.");
        }
    }

    /// <summary>All of a kind, sorted and picked: from the list of objects, or, where that has none, from what the model finds by name.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Candidates(Wanted wanted, Target found)
    {
        if (MeasuredRegion.By(wanted.Order) is { } by)
        {
            foreach (IReadOnlyList<PlannedCall> step in Extreme(wanted, by, found))
            {
                yield return step;
            }

            yield break;
        }

        string? near = (string?)null;
        if (wanted.Near is not null)
        {
            Target beside = new();
            foreach (IReadOnlyList<PlannedCall> step in Resolve(wanted.Near, beside))
            {
                yield return step;
            }

            if (beside.Regions.Count == 0)
            {
                // That was said already.
                found.Excuse = string.Empty;
                yield break;
            }

            near = beside.Regions[0].Handle;
        }

        if (_objects is null)
        {
            _objects = PlannedCall.Segment(context.Image, "instance");
            yield return [_objects];
        }

        // A model that knows no captions with masks may still know names.
        if (_objects.Failed && _objects.Text("code") != ToolErrorCodes.NotSupported)
        {
            found.Excuse = _objects.Excuse;
            yield break;
        }

        if (wanted.Label.Length > 0 && Nouns.IsPart(wanted.Label) && wanted.Order is null && _objects is { Failed: false, Empty: false })
        {
            foreach (IReadOnlyList<PlannedCall> step in PartsOfAll(wanted.Label, found))
            {
                yield return step;
            }

            yield break;
        }

        // All of a kind are asked for as well, for a list may leave some out. The choice is made last: "them" is what it chose.
        PlannedCall? chosen = null;
        PlannedCall? asked = wanted is { All: true, Order: null, Label.Length: > 0 } && !IsObjects(wanted.Label) ? PlannedCall.Refer(context.Image, "all " + EnglishPhrases.Plural(wanted.Label)) : null;
        if (_objects.Set is { } objects && !_objects.Empty)
        {
            chosen = Select(wanted, objects, near);
            yield return asked is null ? [chosen] : [asked, chosen];
        }
        else if (asked is not null)
        {
            yield return [asked];
        }

        // A choice by label falls back on phrases that only mention it: a boat beside a dog is no dog.
        List<KnownRegion> strays = chosen is { Failed: false } ? Strays(chosen, wanted.Label) : [];
        if ((chosen is null || chosen.Empty || chosen.Failed || strays.Count == chosen.Regions.Count) && wanted.Label.Length > 0)
        {
            PlannedCall referred = asked ?? PlannedCall.Refer(context.Image, "all " + EnglishPhrases.Plural(wanted.Label));
            if (asked is null)
            {
                yield return [referred];
            }

            if (referred.Set is not { } set || referred.Empty || referred.Failed)
            {
                // What was wrong with the choice, where there was something to choose from.
                found.Excuse = referred.Failed ? referred.Excuse : chosen is { Failed: true } ? chosen.Excuse : Absence(referred, wanted.Label);
                found.IsAbsent = !referred.Failed && chosen is not { Failed: true } && Denies(referred, wanted.Label);
                yield break;
            }

            // A model may find one thing twice, and name things that are none of those that it was asked for.
            IReadOnlySet<string> repeated = referred.Repeated;
            strays = [.. Strays(referred, wanted.Label), .. referred.Regions.Where(region => repeated.Contains(region.Handle))];
            if (strays.Count > 0 && strays.Count == referred.Regions.Count)
            {
                found.Excuse = Mismatch(EnglishPhrases.Plural(wanted.Label), strays);
                yield break;
            }

            // A model that listed other things may say yes to any name: a dog becomes a cat when asked for cats.
            found.IsDoubtful = chosen is { Failed: false };

            // The name was in the question, so it need not be in the phrase.
            string handles = strays.Count == 0 ? set : string.Join(", ", referred.Regions.Except(strays).Select(region => region.Handle));
            chosen = Select(wanted with { Label = string.Empty }, handles, near);
            strays = [];
            yield return [chosen];
        }

        if (chosen is { Failed: true })
        {
            found.Excuse = chosen.Excuse;
        }
        else if (chosen is not null && chosen.Count > chosen.Regions.Count)
        {
            found.TakeAll(chosen);
        }
        else
        {
            found.Take((chosen?.Regions ?? []).Except(strays));
            IEnumerable<IReadOnlyList<PlannedCall>> more = asked is not null && found is { Count: > 0, IsDoubtful: false } ? LeftOut(asked, wanted.Label, found)
                : MayBeItself(wanted, near) ? WithoutItself(wanted, near!, found) : [];
            foreach (IReadOnlyList<PlannedCall> step in more)
            {
                yield return step;
            }
        }

        context.PointAt(found);
    }

    /// <summary>The parts of a region that have a name, or all where no name is asked for.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Parts(KnownRegion whole, string name, Target found)
    {
        PlannedCall parts = PlannedCall.Segment(context.Image, "part", whole.Handle);
        yield return [parts];
        if (parts.Failed)
        {
            found.Excuse = parts.Excuse;
            yield break;
        }

        found.Take(parts.Regions.Where(region => region.Phrase.Length > 0 && Nouns.Fits(name, region.Phrase)));
        if (found.Regions.Count == 0)
        {
            found.Excuse = parts.Regions.Count == 0 ? $"The model sees no parts of {whole}."
                : $"The model names no {name} among the parts of {whole}; it names {Sentences.Listed(parts.Regions)}.";
        }
    }

    /// <summary>All objects, each by itself: a result may list fewer than there are.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Everything(Target found)
    {
        if (_objects is null)
        {
            _objects = PlannedCall.Segment(context.Image, "instance");
            yield return [_objects];
        }

        found.Excuse = _objects.Failed ? _objects.Excuse : null;
        found.Take(_objects.Regions);
        if (_objects.Count > _objects.Regions.Count && _objects.Set is { } set)
        {
            PlannedCall page = PlannedCall.Get(set, "phrase");
            yield return [page];
            found.Take(page.Failed ? _objects.Regions : page.Regions);
        }
    }

    /// <summary>The parts of that name of all objects: "all windows".</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> PartsOfAll(string name, Target found)
    {
        Target objects = new();
        foreach (IReadOnlyList<PlannedCall> step in Everything(objects))
        {
            yield return step;
        }

        // At once, for no answer needs another.
        PlannedCall[] asked = [.. objects.Regions.Select(region => PlannedCall.Segment(context.Image, "part", region.Handle))];
        yield return asked;
        found.Take(asked.Where(call => !call.Failed).SelectMany(call => call.Regions.Where(region => region.Phrase.Length > 0 && Nouns.Fits(name, region.Phrase))));
        if (found.Regions.Count == 0)
        {
            found.Excuse = asked.All(call => call.Failed) ? asked[0].Excuse : $"The model names no {name} among the objects of the picture, nor among their parts.";
        }
    }

    private static bool IsPlain(Wanted wanted, string words) =>
        !Together().IsMatch(words) && wanted is { IsPronoun: false, Order: null, All: false } && !Handles().IsMatch(words) && !Else().IsMatch(words) && !PartOf().IsMatch(wanted.Expression);

    private static List<KnownRegion> Strays(PlannedCall call, string label) =>
        [.. call.Regions.Where(region => label.Length > 0 && !IsObjects(label) && !Nouns.Fits(label, region.Phrase))];

    private static string Mismatch(string asked, IReadOnlyList<KnownRegion> found) =>
        $"I find no {asked}. What the model marked when asked is called {Sentences.Listed(found)}. Name it by its handle if you mean it.";

    /// <summary>
    /// That something was not found. Where the model's words do not speak of it, they tell nothing about the picture: it may not know the word.
    /// </summary>
    private static string Absence(PlannedCall call, string asked) =>
        call.UnknownWord is { } word ? $"The model does not know the word \"{word}\", so it cannot say whether there is one in the picture."
        : !Denies(call, asked) ? $"I find no {asked}, but the model's answer does not speak of one, so it may not know the word. It says: {call.Said}"
        : $"The model sees no {asked} in the picture.";

    /// <summary>Whether an answer without regions tells of what was asked for: an empty one does, and one whose words speak of it.</summary>
    private static bool Denies(PlannedCall call, string asked) => call.UnknownWord is null && (call.Said.Length == 0 || Nouns.Mentions(asked, call.Said));

    /// <summary>The pieces of a list, "the tent and the tree"; one where it is none.</summary>
    private static IReadOnlyList<string> Listed(string words)
    {
        string[] pieces = ListBreak().Split(words);

        // "Between the house and the tree", "in a white shirt and red shorts": the second belongs to what the first says of its own.
        return pieces.Length > 1 && pieces.All(piece => piece.Length > 0)
            && !pieces.SkipLast(1).Any(piece => Relative().IsMatch(piece)) && pieces.Skip(1).All(piece => Determined().IsMatch(piece) || Bare().IsMatch(piece))
            ? pieces : [words];
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Each(IReadOnlyList<string> pieces, Target found)
    {
        List<KnownRegion> regions = [];

        // "The biggest and the smallest cloud".
        string noun = Wanted.Read(pieces[^1]) is { Order: not null, Label: var label } ? label : string.Empty;
        foreach (string piece in pieces)
        {
            Target one = new();
            foreach (IReadOnlyList<PlannedCall> step in Resolve(Wanted.Read(piece) is { Order: not null, Label.Length: 0 } ? $"{piece} {noun}" : piece, one))
            {
                yield return step;
            }

            // A result may list fewer than its set has; the set's handle then stands for them.
            regions.AddRange(one.Count > one.Regions.Count ? [new KnownRegion(one.Handles, $"{one.Count} regions")] : one.Regions);
        }

        found.Take(regions);
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Page(string set, Target found)
    {
        PlannedCall page = PlannedCall.Get(set, "phrase");
        yield return [page];
        found.TakeAll(page);
        Excuse(page, "them", found);
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> All(Wanted wanted, Target found)
    {
        PlannedCall all = PlannedCall.Segment(context.Image, IsObjects(wanted.Expression) ? "instance" : "panoptic");
        yield return [all];
        found.TakeAll(all);
        Excuse(all, "anything", found);
    }

    /// <summary>The picture without what words stand for.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Rest(string words, Target found)
    {
        Target without = new();
        foreach (IReadOnlyList<PlannedCall> step in Resolve(words, without))
        {
            yield return step;
        }

        if (without.Regions.Count > 0)
        {
            PlannedCall rest = PlannedCall.Combine("invert", without.Handles);
            yield return [rest];
            found.Take(rest.Regions.Select(region => region with { Phrase = $"everything but {Sentences.Listed(without)}" }));
            Excuse(rest, "rest", found);
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Several(Wanted wanted, Target found)
    {
        Wanted kind = wanted.Label.Length > 0 ? wanted : wanted with { Label = context.LastLabel ?? string.Empty };
        foreach (IReadOnlyList<PlannedCall> step in Candidates(IsObjects(kind.Label) ? kind with { Label = string.Empty } : kind, found))
        {
            yield return step;
        }

        if (found is { IsDoubtful: true, Count: > 0 })
        {
            context.Say(Sentences.Doubt(kind.Label, found));
        }

        if (found.Regions.Count == 0)
        {
            context.Say(found.Excuse ?? $"The model sees no {(wanted.Label.Length > 0 ? wanted.Label : "such thing")} in the picture.");
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Part(string part, string whole, Target found)
    {
        Target thing = new();
        foreach (IReadOnlyList<PlannedCall> step in Resolve(whole, thing))
        {
            yield return step;
        }

        // "The wheels of the cars" are those of each.
        List<KnownRegion> parts = [];
        foreach (KnownRegion? region in thing.Regions.Take(EnglishNouns.IsPlural(Nouns.Head(part)) || thing.Regions.Count < 2 ? thing.Regions.Count : 1))
        {
            foreach (IReadOnlyList<PlannedCall> step in Parts(region, part, found))
            {
                yield return step;
            }

            parts.AddRange(found.Regions);
            if (found.Regions.Count == 0)
            {
                context.Say(found.Excuse ?? string.Empty);
            }
        }

        found.Take(parts);
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> One(Wanted wanted, Target found)
    {
        // What an earlier answer of this request named need not be looked for again. A result may list fewer regions than its set has.
        if ((context.Scene ?? _objects?.Set) is { } seen && !Relative().IsMatch(wanted.Expression))
        {
            PlannedCall known = PlannedCall.Select(seen, Nouns.Labels(wanted.Label), "largest");
            yield return [known];
            if (known is { Failed: false, Empty: false } && known.Regions.Where(region => Nouns.Fits(wanted.Label, region.Phrase)).ToList() is { Count: > 0 } fitting)
            {
                if (known.Count > 1)
                {
                    context.Say($"There are {known.Count} {EnglishPhrases.Plural(wanted.Label)}; I take the largest, {fitting[0]}.");
                }

                found.Take(fitting.Take(1));
                yield break;
            }
        }

        PlannedCall referred = Refer(wanted);
        yield return [referred];

        if (referred is { Failed: false, Empty: true } && WithPart().Match(wanted.Expression) is { Success: true } having && IsPartOrClothing(having.Groups["part"].Value))
        {
            foreach (IReadOnlyList<PlannedCall> step in Having(having.Groups["kind"].Value, having.Groups["part"].Value, found))
            {
                yield return step;
            }

            if (found.Regions.Count == 0)
            {
                context.Say(found.Excuse ?? Absence(referred, wanted.Expression));
            }

            yield break;
        }

        // Words that the answer does not speak of may be another name for what the model lists: a plane for an airplane.
        if (referred is { Failed: false, Empty: true } && wanted.Label.Length > 0 && !Relative().IsMatch(wanted.Expression)
            && Nouns.Labels(wanted.Label).Contains(',', StringComparison.Ordinal) && !Nouns.Mentions(wanted.Label, referred.Said))
        {
            Target listed = new();
            foreach (IReadOnlyList<PlannedCall> step in Everything(listed))
            {
                yield return step;
            }

            if (listed.Regions.FirstOrDefault(region => region.Phrase.Length > 0 && Nouns.Fits(wanted.Label, region.Phrase)) is { } same)
            {
                found.Take([same]);
                yield break;
            }
        }

        Take(referred, wanted.Expression, found);
    }

    private void Take(PlannedCall referred, string asked, Target found)
    {
        List<KnownRegion> strays = Strays(referred, asked);
        found.Take(referred.Regions.Except(strays));
        if (found.Regions.Count == 0 && strays.Count > 0)
        {
            context.Say(Mismatch(asked, strays));
        }
        else
        {
            Excuse(referred, asked, found);
        }
    }

    private void Excuse(PlannedCall call, string what, Target found)
    {
        if (call.Failed)
        {
            context.Say(call.Excuse);
        }
        else if (found.Regions.Count == 0)
        {
            context.Say(call.Said.Length == 0 || !Denies(call, what) ? Absence(call, what) : $"I find no {what}; the model says: {call.Said}");
        }
    }

    private PlannedCall Refer(Wanted wanted) => PlannedCall.Refer(context.Image, "the " + wanted.Expression);

    /// <summary>Whether what something is near to may be among what is sorted.</summary>
    private bool MayBeItself(Wanted wanted, string? near) =>
        near is not null && (wanted.Label.Length == 0 || (context.Region(near).Phrase is { Length: > 0 } phrase && Nouns.Fits(wanted.Label, phrase)));

    private PlannedCall Select(Wanted wanted, string set, string? near) => PlannedCall.Select(
        set, wanted.Label.Length > 0 ? Nouns.Labels(wanted.Label) : null, wanted.Order, near, wanted.Nth, wanted is { Order: not null, Nth: null, All: false } ? wanted.Top ?? (MayBeItself(wanted, near) ? 2 : 1) : null);

    [GeneratedRegex(@"^(?:(?:the\s+)?(?:whole\s+|entire\s+)?(?:scene|picture|image|photo|photograph|drawing|view|everything|all)|everything|all|it\s+all|)$|(?<!\b(?:living|natural|artificial|man-?made|edible|moving|flying|dangerous|round|soft|wooden|metal)\s)\b(?:objects|things)\b(?:\s+in\b.*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Scene();

    [GeneratedRegex(@"(?<!\b(?:living|natural|artificial|man-?made|edible|moving|flying|dangerous|round|soft|wooden|metal)\s)\b(?:objects?|things?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Objects();

    [GeneratedRegex(@"\s+(?:are|is)\s+(?:there|visible|shown|in\s+(?:this|the)\s+\w+)\b.*$|\s+(?:can|do)\s+you\s+see\b.*$|\s+(?:that\s+|which\s+)?(?:you|we|i)\s+(?:can\s+)?(?:see|find)$|\s+(?:that\s+)?there\s+is$|\s+in\s+(?:this|the)\s+(?:image|picture|photo|scene)$", RegexOptions.IgnoreCase)]
    private static partial Regex Tail();

    [GeneratedRegex(@"^(?:(?:all|the|each|every)\s+)*(?:masks?|regions?|shapes?|outlines?|contours?|silhouettes?|segments?|pixels?|segmentations?)\s+(?:of|for)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex MaskOf();

    [GeneratedRegex(@"\s*,\s*(?:and\s+)?(?=(?:the|all|every|each|an?|this|that|these|those|my)\s)|\s+and\s+|\s+or\s+(?=(?:the|an?|any)\s)", RegexOptions.IgnoreCase)]
    private static partial Regex ListBreak();

    [GeneratedRegex(@"^(?:the|all|every|each|this|that|these|those|my|an?)\s+\w", RegexOptions.IgnoreCase)]
    private static partial Regex Determined();

    [GeneratedRegex(@"^\w+$")]
    private static partial Regex Bare();

    // Places and relations are for the model to judge.
    [GeneratedRegex(@"\b(?:on|at|in|under|above|below|behind|between|beside|near|next|left|right|of|with|that|which)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();

    [GeneratedRegex(@"^(?:(?:everything|anything|all|the\s+rest(?:\s+of\s+the\s+(?:picture|image|scene))?)\s+)(?:else\s+)?(?:but|except|than|other\s+than|besides|apart\s+from|outside(?:\s+of)?|around|without)\s+(?:for\s+|from\s+)?(?<what>.+)$|^(?:everything|anything|all)\s+else$|^the\s+rest(?:\s+of\s+the\s+(?:picture|image|scene))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Else();

    [GeneratedRegex(@"^(?<part>(?!(?:left|right|top|bottom|front|back|side|middle|cent(?:er|re)|edge|pair|group|kind|row|piece|picture|image|parts?|rest)\b)[\w-]+)\s+of\s+(?<whole>(?:the|this|that|an?|m\d|it$|them$).*)$", RegexOptions.IgnoreCase)]
    private static partial Regex PartOf();

    [GeneratedRegex(@"^(?<what>.+?)\s+(?:(?:taken|put|added)\s+)?(?:together|combined)$", RegexOptions.IgnoreCase)]
    private static partial Regex Together();

    [GeneratedRegex(@"^the\s+other(?:\s+(?:one|(?<noun>\w+)))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Other();

    [GeneratedRegex(@"\b[ms]\d+\b")]
    private static partial Regex Handles();
}
