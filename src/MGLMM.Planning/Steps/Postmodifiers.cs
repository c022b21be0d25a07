using System.Text.RegularExpressions;

namespace MGLMM.Planning.Steps;

/// <summary>Reads what stands behind a noun, piece by piece: a table that a reader can extend. What no row reads is handed back, never dropped.</summary>
internal static partial class Postmodifiers
{
    /// <summary>The picture as a whole, as alternatives of a regular expression.</summary>
    public const string Picture = @"(?:the|this|that)\s+(?:whole\s+|entire\s+)?(?:picture|image|photo|photograph|scene|drawing|view|canvas)";

    /// <summary>Verbs of standing somewhere, which say no more than the place behind them.</summary>
    public const string Postures = Participles + @"|stands?|sits?|lies?|hangs?|stood|floats?|grows?|is\s+located";

    /// <summary>Those of <see cref="Postures"/> that stand beside a verb: "is standing closer".</summary>
    public const string Participles = @"driving|sailing|standing|sitting|lying|hanging|parked|located|placed|positioned|situated|lying\s+(?:about|around)|floating|growing|flying|hovering|resting|perched|drifting|visible|seen|shown|found|hung|mounted";

    private const string End = @"(?=\s|$)";

    private static readonly Regex Not = Row(@"(?:(?:that|which|who)\s+)?(?:(?:is|are|was|were)\s+not|(?:is|are)n['\u2019]t|(?:does|do)\s+not|(?:does|do)n['\u2019]t|not)(?=\s+\w)");

    private static readonly (Regex Pattern, ConditionKind? Kind)[] Rows =
    [
        // What says nothing: that it is there, and in the picture.
        (Row(@"(?:(?:that|which|who)\s+)?(?:(?:(?:can|do|could)\s+)?(?:you|we|i|one)\s+(?:can\s+)?(?:see|find|spot|count|make\s+out)|(?:can|could)\s+be\s+(?:seen|found|spotted|made\s+out)|(?:is|are)\s+(?:there|visible|shown|here|present|depicted)|there\s+(?:is|are)|here|there|visible|present|up\s+there|over\s+there|out\s+there|down\s+there)" + End), null),
        (Row(@"(?:(?:is|are)\s+)?(?:in|on|of|within|inside)\s+(?:" + Picture + @"|(?:the|this)\s+(?:living\s+room|bedroom|room|kitchen|garden|yard|park|landscape)|it|here|there|this(?:\s+one)?|view)" + End), null),
        (Row(@"(?:up|out|down|over|away|high\s+up|lying\s+about|lying\s+around)(?=\s+(?:in|on|at|there|here)\b)"), null),
        (Row(@"(?:does|do)\s+" + Picture + @"\s+(?:have|show|contain)" + End), null),
        (Row(@"(?:(?:that|which|who)\s+)?(?:is|are|was|were)(?=\s+(?!not\b)\w)"), null),
        (Row(@"(?:that|which|who)(?=\s+(?!not\b)\w)"), null),
        (Row($@"(?:{Postures})(?=\s+(?:on|at|in|to|under|underneath|beneath|above|below|over|next|near|beside|by|behind|between|left|right|close|around|inside|against|there|here|upon|among)\b)"), null),

        // Said to be not so.
        (Not, null),

        // Sides of the picture.
        (Row($@"(?:on|at|in|to|towards?)\s+the\s+(?:(?:very|far)\s+)?(?<word>{PicturePlace.Sides})(?:[\s-]+(?:hand[\s-]+)?(?:side|half|part|edge|corner|third))?(?:\s+(?:of|in)\s+{Picture})?(?!\s+of\b){End}"), ConditionKind.Place),

        (Row($@"(?:coloured\s+|in\s+)?(?<word>{Colours.Words})(?:\s+in\s+colou?r)?(?=$|,|\s+(?:other|except|apart|besides|and|or|but|with|without|on|in|at|near|next|that|which|who|is|are|has)\b)"), ConditionKind.Colour),

        // Other things.
        (Row(@"(?:in\s+)?between\s+(?<of>.+\s+and\s+.+|(?:the|both|these|those)\s+.+)$"), ConditionKind.Between),
        (Row($@"(?:(?:on|at|to)\s+the\s+(?<word>left|right)(?:[\s-]+(?:hand[\s-]+)?side)?\s+of|(?<word>{PairRelation.Words}|{PairRelation.Depth}|inside|within|in|at|upon|against|{PairRelation.NearWords}))\s+(?<of>(?!front\b|which\b|what\b|that\s+of\b).+?)(?=\s+and\s+(?:is\s+|are\s+)?(?:to\s+the\s+(?:left|right)|left\s+of|right\s+of|above|below|under|over|behind|near|next\s+to|beside)\b|$)"), ConditionKind.Relation),
        (Row(@"(?:(?:with|having|has|have|had|got|wearing|wears?|carrying)\s+(?!no\b)|has\s+got\s+)(?<of>.+)$"), ConditionKind.Having),
        (Row(@"(?:without|(?:with|having|has|have)\s+no)\s+(?:an?\s+|any\s+|the\s+)?(?<of>.+)$"), ConditionKind.Without),
        (Row($@"(?<word>{Requests.SizeRequest.Words})\s+than\s+(?<of>(?:the|an?|this|that|m\d).+)$"), ConditionKind.Compared),
        (Row(@"(?:other\s+than|except(?:\s+for)?|apart\s+from|besides|but\s+(?:not\s+)?|not\s+counting|excluding)\s*(?<of>(?:the|an?|this|that|those|these|m\d|\w).+)$"), ConditionKind.OtherThan),
    ];

