using System.Text.RegularExpressions;
using MGLMM.Language;
using MGLMM.Vision.Results;

namespace MGLMM.Planning.Steps;

/// <summary>
/// Finds the regions that words stand for: a kind of thing, listed; of these what the words behind the noun say; of these the one that an order puts first.
/// What the model names otherwise than was asked for is told, and not taken. Words that cannot be read are told too.
/// </summary>
internal sealed partial class TargetFinder(PlanContext context)
{
    /// <summary>Whether words mean the picture as a whole.</summary>
    public static bool IsScene(string words) => Scene().IsMatch(words);

    /// <summary>What "everything but ..." leaves out; null where words are no such thing.</summary>
    public static string? AllBut(string words) => Else().Match(words.Trim()) is { Success: true } match ? match.Groups["what"] is { Length: > 0 } what ? what.Value : "them" : null;

    /// <summary>Whether words mean all objects, without the background.</summary>
    public static bool IsObjects(string words) => words.Length == 0 || Objects().IsMatch(words);

    /// <summary>Whether words name a part or clothes.</summary>
    public static bool IsPartOrClothing(string words) => Wanted.Read(words).Label is { Length: > 0 } label && (Nouns.IsPart(label) || Nouns.IsClothing(label));

    /// <summary>The regions that words stand for: those just dealt with, known ones that fit alone, or what the model finds.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Resolve(string words, Target found)
    {
        foreach (IReadOnlyList<PlannedCall> step in Read(words, found))
        {
            yield return step;
        }

        context.PointAt(found);
    }

