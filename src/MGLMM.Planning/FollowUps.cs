using System.Text.RegularExpressions;
using MGLMM.Planning.Requests;

namespace MGLMM.Planning;

/// <summary>Makes whole what leans on the request before it: "and the other one?", "what about the tree?", "the same for the windows".</summary>
internal static partial class FollowUps
{
    /// <summary>The clauses of a request, whole.</summary>
    /// <param name="request">The request.</param>
    /// <param name="earlier">What was asked before, in order.</param>
    public static IReadOnlyList<string> Of(string request, IEnumerable<string> earlier)
    {
        string? before = null;
        string? topic = null;
        IReadOnlyList<string> clauses = [];
        foreach (string one in earlier.Append(request))
        {
            // "What is the rabbit doing?" finds nothing, but speaks of the rabbit: "it" is that next.
            clauses = Whole(topic is null ? one : It().Replace(one, topic, 1), ref before);
            topic = clauses.Any(clause => RequestPatterns.Find(clause) is not null) ? null : Thing().Matches(one).Select(match => match.Value).FirstOrDefault(Nouns.IsKind);
        }

        return clauses;
    }

    private static List<string> Whole(string request, ref string? before)
    {
        List<string> whole = [];
        bool leans = Leaning().IsMatch(request);
        foreach (string said in Clauses.Of(request))
        {
            // "Is there a car? Or a bike?"
            string clause = Or().Replace(said, string.Empty);
            bool goesOn = clause.Length < said.Length;
            // The figures of an answer tell by how much.
            if (whole.Count > 0 && ByHowMuch().IsMatch(clause))
            {
                continue;
            }

            string text = Expand(clause, before, goesOn || leans || whole.Count > 0) ?? clause;
            whole.Add(text);
            before = RequestPatterns.Find(text) is null ? before : text;
        }

        return whole;
    }