    /// <summary>The noun phrase proper, and what stands behind it.</summary>
    public static (string Head, string Tail) Split(string words)
    {
        Match start = Start().Match(words);
        return start.Success ? (words[..start.Index].TrimEnd(' ', ','), words[start.Index..].Trim(' ', ',')) : (words, string.Empty);
    }

    /// <summary>What a tail says, and what of it was not read.</summary>
    public static (IReadOnlyList<Condition> Conditions, string Unread) Read(string tail)
    {
        List<Condition> conditions = [];
        string rest = tail.Trim(' ', ',');
        (bool negated, bool isRelative) = (false, false);
        while (rest.Length > 0)
        {
            (Match match, ConditionKind? kind) = Rows.Select(row => (Match: row.Pattern.Match(rest), row.Kind)).FirstOrDefault(row => row.Match.Success);
            if (match is null)
            {
                // "The animal that is wandering off": what it does.
                if (isRelative && !negated && Doing().IsMatch(rest))
                {
                    conditions.Add(new Condition(ConditionKind.Unchecked, string.Empty, string.Empty, rest));
                    return (conditions, string.Empty);
                }

                return (conditions, rest);
            }

            if (match.Length > 0 && Not.IsMatch(match.Value + " x"))
            {
                negated = true;
            }
            else if (kind is { } known)
            {
                string of = match.Groups["of"].Value.Trim();

                // What somebody has must be a thing that can be looked for: a margin of ten pixels is none.
                if (known is ConditionKind.Having or ConditionKind.Without && of.Split(" and ").Select(Wanted.Read).Any(part => part.Label.Length == 0 || Colours.In(part.Label).Length > 0 && Nouns.WithoutColour(part.Label) is null || part.Unread.Length > 0 || part.Attribute.Any(char.IsDigit) || Comparative().IsMatch(part.Attribute) || (part.Conditions.Count > 0 && part.Expression.Contains(" with ", StringComparison.OrdinalIgnoreCase))))
                {
                    return (conditions, rest);
                }

                // "In a white shirt" is what somebody wears.
                bool worn = known == ConditionKind.Relation && Nouns.IsClothing(of) && Regex.IsMatch(match.Groups["word"].Value, "^in$", RegexOptions.IgnoreCase);
                conditions.Add(new Condition(worn ? ConditionKind.Having : known, Regex.Replace(known == ConditionKind.Relation ? Side().Replace(match.Groups["word"].Value.ToLowerInvariant(), "${side} of") : match.Groups["word"].Value.ToLowerInvariant(), @"\s+", " "), of, (negated ? "not " : string.Empty) + match.Value.Trim()) { IsNegated = negated });
                negated = false;
            }

            isRelative = (isRelative || RelativePronoun().IsMatch(match.Value)) && kind is null;
            rest = rest[match.Length..].Trim(' ', ',');
            rest = Joint().Replace(rest, string.Empty);
        }

        return (conditions, string.Empty);
    }

    private static Regex Row(string pattern) => new("^(?:" + pattern + ")", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    // "A darker trunk", which nothing here measures.
    [GeneratedRegex(@"\b\w{3,}(?:er|est)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Comparative();

    [GeneratedRegex(@"^(?:that|which|who)\b", RegexOptions.IgnoreCase)]
    private static partial Regex RelativePronoun();

    [GeneratedRegex(@"^(?!(?:going|looking|wearing|having)\b)\w{3,}ing\b", RegexOptions.IgnoreCase)]
    private static partial Regex Doing();

    [GeneratedRegex(@"^(?<side>left|right)$")]
    private static partial Regex Side();

    [GeneratedRegex(@"^and\s+(?=(?:on|in|at|with|above|below|under|next|near|beside|is|are|has|have|wearing|without|to\s+the\s+(?:left|right)|left\s+of|right\s+of|over|behind)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Joint();

    [GeneratedRegex(
        @"(?<=\S,?\s)(?:not|isn['\u2019]t|aren['\u2019]t|doesn['\u2019]t|don['\u2019]t|that|which|who|is|are|was|were|do|does|did|can|could|has|have|had|having|with|without|wearing|wears?|in|on|at|left\s+of|right\s+of|to\s+the\s+(?:left|right)|above|over|below|under|underneath|beneath|"
        + @"next\s+to|near|beside|close\s+to|by|around|surrounding|behind|between|inside|within|against|touching|overlapping|here|there|visible|up\s+there|over\s+there|other\s+than|except|apart\s+from|besides|not\s+counting|but|"
        + @"up\s+in|up\s+on|out\s+on|out\s+in|down\s+on|over\s+at|(?:driving|sailing)(?=\s+(?:on|in|at|by|near|over|under|past)\b)|standing|sitting|lying|hanging|parked|located|placed|floating|growing|flying|hovering|resting|perched|stands?|sits?|lies|lie|hangs?|upon|alongside|adjacent\s+to|of\s+(?:the|this)\s+(?:picture|image|photo|photograph|scene|drawing)|coloured|(?:bigger|larger|smaller|taller|shorter|wider|narrower)(?=\s+than\s)|(?<!\b(?:the|an?|all|both|any|and|or|other|" + Colours.Words + @")\s)(?:" + Colours.Words + @")(?=$|\s+(?:with|without|and\s+(?:has|have|with|on|in|is))\b))(?=\s|$|,)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Start();
}