    /// <summary>What words stand for, without making it what "it" stands for.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Read(string words, Target found)
    {
        words = MaskOf().Replace(words.Trim(' ', ',', ':'), string.Empty);
        Wanted wanted = Wanted.Read(Tail().Replace(words, string.Empty));
        // After "remove the ball" the rest is what was left.
        if (AllBut(words) == "them" && context.Spoken is [{ } left] && left.Phrase.StartsWith("all but", StringComparison.Ordinal))
        {
            return Known([left], found);
        }

        if (AllBut(words) is { } others)
        {
            return Rest(others, found);
        }

        if (Handles().Matches(words) is { Count: > 0 } named && HandlesOnly().IsMatch(words))
        {
            found.Take(named.Select(match => context.Region(match.Value)));
            return [];
        }

        if (Together().Match(words) is { Success: true } together)
        {
            return AsOne(together.Groups["what"].Value, found);
        }

        if (Minus().Match(words) is { Success: true } minus)
        {
            return Less(minus.Groups["from"].Value, minus.Groups["what"].Value, found);
        }

        if (Listed(words) is { Count: > 1 } several)
        {
            return Each(several, found);
        }

        if (Colours.OfAnything(words) is { } colour)
        {
            return Coloured(colour, found);
        }

        // "The other one" of those that were spoken of.
        if (OtherOf().Match(wanted.Expression) is { Success: true } other)
        {
            return TheOtherThan(other.Groups["noun"].Value, other.Groups["than"].Value, found);
        }

        // "The roof of the house and door": both of the house.
        if (PartsOf().Match(words) is { Success: true } both && IsPartOrClothing(both.Groups["one"].Value) && IsPartOrClothing(both.Groups["two"].Value))
        {
            return Each([.. ((string[])["one", "two"]).Select(part => $"the {Determiner().Replace(both.Groups[part].Value, string.Empty)} of {both.Groups["whole"].Value}")], found);
        }

        // "The windows of the blue house" are parts of one house, not of all; "the table legs" are those of the table.
        if (PartOf().Match(wanted.Expression) is { Success: true } own)
        {
            return Part(own.Groups["part"].Value, own.Groups["whole"].Value, wanted, found);
        }

        if (PieceOfPicture().IsMatch(wanted.Expression) || Sides().IsMatch(words))
        {
            found.IsUnread = true;
            context.Refuse(words, Sides().IsMatch(words) ? words : "a piece of the picture");
            return [];
        }

        if (wanted.Unread.Length > 0)
        {
            found.IsUnread = true;
            context.Refuse(words, wanted.Unread);
            return [];
        }

        // What "it" stood for is not there: nothing is done to something else. "The largest one" is one of them.
        bool isEverything = wanted.Expression.Equals("everything", StringComparison.OrdinalIgnoreCase);
        bool isOfThose = wanted is { IsPronoun: true, IsSingular: false } && !isEverything;
        if ((context.Lost is not null && ((wanted.IsPronoun && !isEverything) || wanted is { Label.Length: 0, Order: not null })) || (isOfThose && context.Parts is { Count: 0 }))
        {
            found.IsUnread = true;
            return context.LeaveOut();
        }

        if (wanted is { IsPronoun: true, IsSingular: false } && context.Parts is { Count: > 0 } parts)
        {
            return Known(parts, found);
        }

        // "Him" after an answer about his shoes.
        if (Person().IsMatch(wanted.Expression) && context.Person is { } person && !context.Spoken.Any(region => Nouns.IsCalled("people", region.Phrase)))
        {
            return Known([person], found);
        }

        // "It" after an answer about several is the first that was spoken of.
        if (wanted.IsPronoun && context.Spoken.Count > 0 && context.Spoken.All(region => region.Handle[0] == 'm'))
        {
            return Known(wanted.IsSingular && context.IsFromBefore ? [context.Spoken[0]] : context.Spoken, found);
        }

        // "That tree" after an answer about several is the one that the answer chose; to take all of them, or any, would be a guess.
        IReadOnlyList<KnownRegion> recalled = wanted.IsDemonstrative ? Recalled(wanted) : [];
        if (recalled.Count > 1 && wanted.Label.Length > 0 && ThatOne().IsMatch(words))
        {
            if (recalled.FirstOrDefault(region => region.Handle == context.Chosen) is { } chosen)
            {
                return Known([chosen], found);
            }

            found.IsUnread = true;
            context.Say($"\"{words}\" may be any of {Sentences.Listed(recalled)}. Say which, or name it by its handle.");
            return [];
        }

        // "Crop it", and nothing was spoken of.
        if (OneThing().IsMatch(wanted.Expression) && context.Pointed is null)
        {
            found.IsUnread = true;
            context.Say($"I do not know what \"{words}\" is, for nothing was spoken of; name it.");
            return [];
        }

        return wanted.IsPronoun && context.Pointed is { } last ? Page(last, found)
            : (IsScene(wanted.Expression) && wanted is { Order: null, Conditions.Count: 0 }) || wanted.IsPronoun ? All(wanted, found)
            : IsWholeAndPart(wanted, out string whole) ? Part(string.Join(' ', [.. Colours.In(wanted.Label), Nouns.Head(wanted.Label)]), whole, wanted, found)
            : recalled.Count > 0 ? Known(recalled, found)
            : wanted.Order is not null || wanted.All || wanted.Conditions.Count > 0 || wanted.SizeWord.Length > 0 || wanted.Label.Length == 0 || IsPartOrClothing(wanted.Label) ? Several(wanted, found)
            : One(wanted, found);
    }

    /// <summary>"The pink one" as the pink thing of a kind.</summary>
    public static string WithNoun(string words, string kind) => Wanted.Read(kind).Label is { Length: > 0 } label ? OneOf().Replace(words, $" {Nouns.Head(label)}") : words;