    /// <summary>The clause with what it leaves out; null where it leaves out nothing, or that cannot be told.</summary>
    private static string? Expand(string clause, string? before, bool leans)
    {
        if (before is not null && ByHowMuch().IsMatch(clause))
        {
            return before;
        }

        // "And than the plane?"
        if (before is not null && leans && Than().Match(clause) is { Success: true } than && RequestPatterns.Find(before) is { } compared && compared.Groups["b"] is { Success: true } second)
        {
            return before.Remove(second.Index, second.Length).Insert(second.Index, One().Replace(than.Groups["what"].Value, $" {Nouns.Head(Wanted.Read(second.Value).Label)}"));
        }

        // "Outline the house", "make it yellow instead": outline the house in yellow.
        if (before is not null && Recoloured().Match(clause) is { Success: true } colour && Drawn().IsMatch(before)
            && $"{InColour().Replace(before, string.Empty)} in {colour.Groups["colour"].Value}" is var recoloured && RequestPatterns.Reads(recoloured))
        {
            return recoloured;
        }

        // "Select the horse", "now without the tail"; "mark both rabbits in blue", "the same but without the brown one".
        if (before is not null && Without().Match(clause) is { Success: true } without)
        {
            string left = without.Groups["what"].Value;
            string hue = InColour().Match(before).Value;
            return $"{before[..^hue.Length]} {(TargetFinder.IsPartOrClothing(Nouns.Head(Wanted.Read(left).Label)) ? "without" : "except")} {left}{hue}";
        }

        // "Show me the parts of the house", "how many windows does it have?": the house.
        if (before is not null && It().Match(clause).Groups["one"].Success && PartsOf().Match(before) is { Success: true } parted)
        {
            return It().Replace(clause, parted.Groups["whole"].Value, 1);
        }

        // "How many windows has the plane?", "and what colour is its tail?": the plane's.
        if (before is not null && leans && PartOfIt().Match(clause) is { Success: true } asked && TargetFinder.IsPartOrClothing(asked.Groups["part"].Value) && WholeOf().Match(before) is { Success: true } owner && TargetFinder.IsPartOrClothing(owner.Groups["part"].Value))
        {
            return OfItAnywhere().Replace(clause, $" of {owner.Groups["whole"].Value}");
        }

        // "What is left of the ball?", "and right of it?": of the ball.
        if (before is not null && leans && RelatedToIt().Match(clause) is { Success: true } related && RequestPatterns.Find(before) is { } earlier && earlier.Groups["word"].Success && !earlier.Groups["a"].Success && earlier.Groups["b"] is { Length: > 0 } anchor)
        {
            return related.Groups["asks"].Success ? $"{related.Groups["asks"].Value}{related.Groups["how"].Value} {anchor.Value}" : $"what is {related.Groups["how"].Value} {anchor.Value}";
        }

        // What a row reads by itself leans on nothing.
        if (RequestPatterns.Reads(clause) && !SameFor().IsMatch(clause))
        {
            return null;
        }

        if (before is null || RequestPatterns.Find(before) is not { } last || Asks().Match(clause) is not { Success: true } asks || !(leans || asks.Groups["about"].Success || One().IsMatch(clause)))
        {
            return null;
        }

        Group target = last.Groups.Cast<Group>().FirstOrDefault(group => group is { Success: true, Length: > 0 } && group.Name is "what" or "a" or "all") ?? last.Groups["b"];
        if (!target.Success || target.Length == 0)
        {
            return null;
        }

        string said = ButIn().Replace(ThoseOf().Replace(Only().Replace(asks.Groups["what"].Value, string.Empty), string.Empty), " ");
        Match part = PartOf().Match(target.Value);
        string whole = part.Success ? part.Groups["whole"].Value : target.Value;
        string noun = Wanted.Read(whole).IsPronoun ? "thing" : Nouns.Head(Wanted.Read(whole).Label);
        string put = OtherOne().IsMatch(said) && Wanted.Read(whole).IsPronoun ? "the other one"
            : OtherOne().IsMatch(said) && noun.Length > 0 ? $"the other {noun} than {whole}"
            : OfIt().IsMatch(said) ? OfIt().Replace(said, $" of {whole}")
            : Wanted.Read(said) is { Order: not null, Label.Length: 0 } && noun.Length > 0 ? $"{One().Replace(said, string.Empty)} {noun}"
            : One().IsMatch(said) && noun.Length > 0 ? One().Replace(said, $" {noun}")
            : said;
        bool keepsPart = part.Success && !OfIt().IsMatch(said) && !TargetFinder.IsPartOrClothing(said);
        return before.Remove(target.Index, target.Length).Insert(target.Index, keepsPart ? $"{part.Groups["part"].Value} of {put}" : put);
    }

