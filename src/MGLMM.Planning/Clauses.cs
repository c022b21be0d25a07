using System.Text.RegularExpressions;
using MGLMM.Language;
using MGLMM.Planning.Steps;

namespace MGLMM.Planning;

/// <summary>Takes a request apart into what is to be done, one thing after the other.</summary>
internal static partial class Clauses
{
    public static IReadOnlyList<string> Of(string request)
    {
        string text = Whole(request);
        return [.. Cut().Split(text).Select(clause => Alternatives.Whole(Indirect(Lead().Replace(clause.Trim(' ', ',', '.', ';', '\n'), string.Empty).Trim()))).Where(clause => clause.Length > 0)];
    }

    /// <summary>The request in one piece: without courtesies and reasons, and with what belongs to something told by "of".</summary>
    public static string Whole(string request)
    {
        string text = Please().Replace(Rephrasings.Apply(Rephrasings.First, request.Trim()), match => match.Groups["comma"].Success ? ", " : " ").Trim(' ', ',');
        text = Owned().Replace(Possessive().Replace(Own().Replace(text, string.Empty), "the ${part} of ${whole}"), match => $"the {match.Groups["part"].Value} of {(match.Groups["many"].Success ? "them" : match.Groups["who"].Success ? "him" : "it")}");
        text = Contraction().Replace(text, " is");
        text = Belonging().Replace(text, " of ");
        text = WhereIn().Replace(text, "where ");
        text = ToKnow().Replace(text, "what is ");
        text = Condition().Replace(InThis().Replace(Emphasis().Replace(text, string.Empty), string.Empty), string.Empty);
        text = Reason().Replace(text, string.Empty);
        text = Filler().Replace(Courtesy().Replace(Greeting().Replace(text, string.Empty), string.Empty), string.Empty);
        text = Apart().Replace(text, "${question} other than ${what}${end}");
        text = SeenFrom().Replace(Front().Replace(text, match => match.Groups["front"].Success ? " is frontmost" : " is rearmost"), " relative to ");
        text = InWords().Replace(text, match => match.Groups["brief"].Success ? " briefly" : string.Empty);
        text = OfThings().Replace(Hue().Replace(text, match => match.Groups["is"].Success ? "colour is" : "colour"), match => $"{match.Groups["which"].Value} {EnglishNouns.Singular(match.Groups["noun"].Value)} ");
        text = PixelsOf().Replace(text, "how many pixels does ${who} have");
        text = Topic().Replace(text, match => Its().Replace(match.Groups["question"].Value, of => $"{(of.Groups["of"].Success ? " of " : " ")}{Sentences.Lower(match.Groups["topic"].Value)}"));
        text = Shown().Replace(text, "${verb} ${topic}");
        text = AddedTo().Replace(text, "combine it and ${what}");
        text = WideAndHigh().Replace(text, "how big ");
        text = Split().Replace(text, "show the ${a} of ${whole} and the ${b} of ${whole}");
        text = AndOf().Replace(OnTop().Replace(text, " is highest"), " and ");
        return KeptSharp().Replace(Rephrasings.Apply(Rephrasings.Last, text), "blur everything but ${what}");
    }

    /// <summary>"Tell me whether there is a dog" as the question that it asks: "is there a dog".</summary>
    private static string Indirect(string clause)
    {
        string asked = HowManyHas().Replace(TellMe().Replace(clause, string.Empty), match => $"how many {match.Groups["part"].Value} {(match.Groups["verb"].Value == "has" ? "does" : "do")} {match.Groups["who"].Value} have");
        asked = Whether().Replace(asked, match => match.Groups["there"].Success ? $"{match.Groups["verb"].Value} there {match.Groups["what"].Value}"
            : match.Groups["verb"].Value is "has" or "have" ? $"does {match.Groups["who"].Value} have {match.Groups["what"].Value}"
            : $"{match.Groups["verb"].Value} {match.Groups["who"].Value} {match.Groups["what"].Value}");
        asked = asked.Length < clause.Length ? Order().Replace(asked, "${question} ${verb} ${who}${rest}") : asked;
        return Negated().Replace(IsThere().Replace(asked, "is there ${what}"), "everything but ");
    }