    /// <summary>Two sets of words; where the model has to find both, at once.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> ResolveBoth(string first, Target a, string second, Target b)
    {
        // "The pink cloud or the white one".
        second = WithNoun(second, first);
        (Wanted one, Wanted other) = (Wanted.Read(first), Wanted.Read(second));
        if (Other().Match(second.Trim()) is { Success: true } rest)
        {
            foreach (IReadOnlyList<PlannedCall>? step in Resolve(first, a).Concat(TheOther(rest.Groups["noun"].Value is { Length: > 0 } noun ? Wanted.Read(noun).Label : one.IsPronoun ? string.Empty : one.Label, a, b)))
            {
                yield return step;
            }

            Target two = Target.Holding([.. a.Regions, .. b.Regions]);
            context.PointAt(two);
            yield break;
        }

        if (IsPlain(one, first) && IsPlain(other, second))
        {
            (PlannedCall left, PlannedCall right) = (Refer(one), Refer(other));
            yield return [left, right];
            foreach (IReadOnlyList<PlannedCall> step in Settle(left, one, a).Concat(Settle(right, other, b)))
            {
                yield return step;
            }

            Target both = Target.Holding([.. a.Regions, .. b.Regions]);
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

    /// <summary>The parts of a region that have a name.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Parts(KnownRegion whole, string name, Target found)
    {
        PlannedCall parts = PlannedCall.Segment(context.Image, "part", whole.Handle);
        yield return [parts];
        if (parts.Failed)
        {
            found.Excuse = parts.Excuse;
            yield break;
        }

        found.Take(parts.Regions.Where(region => Nouns.IsCalled(name, region.Phrase)));
        foreach (IReadOnlyList<PlannedCall> step in found.Count > 0 && Nouns.IsEnd(name) ? Doubt(whole, parts, found) : [])
        {
            yield return step;
        }

        if (found.Regions.Count == 0)
        {
            found.Excuse ??= parts.Regions.Count == 0 ? $"The model sees no parts of {whole}."
                : $"The model names no {name} among the parts of {whole}; it names {Sentences.Listed(parts.Regions)}.";
        }
    }

    /// <summary>What is named as several in one region, "grey wheels", by its separate pieces; specks are none.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> Pieces(KnownRegion region, Target pieces)
    {
        PlannedCall split = PlannedCall.Combine("split_parts", region.Handle);
        yield return [split];
        Target all = Target.Holding(split.Regions);
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in all.Count > 1 ? Measure(all, measured) : [])
        {
            yield return step;
        }

        double largest = measured.Count == 0 ? 0 : measured.Max(one => one.Area);
        pieces.Excuse = split.Failed ? split.Excuse : null;
        pieces.Take(measured.Count == 0 ? split.Regions : measured.Where(one => one.Area >= Speck * largest).Select(one => one.Region));
    }

    /// <summary>Counts regions, each that is named as several by its pieces, into a number for each.</summary>
    public IEnumerable<IReadOnlyList<PlannedCall>> CountPieces(IEnumerable<KnownRegion> regions, List<int> counts)
    {
        foreach (KnownRegion region in regions)
        {
            Target pieces = new();
            foreach (IReadOnlyList<PlannedCall> step in Nouns.NamesSeveral([region]) ? Pieces(region, pieces) : [])
            {
                yield return step;
            }

            counts.Add(Math.Max(1, pieces.Count));
        }
    }

    /// <summary>
    /// Whether an animal's head or tail is rather outside the picture: the animal reaches the picture's edge, and the model puts the part where it puts another one.
    /// </summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Doubt(KnownRegion whole, PlannedCall parts, Target found)
    {
        Target one = Target.Holding([whole]);
        List<MeasuredRegion> measured = [];
        foreach (IReadOnlyList<PlannedCall> step in context.Size is null ? [] : Measure(one, measured))
        {
            yield return step;
        }

        if (measured is not [{ } box] || context.Size is not { } size || (box.Left > Edge && box.Top > Edge && box.Right < size.Width - Edge && box.Bottom < size.Height - Edge))
        {
            yield break;
        }

        (KnownRegion Part, KnownRegion Other, PlannedCall Call)[] pairs =
        [
            .. found.Regions.SelectMany(part => parts.Regions.Where(other => other.Handle != part.Handle && Nouns.Head(other.Phrase) != Nouns.Head(part.Phrase)).Select(other => (part, other, PlannedCall.Compare(part.Handle, other.Handle)))),
        ];
        if (pairs.Length > 0)
        {
            yield return [.. pairs.Select(pair => pair.Call)];
        }

        if (pairs.FirstOrDefault(pair => !pair.Call.Failed && PairRelation.IsWithin(PairRelation.First(pair.Call))) is { Part: { } doubtful } there)
        {
            found.Take(found.Regions.Where(region => region.Handle != doubtful.Handle));
            found.Excuse = $"I cannot make out a {Nouns.Head(doubtful.Phrase)} of {whole}: the model puts {doubtful} where it puts {there.Other}, and {whole} reaches the edge of the picture, so the {Nouns.Head(doubtful.Phrase)} may be outside of it.";
        }
    }

    /// <summary>Pieces smaller than this share of the largest are specks.</summary>
    private const double Speck = 0.15;

    /// <summary>What is so many pixels from the picture's edge touches it.</summary>
    private const int Edge = 2;

    /// <summary>Whether words name parts of one thing: "table legs", "windows of the house".</summary>
    public static bool IsOfAWhole(Wanted wanted) => IsWholeAndPart(wanted, out _) || (PartOf().Match(wanted.Expression) is { Success: true } part && IsPartOrClothing(part.Groups["part"].Value));

    /// <summary>"The table legs", "the car's wheels": a part, and before it what it is a part of.</summary>
    private static bool IsWholeAndPart(Wanted wanted, out string whole)
    {
        whole = wanted.Attribute.Length > 0 && (Nouns.IsPart(wanted.Label) || Nouns.IsTop(wanted.Label)) ? "the " + (IsScene(wanted.Attribute) ? EnglishPhrases.Plural(wanted.Attribute) : wanted.Attribute) : string.Empty;
        return whole.Length > 0;
    }

    /// <summary>Those spoken of last that may be called so: "that child".</summary>
    private IReadOnlyList<KnownRegion> Recalled(Wanted wanted) => [.. context.Spoken.Where(region => Nouns.IsCalled(wanted.Label, region.Phrase) || wanted.Label.Length == 0)];

    private static IEnumerable<IReadOnlyList<PlannedCall>> Known(IReadOnlyList<KnownRegion> regions, Target found)
    {
        found.Take(regions);
        return [];
    }

    private static bool IsPlain(Wanted wanted, string words) =>
        !Together().IsMatch(words) && wanted is { IsPronoun: false, IsDemonstrative: false, Order: null, All: false, Conditions.Count: 0, Unread.Length: 0, SizeWord.Length: 0, Label.Length: > 0 } && !Handles().IsMatch(words) && !Else().IsMatch(words)
        && !PartOf().IsMatch(wanted.Expression) && !IsPartOrClothing(words) && !IsObjects(wanted.Label) && Listed(words).Count < 2;

    private static List<KnownRegion> Strays(PlannedCall call, string label) =>
        [.. call.Regions.Where(region => !IsObjects(label) && !Nouns.Fits(label, region.Phrase))];

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
    public static IReadOnlyList<string> Listed(string words)
    {
        string[] pieces = ListBreak().Split(words);

        // "Between the house and the tree", "in a white shirt and red shorts": the second belongs to what the first says of its own.
        return pieces.Length > 1 && pieces.All(piece => piece.Length > 0)
            && !pieces.SkipLast(1).Any(piece => Relative().IsMatch(IsPartOfThing(piece) ? PartOf().Match(Wanted.Read(piece).Expression).Groups["whole"].Value : piece)) && pieces.Skip(1).All(piece => Determined().IsMatch(piece) || Bare().IsMatch(piece))
            ? pieces : [words];
    }

    private static bool IsPartOfThing(string piece) => Determined().IsMatch(piece) && PartOf().Match(Wanted.Read(piece).Expression) is { Success: true } part && IsPartOrClothing(part.Groups["part"].Value);

    private IEnumerable<IReadOnlyList<PlannedCall>> Each(IReadOnlyList<string> pieces, Target found)
    {
        List<KnownRegion> regions = [];

        // "The biggest and the smallest cloud"; "the door and the window of the house", both of which are its parts.
        string noun = Wanted.Read(pieces[^1]) is { Order: not null, Label: var label } ? label : string.Empty;
        string whole = PartOf().Match(Wanted.Read(pieces[^1]).Expression) is { Success: true } part && IsPartOrClothing(part.Groups["part"].Value) ? part.Groups["whole"].Value : string.Empty;
        string last = string.Empty;
        foreach (string said in pieces)
        {
            Target one = new();
            string piece = last.Length > 0 ? OneOf().Replace(said, $" {last}") : said;
            last = Wanted.Read(piece).Label is { Length: > 0 } named ? Nouns.Head(named) : last;
            bool isPart = whole.Length > 0 && IsPartOrClothing(piece) && !PartOf().IsMatch(Wanted.Read(piece).Expression);
            foreach (IReadOnlyList<PlannedCall> step in Resolve(isPart ? $"{piece} of {whole}" : Wanted.Read(piece) is { Order: not null, Label.Length: 0 } ? $"{piece} {noun}" : piece, one))
            {
                yield return step;
            }

            // What was not understood is not done by half.
            if (one.IsUnread)
            {
                found.IsUnread = true;
                found.Take([]);
                yield break;
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
        foreach (IReadOnlyList<PlannedCall> step in IsObjects(wanted.Expression) && !wanted.IsPronoun && wanted.Expression.Length > 0 ? Everything(found) : Seen(found))
        {
            yield return step;
        }

        if (found.Count == 0)
        {
            context.Say(found.Excuse ?? "The model sees nothing that it could name.");
        }
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
        // "The bigger one" of those that the last answer spoke of.
        if (wanted is { Label.Length: 0, Order: not null, Near: null } && context is { LastLabel: null, IsFromBefore: true, Spoken.Count: > 1 })
        {
            found.Take(context.Spoken);
            foreach (IReadOnlyList<PlannedCall> step in Choose(wanted, found))
            {
                yield return step;
            }

            yield break;
        }

        // "The largest one" of those that were counted last.
        wanted = wanted.Label.Length == 0 && context.LastLabel is { Length: > 0 } last ? wanted with { Label = last } : wanted;
        foreach (IReadOnlyList<PlannedCall> step in OfKind(wanted, found))
        {
            yield return step;
        }

        if (found is { IsDoubtful: true, Count: > 0 })
        {
            context.Say(Sentences.Doubt(wanted.Label, found));
        }

        if (found.Regions.Count == 0)
        {
            context.Say(found.Excuse ?? $"The model sees no {(wanted.Label.Length > 0 ? wanted.Label : "such thing")} in the picture.");
        }
    }

    private IEnumerable<IReadOnlyList<PlannedCall>> Part(string part, string whole, Wanted wanted, Target found)
    {
        // "Are its wings the colour of its tail": the tail of the plane, not of the wings.
        if (context.Whole is { } owner && Wanted.Read(whole).IsSingular && context.Spoken.Count > 0 && (Nouns.IsPart(context.Spoken[0].Phrase) || Nouns.IsClothing(context.Spoken[0].Phrase)))
        {
            whole = owner.Handle;
        }

        // What it is a part of is not what was asked for: "it" is the part, or nothing.
        Target thing = new();
        foreach (IReadOnlyList<PlannedCall> step in Read(whole, thing))
        {
            yield return step;
        }

        if (thing.Count == 0)
        {
            found.IsUnread = thing.IsUnread;
            yield break;
        }

        // "The wheels of the cars" are those of each.
        context.Whole = thing.Regions[0];
        string name = Wanted.Read(part).Label;
        List<KnownRegion> parts = [];
        List<string> excuses = [];
        foreach (KnownRegion? region in thing.Regions.Take(IsMany(whole) || ((IsMany(part) || wanted.All) && Wanted.Read(whole) is { IsDemonstrative: false, IsSingular: false }) ? thing.Regions.Count : 1))
        {
            foreach (IReadOnlyList<PlannedCall> step in Parts(region, name, found))
            {
                yield return step;
            }

            // What the list of parts leaves out the model may find when asked for it: "the top of the table".
            if (found.Regions.Count == 0 && !Nouns.IsClothing(name))
            {
                PlannedCall referred = PlannedCall.Refer(context.Image, $"the {name} of the {EnglishPhrases.Known(region.Phrase)}");
                yield return region.Phrase.Length == 0 || !Nouns.IsTop(name) ? [] : [referred];
                found.Take(referred.Regions.Where(one => Nouns.IsCalled(name, one.Phrase)));
            }

            parts.AddRange(found.Regions);
            excuses.AddRange(found.Regions.Count == 0 && found.Excuse is { } why ? [why] : (string[])[]);
        }

        // Of several frames the brown one is a part of one picture only.
        foreach (string why in parts.Count > 0 && Nouns.HasColour(name) ? [] : excuses)
        {
            context.Say(why);
        }

        // "The largest window of the house", "the biggest table leg".
        found.Take(parts);
        Wanted chosen = PartOf().IsMatch(wanted.Expression) ? Wanted.Read(part) : wanted;
        if (chosen.Order is not null && found.Count == 1 && Nouns.NamesSeveral(found.Regions))
        {
            Target pieces = new();
            foreach (IReadOnlyList<PlannedCall> step in Pieces(found.Regions[0], pieces))
            {
                yield return step;
            }

            found.Take(pieces.Count > 1 ? pieces.Regions : found.Regions);
        }

        foreach (IReadOnlyList<PlannedCall> step in found.Count > 1 && (chosen.Order is not null || chosen.Conditions.Count > 0) ? Choose(chosen with { Attribute = string.Empty }, found) : [])
        {
            yield return step;
        }
    }

    /// <summary>Whether words are a plural, or point back at several.</summary>
    private static bool IsMany(string words) => Wanted.Read(words) is var read && (read.All || read is { IsPronoun: true, IsSingular: false });

    private IEnumerable<IReadOnlyList<PlannedCall>> One(Wanted wanted, Target found)
    {
        // What an earlier answer of this request named need not be looked for again. A result may list fewer regions than its set has.
        if ((context.Scene ?? ObjectsSet) is { } seen && !Nouns.HasColour(wanted.Label))
        {
            PlannedCall known = PlannedCall.Select(seen, Nouns.Labels(wanted.Label), "largest");
            yield return [known];
            if (known is { Failed: false, Empty: false } && known.Regions.Where(region => Nouns.Fits(wanted.Label, region.Phrase) && !known.Repeated.Contains(region.Handle)).ToList() is { Count: > 0 } fitting)
            {
                if (fitting.Count > 1)
                {
                    context.Say($"There are {fitting.Count} {EnglishPhrases.Plural(wanted.Label)}; I take the largest, {fitting[0]}.");
                }

                found.Take(fitting.Take(1));
                yield break;
            }
        }

        PlannedCall referred = Refer(wanted);
        yield return [referred];
        foreach (IReadOnlyList<PlannedCall> step in Settle(referred, wanted, found))
        {
            yield return step;
        }
    }

    /// <summary>What a search for one thing found; where it found none or several, what else tells which is meant.</summary>
    private IEnumerable<IReadOnlyList<PlannedCall>> Settle(PlannedCall referred, Wanted wanted, Target found)
    {
        // Words that the answer does not speak of may be another name for what the model lists, and a thing that it denies it may list.
        if (referred is { Failed: false, Empty: true, UnknownWord: null })
        {
            Target listed = new();
            bool isDenied = Denies(referred, wanted.Expression) && Nouns.WithoutColour(wanted.Label) is null;
            foreach (IReadOnlyList<PlannedCall> step in isDenied ? Seen(listed) : OfKind(wanted with { All = true }, listed))
            {
                yield return step;
            }

            listed.Take(isDenied ? listed.Regions.Where(region => Nouns.IsCalled(wanted.Label, region.Phrase)) : listed.Regions);
            if (listed is { Count: > 0, IsDoubtful: false })
            {
                found.Take(listed.Regions.Take(1));
                yield break;
            }
        }

        // "The plant" is what the model calls so, rather than all that are plants.
        if (referred is { Failed: false } && referred.Regions.Count > 1 && !referred.Regions.Any(region => Nouns.Says(wanted.Label, region.Phrase)))
        {
            Target all = new();
            foreach (IReadOnlyList<PlannedCall> step in Everything(all))
            {
                yield return step;
            }

            if (all.Regions.Where(region => Nouns.Says(wanted.Label, region.Phrase)).ToList() is [{ } literal])
            {
                found.Take([literal]);
                yield break;
            }
        }

        List<KnownRegion> strays = Strays(referred, wanted.Label);
        IReadOnlySet<string> repeated = referred.Repeated;
        found.Take(referred.Regions.Where(region => !repeated.Contains(region.Handle)).Except(strays));
        if (found.Regions.Count == 0 && strays.Count > 0)
        {
            context.Say(Mismatch(wanted.Expression, strays));
        }
        else
        {
            Excuse(referred, wanted.Expression, found);
        }

        NoteAttribute(wanted, found);
    }

    private void Excuse(PlannedCall call, string what, Target found)
    {
        if (call.Failed)
        {
            context.Say(call.Excuse);
        }
        else if (found.Regions.Count == 0)
        {
            found.IsAbsent = Denies(call, what);
            context.Say(call.Said.Length == 0 || !Denies(call, what) ? Absence(call, what) : $"I find no {what}; the model says: {call.Said}");
        }
    }

    private PlannedCall Refer(Wanted wanted) => PlannedCall.Refer(context.Image, "the " + wanted.Expression);

    [GeneratedRegex(@"^(?:(?:the\s+)?(?:whole\s+|entire\s+)?(?:scene|picture|image|photo|photograph|drawing|view|everything|all)|everything|all|it\s+all|)$|" + Kinds + @"(?:\s+in\b.*)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Scene();

    private const string Kinds = @"(?<!\b(?:living|natural|artificial|man-?made|edible|moving|flying|dangerous|round|soft|wooden|metal|red|orange|yellow|green|blue|purple|pink|white|black|gr[ae]y|brown)\s)\b(?:objects?|things?|items?|elements?)\b";

    [GeneratedRegex(@"^(?:(?:all|the|each|every|different|single|separate|individual|visible)\s+)*(?:objects?|things?|items?|elements?|something|anything|everything|stuff)$", RegexOptions.IgnoreCase)]
    private static partial Regex Objects();

    [GeneratedRegex(@"\s+(?:are|is)\s+(?:there|visible|shown|in\s+(?:this|the)\s+\w+)\b.*$|\s+(?:can|do)\s+you\s+see\b.*$|\s+(?:that\s+|which\s+)?(?:you|we|i)\s+(?:can\s+)?(?:see|find)$|\s+(?:that\s+)?there\s+is$|\s+(?:in|of)\s+(?:this|the)\s+(?:image|picture|photo|scene)$|\s+in\s+it$", RegexOptions.IgnoreCase)]
    private static partial Regex Tail();

    [GeneratedRegex(@"^(?:(?:all|the|each|every|an?)\s+)*(?:(?:binary|separate|pixel|segmentation)\s+)?(?:masks?|regions?|shapes?|outlines?|contours?|silhouettes?|segments?|pixels?|segmentations?|polygons?|annotations?)\s+(?:of|for)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex MaskOf();

    [GeneratedRegex(@"\s*,\s*(?:and\s+)?(?=(?:the|all|both|every|each|an?|this|that|these|those|my)\s)|\s+and\s+|\s+or\s+(?=(?:the|an?|any)\s)", RegexOptions.IgnoreCase)]
    private static partial Regex ListBreak();

    [GeneratedRegex(@"^(?:this|that)\s", RegexOptions.IgnoreCase)]
    private static partial Regex ThatOne();

    [GeneratedRegex(@"^(?:the|all|both|every|each|everything|anything|this|that|these|those|my|an?)\s+\w", RegexOptions.IgnoreCase)]
    private static partial Regex Determined();

    [GeneratedRegex(@"^\w+$")]
    private static partial Regex Bare();

    // What belongs to the piece before it is no piece of a list.
    [GeneratedRegex(@"\b(?:on|at|in|under|above|below|behind|between|beside|near|next|left\s+of|right\s+of|of|with|without|that|which|than)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Relative();

    [GeneratedRegex(@"^(?:(?:everything|anything|all|the\s+rest(?:\s+of\s+the\s+(?:picture|image|scene))?)\s+)(?:else\s+)?(?:but|except|than|other\s+than|besides|apart\s+from|outside(?:\s+of)?|around|without)\s+(?:for\s+|from\s+)?(?<what>.+)$|^(?:everything|anything|all)\s+else$|^the\s+rest(?:\s+of\s+the\s+(?:picture|image|scene))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Else();

    [GeneratedRegex(@"^(?<part>(?!(?:left|right|bottom|front|back|(?:(?:both|either)\s+)?sides?|middle|cent(?:er|re)|edges?|pair|group|kind|row|piece|picture|image|parts?|rest|both|all|one|each|every|any|either|neither|none|(?:(?:" + Wanted.Superlatives + "|" + Wanted.Compared + @")(?:\s+one)?))\s+of\b)(?:[\w-]+\s+)?(?!of\b)[\w-]+)\s+of\s+(?<whole>(?:the|this|that|these|those|an?|m\d|it$|them$|him$|her$|each|both|all|every|[\w-]+s$).*)$", RegexOptions.IgnoreCase)]
    private static partial Regex PartOf();

    [GeneratedRegex(@"^(?<what>.+?)\s+(?:(?:taken|put|added)\s+)?(?:together|combined)$", RegexOptions.IgnoreCase)]
    private static partial Regex Together();

    [GeneratedRegex(@"^the\s+other(?:\s+(?:one|(?<noun>\w+)))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Other();

    [GeneratedRegex(@"^other(?:\s+(?:ones?|(?<noun>(?!than\b)\w+)))?(?:\s+than\s+(?<than>.+))?$", RegexOptions.IgnoreCase)]
    private static partial Regex OtherOf();

    [GeneratedRegex(@"(?<!^(?:that|this|the|which)|\bother)\s+ones?$", RegexOptions.IgnoreCase)]
    private static partial Regex OneOf();

    [GeneratedRegex(@"^(?<one>(?:all\s+)?(?:the\s+)?[\w-]+)\s+and\s+(?:all\s+)?(?:the\s+)?(?<two>[\w-]+)\s+of\s+(?<whole>.+)$|^(?<one>(?:the\s+)?[\w-]+)\s+of\s+(?<whole>(?:the|this|that|m\d|it\b|them\b|each|both).*?)\s+and\s+(?:the\s+|its\s+)?(?<two>[\w-]+)(?:\s+of\s+(?:it|them))?$", RegexOptions.IgnoreCase)]
    private static partial Regex PartsOf();

    [GeneratedRegex(@"^(?:all\s+)?(?:the\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Determiner();

    // A piece of the picture is no thing.
    [GeneratedRegex(@"^(?:(?:left|right|top|bottom|upper|lower|middle|central)(?:[\s-]+(?:left|right|hand))?\s+)+(?:half|third|quarter|corner|part|side|edge|area)s?(?:\s+of\s+" + Postmodifiers.Picture + @")?$", RegexOptions.IgnoreCase)]
    private static partial Regex PieceOfPicture();

    [GeneratedRegex(@"^(?:him|her|he|she)$", RegexOptions.IgnoreCase)]
    private static partial Regex Person();

    [GeneratedRegex(@"^(?:it|him|her|he|she)$", RegexOptions.IgnoreCase)]
    private static partial Regex OneThing();

    [GeneratedRegex(@"^(?:the\s+|both\s+|either\s+)+sides?\s+of\b", RegexOptions.IgnoreCase)]
    private static partial Regex Sides();

    [GeneratedRegex(@"^(?<from>(?!(?:everything|all|the\s+(?:picture|image|photo|rest))\b).+?)\s*,?\s+(?:but\s+)?(?:without|minus)\s+(?<what>(?:the|its|their|m\d).*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Minus();

    [GeneratedRegex(@"\b[ms]\d+\b")]
    private static partial Regex Handles();

    [GeneratedRegex(@"^(?:(?:the\s+)?(?:regions?|masks?|sets?)\s+)?(?:[ms]\d+(?:\s*\([^)]*\))?(?:\s*,\s*|\s+and\s+|\s+or\s+)?)+$|^\w+(?:\s+\w+){0,4}\s+\[[ms]\d+\]$", RegexOptions.IgnoreCase)]
    private static partial Regex HandlesOnly();
}