    [GeneratedRegex(@"^(?:than|compared\s+(?:to|with)|to)\s+(?<what>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Than();

    [GeneratedRegex(@"^(?:and\s+)?(?:by\s+how\s+(?:much|many)(?:\s+\w+)?|how\s+much\s+(?:" + Requests.SizeRequest.Words + @"|closer|nearer|farther))$", RegexOptions.IgnoreCase)]
    private static partial Regex ByHowMuch();

    [GeneratedRegex(@"^or\s+(?=\w)", RegexOptions.IgnoreCase)]
    private static partial Regex Or();

    [GeneratedRegex(@"^(?:only|just)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Only();

    [GeneratedRegex(@"^(?:those|that|the\s+ones?|ones?)\s+of\s+", RegexOptions.IgnoreCase)]
    private static partial Regex ThoseOf();

    [GeneratedRegex(@"^\W*(?:and|or|but|now|then|only|just|ok(?:ay)?,?\s+(?:and|now))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Leaning();

    [GeneratedRegex(@"^(?<about>(?:what|how)\s+(?:about|of)\s+|(?:do\s+|and\s+)?the\s+same\s+(?:thing\s+)?(?:for|with|to|of)\s+|now\s+|(?=the\s+other\b))(?<what>.+)$|^(?:for\s+|of\s+|about\s+)?(?<what>(?:(?:only|just)\s+)?(?:the|an?|its|their|this|that|these|those|all|both|every)\s+(?!same\b)(?:[\w'-]+\s*){1,8})$", RegexOptions.IgnoreCase)]
    private static partial Regex Asks();

    [GeneratedRegex(@"^(?<asks>(?:what|who)\s+(?:is|are)\s+)?(?<how>(?:" + PairRelation.Words + "|" + PairRelation.Depth + "|" + PairRelation.NearWords + @"))\s+(?:it|that)$", RegexOptions.IgnoreCase)]
    private static partial Regex RelatedToIt();

    [GeneratedRegex(@"\b(?:(?<one>it|he|she|him|her)|they|them)\b", RegexOptions.IgnoreCase)]
    private static partial Regex It();

    [GeneratedRegex(@"^(?:(?:make|draw|do|colou?r|turn)\s+(?:it|them|that|those|the\s+(?:outlines?|boxe?s?|lines?|frames?|marks?))\s+)?(?:in\s+)?(?<colour>" + Colours.Words + @")(?:\s+instead)?$", RegexOptions.IgnoreCase)]
    private static partial Regex Recoloured();

    [GeneratedRegex(@"\s+in\s+(?:" + Colours.Words + @")$", RegexOptions.IgnoreCase)]
    private static partial Regex InColour();

    [GeneratedRegex(@"\b(?:outlines?|box|boxes|frames?|mark|highlight|circle|trace)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Drawn();

    [GeneratedRegex(@"^(?:(?:the\s+)?same\s+(?:thing\s+)?(?:again\s*,?\s+)?)?(?:but\s+)?without\s+(?<what>(?:the|its|his|her|their)\s+.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Without();

    [GeneratedRegex(@"\b(?:parts|pieces|components)\s+of\s+(?<whole>(?:the|this|that)\s+.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex PartsOf();

    [GeneratedRegex(@"\bthe\s+(?:(?:" + Colours.Words + "|" + Wanted.Sizes + @"|left|right)\s+)?[\w-]+", RegexOptions.IgnoreCase)]
    private static partial Regex Thing();

    [GeneratedRegex(@"\b(?<part>[\w-]+)\s+of\s+(?:it|them|him|this|that)\b", RegexOptions.IgnoreCase)]
    private static partial Regex PartOfIt();

    // "The same for the rabbits, but in red".
    [GeneratedRegex(@"^(?:do\s+)?the\s+same\s+(?:thing\s+)?(?:for|with|to|of)\s", RegexOptions.IgnoreCase)]
    private static partial Regex SameFor();

    [GeneratedRegex(@"\s*,?\s+but\s+(?=in\s|with\s)", RegexOptions.IgnoreCase)]
    private static partial Regex ButIn();

    [GeneratedRegex(@"^the\s+(?:other|second|remaining)(?:\s+(?:one|(?!" + Wanted.Superlatives + @")\w+))?(?:['\u2019]s)?$", RegexOptions.IgnoreCase)]
    private static partial Regex OtherOne();

    [GeneratedRegex(@"\s+of\s+(?:it|them|him|this|that)$", RegexOptions.IgnoreCase)]
    private static partial Regex OfIt();

    [GeneratedRegex(@"\s+of\s+(?:it|them|him|this|that)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OfItAnywhere();

    [GeneratedRegex(@"\s+ones?(?:['\u2019]s)?$", RegexOptions.IgnoreCase)]
    private static partial Regex One();

    [GeneratedRegex(@"^how\s+many\s+(?<part>[\w-]+)\s+(?:(?:are\s+(?:there\s+)?)?(?:on|in|of|at)|does|do|has|have)\s+(?<whole>(?:the|this|that|m\d)[\w\s-]*?)(?:\s+(?:have|got))?\s*\??$", RegexOptions.IgnoreCase)]
    private static partial Regex WholeOf();

    [GeneratedRegex(@"^(?<part>(?:the\s+)?[\w-]+(?:\s+[\w-]+)?)\s+of\s+(?<whole>(?:the|this|that|an?|m\d).*)$", RegexOptions.IgnoreCase)]
    private static partial Regex PartOf();
}