    // "The boat's hull", "the boat's red hull" is the hull of the boat.
    [GeneratedRegex(@"\b(?<whole>(?:the|an?|this|that|each|every)\s+(?:[\w-]+\s+){0,2}?(?!(?:that|there|it|what|where|who|how)\b)[\w-]+)['\u2019]s\s+(?<part>(?:[\w-]+\s+)??[\w-]+)(?=\s*(?:$|[,.;:!?]|\b(?:and|or|is|are|as|in|to|from|on|with|has|have|look|looks|" + Colours.Words + @"|bigger|larger|smaller|taller|wider|longer|shorter|open|closed|visible|the\s+same|touching)\b))|\b(?<whole>(?:the|these|those)\s+(?:[\w-]+\s+){0,2}?[\w-]+s)['\u2019]\s+(?<part>(?:[\w-]+\s+)??[\w-]+)(?=\s*(?:$|[,.;:!?]|\b(?:and|or|is|are|as|in|to|from|on|with|has|have)\b))", RegexOptions.IgnoreCase)]
    private static partial Regex Possessive();

    // "What colour is its frame".
    [GeneratedRegex(@"\b(?:its|(?<many>their)|(?<who>his|her))\s+(?<part>(?!(?:own|parts?|pieces|components|background|surroundings)\b)[\w-]+)(?=\s*(?:$|[,.;:!?]|\b(?:as|in|to|into|and|is|are|with|blurred)\b))", RegexOptions.IgnoreCase)]
    private static partial Regex Owned();

    // "Anything red here", "any dogs": a question without its verb.
    [GeneratedRegex(@"^(?<what>(?:any|anything|anyone|anybody)\b.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex IsThere();

    [GeneratedRegex(@"\b(?:everything|anything|all|whatever)\s+(?:that\s+|which\s+)?(?:is\s+not|isn['\u2019]t|are\s+not|aren['\u2019]t|not)\s+(?:part\s+of\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Negated();

    [GeneratedRegex(@"^(?:(?:hey|hi|hello|ok(?:ay)?|well|so|now)\b[\s,!.]*)+", RegexOptions.IgnoreCase)]
    private static partial Regex Greeting();

    // Words that change nothing of what is asked.
    [GeneratedRegex(@"^(?:roughly|approximately|about|exactly|precisely)\s+(?=how\b|what\b)|(?<=\b(?:is|are|at|about)\s)(?:roughly|approximately|about)\s+|\s+(?:anywhere|somewhere|at\s+all|right\s+now|now(?=\s*(?:$|[.?!]))|exactly|actually|approximately|roughly|currently|altogether|in\s+total|overall|in\s+here)\b|\s*,?\s+from\s+(?:head\s+to\s+(?:toe|foot)|top\s+to\s+bottom)\b|(?<!\b(?:is|are|be|going\s+on|happening))\s+here(?=\s*(?:$|[.?!,;]))", RegexOptions.IgnoreCase)]
    private static partial Regex Filler();

    [GeneratedRegex(@"^(?:tell(?:\s+me)?|show\s+me|do\s+you\s+know|i\s+wonder|i(?:\s+would|'d)?\s+(?:want|like)\s+to\s+(?:know|see)|let\s+me\s+(?:know|see)|say|check|find\s+out|see|count)\s+(?=(?:how|what|which|where|who|whether|if)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex TellMe();

    [GeneratedRegex(@"^(?:whether|if)\s+(?:(?<there>there)\s+(?<verb>is|are)|(?<who>(?:the|a|an|any|this|that|either|neither|none|both|all|each|every|only|exactly|some|one|two)\s+.+?|m\d+)\s+(?<verb>is|are|has|have))\s+(?<what>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Whether();

    // "How many windows it has".
    [GeneratedRegex(@"^how\s+many\s+(?<part>[\w-]+(?:\s+[\w-]+)?)\s+(?<who>it|they|he|she|(?:the|this|that|these|those|both|each)\s+.+?|m\d+)\s+(?<verb>has|have)$", RegexOptions.IgnoreCase)]
    private static partial Regex HowManyHas();

    // "Where the horse is".
    [GeneratedRegex(@"^(?<question>where|what\s+colou?r|how\s+(?:big|large|small|tall|wide|high|far|close|near|long))\s+(?<who>(?:the|a|an|this|that)\s+.+?|m\d+|it|they)\s+(?<verb>is|are)(?<rest>(?:\s+(?:away\s+)?(?:from|to)\s.+|\s+apart)?)$|^(?<question>what|where|who|which\s+\w+|what\s+(?:season|time\s+of\s+(?:the\s+)?(?:day|year)))\s+(?<who>it|they|that|this|those|these)\s+(?<verb>is|are)(?<rest>)$|^(?<question>what|where|who)\s+(?<who>(?:the|a|an|this|that)\s+.+?|m\d+)\s+(?<verb>is|are)(?<rest>\s+\w+(?:ing|ed)\b.*)$|^(?<question>what)\s+(?<who>(?:the|a|an|this|that|each|both|all)\s+.+?|m\d+|they|he|she)\s+(?<verb>has|have)(?<rest>\s+on(?:\s.+)?)$", RegexOptions.IgnoreCase)]
    private static partial Regex Order();

    // "Blur the background and keep the dog sharp" is one thing to do.
    [GeneratedRegex(
        @"\bblur\s+(?:out\s+)?(?:the\s+(?:background|rest|others?)|(?:everything|all)(?:\s+else)?)\s*(?:,|;|\.)?\s*(?:and\s+|but\s+|while\s+)?(?:keep(?:ing)?|leav(?:e|ing))\s+(?:only\s+|just\s+)?(?<what>[^,.;]+?)\s+(?:sharp|in\s+focus|clear|visible|untouched|unblurred|as\s+(?:it\s+is|they\s+are|is))\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex KeptSharp();

    [GeneratedRegex(@"(?<=\b(?:what|where|who|how|which|that|there|it))['\u2019]s\b", RegexOptions.IgnoreCase)]
    private static partial Regex Contraction();

    /// <summary>What somebody needs it for, which asks for nothing: "so that I can post it", ", I need it for a web page".</summary>
    [GeneratedRegex(@"\s*,?\s*\b(?:so\s+(?:that\s+)?(?:(?:i|we)\s+(?:can|could|may)|(?:it|they)\s+(?:stands?|pops?|shows?|is|are|can)\b)|because\s+(?:i|we)|since\s+(?:i|we))\b[^.?!;]*|\s*,\s*(?:i|we)\s+(?:need|want|will\s+use|am\s+using|use)\s+(?:it|this|that|them)\b[^.?!;]*", RegexOptions.IgnoreCase)]
    private static partial Regex Reason();

    [GeneratedRegex(@"\s*,?\s*\b(?:please|kindly|thanks|thank\s+you|for\s+(?:me|us))\b\s*(?<comma>,)?\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Please();

    [GeneratedRegex(@"\b(?:i\s+(?:want|need|would\s+like)|i['\u2019]d\s+like)\s+to\s+know\s+(?=the\b|its\b)", RegexOptions.IgnoreCase)]
    private static partial Regex ToKnow();

    [GeneratedRegex(@"\bwhere\s+(?:in|on)\s+(?:the|this)\s+(?:picture|image|photo|scene)\s+(?=(?:is|are|does|do|can)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex WhereIn();

    [GeneratedRegex(@"\s+(?:that|which)\s+(?:belongs?\s+to|(?:is|are)\s+(?:a\s+)?part\s+of)\s+", RegexOptions.IgnoreCase)]
    private static partial Regex Belonging();

    // "The sails, only the sails, not the whole boat" says once more what is said.
    [GeneratedRegex(@"\s*,\s*(?:but\s+)?(?:only|just)\s+[^,.;!?]+?\s*,?\s+(?:and\s+)?not\s+[^,.;!?]+(?=[.;!?]|$)|\s*,?\s+(?:and\s+|but\s+)?not\s+(?:the\s+(?:whole|entire|complete|rest)|all)\b[^,.;!?]*(?=[.;!?]|$)|(?:\s*,\s*|\s+and\s+)(?:nothing|no\s+one|none)\s+else(?=[.;!?]|$)|\s*,?\s+(?:and|but)\s+(?:leave\s+|keep\s+)?(?:everything\s+else|the\s+rest|the\s+others?)\s+(?:as\s+(?:it|they)\s+(?:is|are)|unchanged|untouched|alone)(?=[.;!?]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"\s*,?\s+if\s+(?:so|not)(?=\s*(?:[?.!;]|$))|\bif\s+(?:so|yes|not|no|any|there\s+(?:is|are)(?:\s+(?:one|any|some|none))?|you\s+(?:do|can))\s*,\s*|\bif\s+so\b\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\s+(?:in|on)\s+(?:this|that)(?:\s+one)?(?=\s*(?:[.?!,;]|$))|\s*,?\s+(?:measured\s+)?in\s+(?:pixels|px)(?=\s*(?:[.?!;]|$))|\s*,?\s+compared\s+(?:to|with)\s+the\s+(?:whole\s+|entire\s+)?(?:picture|image)(?=\s*(?:[.?!;]|$))|(?<=ing)\s+(?:up|over|out|down|around)\s+there(?=\s*(?:[.?!;]|$))", RegexOptions.IgnoreCase)]
    private static partial Regex InThis();

    // "Leaving out the sky, which is the largest": what is left out stands behind what is asked.
    [GeneratedRegex(@"^(?:leaving\s+(?:out|aside)|apart\s+from|except(?:\s+for)?|besides|not\s+counting|without\s+counting|ignoring|excluding|other\s+than|disregarding|aside\s+from)\s+(?<what>[^,?]+?)\s*,\s*(?<question>(?:which|what|how|who|list|name|count|where|find|mark|outline|number|show|is|are)\b.*?)(?<end>\s*[.?!]*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Apart();

    [GeneratedRegex(@"\s+(?:is|are|stands|sits|lies|comes)\s+(?:standing\s+|sitting\s+|lying\s+)?(?:the\s+)?(?:(?<front>(?:farthest|furthest|farther|further|more)?\s*(?:in|to|at)\s+(?:the\s+)?(?:very\s+)?(?:front|fore)|(?:closest|nearest|closer|nearer)(?:\s+one)?\s+to\s+(?:us|me|the\s+(?:viewer|camera|observer|front)))|(?:farthest|furthest|farther|further|more)?\s*(?:at|in|to|on)\s+the\s+(?:very\s+)?back|(?:farther|further|farthest|furthest)(?:\s+away)?\s+from\s+(?:us|me|the\s+(?:viewer|camera|observer|front))|(?:farther|further|farthest|furthest)\s+(?:back|behind)|behind)(?=\s*(?:[.?!,;]|$))", RegexOptions.IgnoreCase)]
    private static partial Regex Front();

    [GeneratedRegex(@"\s*,?\s+(?:(?<brief>in\s+(?:just\s+|only\s+)?(?:one|a|a\s+single|1)\s+(?:short\s+|single\s+|simple\s+)?(?:sentence|line)|in\s+(?:a\s+)?(?:few|\w+)\s+words|in\s+(?:brief|short|a\s+nutshell))|in\s+(?:(?:one|two|three|four|\d)\s+(?:or|to)\s+)?(?:two|three|four|five|\d|a\s+few|some|full)\s+(?:short\s+|simple\s+)?(?:sentences|lines)|in\s+(?:plain|simple)\s+(?:english|words))(?=\s*(?:[.?!,;]|$))", RegexOptions.IgnoreCase)]
    private static partial Regex InWords();

    [GeneratedRegex(@"(?<=^(?:which|what|who)\b.*)\s+(?:is|are|lies|hangs)\s+(?:on|at\s+the)\s+top(?=\s*(?:[.?!,;]|$))", RegexOptions.IgnoreCase)]
    private static partial Regex OnTop();

    [GeneratedRegex(@"(?<=\w)\s+and\s+of\s+(?=(?:the|its|each|both)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex AndOf();

    // "Which of the two picture frames is larger" asks which picture frame.
    [GeneratedRegex(@"\b(?<which>which|what)\s+(?:one\s+)?of\s+the\s+(?:two|three|four)\s+(?<noun>[\w-]+(?:\s+[\w-]+)?)\s+(?=(?:is|has|looks)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex OfThings();

    [GeneratedRegex(@"\b(?:hue|colour)(?<is>['\u2019]s)(?=\s)|\bhue(?=\s+(?:is|are|of|has|have|does|do|the|its)\b|\s*[?.]|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Hue();

    [GeneratedRegex(@"\bhow\s+many\s+pixels\s+(?<who>it|they|that|this|the\s+[\w-]+)\s+(?:has|have|covers?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex PixelsOf();

    // "The house with the purple roof, what colour is the door of it": first what is spoken of, then the question.
    [GeneratedRegex(@"^(?<topic>(?:the|that|this|both)\s+[^,?.;:]+?)\s*[,:-]\s+(?<question>(?:what|where|how|which|is|are|does|do)\b.*\b(?:it|they|them|he|she|him|her)\b.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Topic();

    [GeneratedRegex(@"(?<of>\s+of)?\s+(?:it|they|them|he|she|him|her)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Its();

    // "That animal by the sea, can you outline it": what is spoken of, then what is to be done with it.
    [GeneratedRegex(@"^(?<topic>(?:the|that|this)\s+[^,?.;:]+?)\s*[,:-]\s+(?:(?:could|can|would|will)\s+you\s+)?(?<verb>outline|mark|highlight|blur|crop|cut\s+out|number|segment|find|show|count|describe)\s+(?:it|them)\s*[.?!]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Shown();

    // "Add the car to that mask as well".
    [GeneratedRegex(@"\badd\s+(?<what>(?:the|an?|both|all|m\d)\b.+?)\s+to\s+(?:it|them|(?:that|this|the)\s+(?:mask|region|selection|one))(?:\s+(?:as\s+well|too|also))?(?=\s*(?:$|[.,;!?]))", RegexOptions.IgnoreCase)]
    private static partial Regex AddedTo();

    [GeneratedRegex(@"\s+(?:all\s+)?(?:on|by)\s+(?:its|their|his|her)\s+own\b", RegexOptions.IgnoreCase)]
    private static partial Regex Own();

    // "How wide and how high is it" asks for one thing: its size.
    [GeneratedRegex(@"\bhow\s+(?:wide|high|tall|long|broad|large|big)(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)(?:how\s+)?(?:wide|high|tall|long|broad|large|big))+\s+(?=(?:is|are)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex WideAndHigh();

    // "Split the plant into pot and leaves".
    [GeneratedRegex(@"\b(?:split|divide|separate|break)\s+(?:up\s+)?(?<whole>(?:the|this|that|it|m\d)\b.*?)\s+(?:up\s+)?into\s+(?:its\s+|the\s+)?(?<a>(?!parts|pieces|components)[a-z]+)\s+and\s+(?:its\s+|the\s+)?(?<b>[a-z]+)\b[^.?!;]*", RegexOptions.IgnoreCase)]
    private static partial Regex Split();

    /// <summary>Whether a clause tells what somebody does or has, and asks for nothing: "I am making an inventory".</summary>
    public static bool IsAside(string clause) => Aside().IsMatch(clause);

    [GeneratedRegex(@"^(?:i\s+am|i['\u2019]m|we\s+are|we['\u2019]re|i\s+have|we\s+have|it\s+is\s+for|this\s+is\s+(?:for|about)|i\s+work|my\s+\w+)\b(?!.*\b(?:looking\s+for|interested|curious|searching|asking|wondering)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Aside();

    [GeneratedRegex(@"\s*,?\s+(?:as\s+)?(?:seen|viewed|looking)\s+from\s+", RegexOptions.IgnoreCase)]
    private static partial Regex SeenFrom();

    [GeneratedRegex(@"(?<=^\s*|[.,;!?]\s*|\band\s+|\bthen\s+)(?:(?:could|can|would|will)\s+you(?!\s+(?:see|spot|notice|detect|find\s+(?:any|an?))\b)(?:\s+be\s+so\s+kind\s+as\s+to)?|i(?:\s+would|'d)?\s+(?:want|like|need)\s+you\s+to|i(?:\s+would|'d)\s+(?:like|love)\s+to\s+(?:have|get|see)|i(?:\s+would|'d)\s+(?:like|love)|(?:could|can|may)\s+i\s+(?:have|get|see)|let(?:\s+me|'s|\s+us)\s+(?:have|see)|i\s+(?:want|need)\s+to\s+(?:have|see|get))\s+(?!to\s+know\b)", RegexOptions.IgnoreCase)]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"^(?:and|then|also|finally|next(?!\s+to\b)|after that|first)\b[\s,]*", RegexOptions.IgnoreCase)]
    private static partial Regex Lead();

    // After a comma, "then", "and" or a full stop, but only where something new begins: "the cat and the dog" stays whole.
    private const string Verb =
        "describe|caption|darken|dim|desaturate|show|find|locate|segment|outline|highlight|mark|cut|return|dilate|erode|union|select|segment|reduce|describe|write|zoom|colou?r|crop|blur|count|compare|export|save|render|draw|tell|explain|list|number|"
        + "name|where|what|which|how|who|is|are|does|why|combine|join|remove|label|put|invert|grow|shrink|enlarge|expand|make|keep|delete|erase|hide|zoom|sort|detect|identify|frame|circle|trace|annotate|tag|split|order|isolate|extract|measure|give|the\\s+parts";

    [GeneratedRegex(
        @"(?:[.;!?\n]+(?:\s+|$))|(?:\s*,?\s*(?:and\s+)?(?:then|after\s+that|finally|next(?!\s+to\b))\s+)|(?:\s*,\s*(?:and\s+)?(?=(?:" + Verb + @")\b))|(?:\s+and\s+(?=(?:" + Verb + @")\b))|(?:\s*,?\s+and\s+(?=by\s+how\s+(?:much|many)\b))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Cut();
}
