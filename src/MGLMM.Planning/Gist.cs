using System.Text.RegularExpressions;
using MGLMM.Planning.Requests;

namespace MGLMM.Planning;

/// <summary>
/// Reads what no row of the table reads by what is said rather than by how: one word that tells what is to be done, the things that it is to be done with, and how. It becomes
/// requests that the table reads: "Colour of the door, and of the roof?" is "what colour is the door" and "what colour is the roof".
/// </summary>
/// <remarks>Every word must have its use: with one left over nothing is read, for it might turn the meaning round.</remarks>
internal static partial class Gist
{
    /// <summary>Masks of things, which is also what is wanted where only their shape is told.</summary>
    private static readonly Task Masking = new(@"(?:(?:as\s+|into\s+|to\s+|in\s+)?(?:an?\s+|the\s+)?(?:(?:foreground|binary|segmentation|separate|pixel)\s+)*(?:masks?|segmentation)|segment|select)(?:\s+(?:of|for))?", Draws: true, (thing, manner) => manner.IsFile ? $"save {thing} as a png mask" : $"mark {thing}");

    private static readonly Task Marking = new(@"(?:mark|marked|highlight|highlighted|tint|tinted|paint|painted|shade|shaded|fill|filled|colou?r|overlay|dye)(?:\s+(?:in|up|over|of|on))?", Draws: true, (thing, manner) => $"mark {thing}{manner}");

    /// <summary>What is to be done, by the words that tell it; the first that is found counts, and another one beside it is a word left over.</summary>
    private static readonly Task[] Tasks =
    [
        new(@"(?:how\s+many|(?:the\s+)?(?:count|number|amount|tally)(?:\s+of)?|count(?:\s+up)?)", Draws: false, (thing, _) => $"how many {Bare(thing)} are there"),
        new(@"(?:(?:in\s+)?(?:what|which)\s+|the\s+)?(?:main\s+|exact\s+)?(?:colou?rs?|hue|shade)(?:\s+(?:is|are|has|have|does|do|of|for))*", Draws: false, (thing, _) => $"what colour is {thing}"),
        new(@"(?:how\s+(?:wide|high|tall|large|big|long|broad)|(?:the\s+)?(?:width|height|size|dimensions?|measurements?|extent|area))(?:(?:\s*,\s*|\s+and\s+|\s+or\s+)(?:how\s+(?:wide|high|tall|large|big|long|broad)|(?:the\s+)?(?:width|height|size|dimensions?|area)|wide|high|tall|large|big|long))*(?:\s+(?:is|are|of|does|do|for))*", Draws: false, (thing, _) => $"how big is {thing}"),
        new(@"(?:where(?:abouts)?|(?:the\s+)?(?:location|position|whereabouts|place)(?:\s+of)?)(?:\s+(?:is|are))?", Draws: false, (thing, _) => $"where is {thing}"),
        new(@"(?:box|boxes|bounding\s+box(?:es)?|frames?)(?:\s+(?:around|for|on|of|round))+", Draws: true, (thing, manner) => $"draw a {manner.Colour} box around {thing}"),
        new(@"(?:outlines?|outlined|contours?|circle|trace|encircle|borders?)(?:\s+(?:around|for|on|of|round))*", Draws: true, (thing, manner) => $"outline {thing}{manner}"),
        new(@"(?:blur|blurred|blurry|pixelate|pixelated|unsharp|out\s+of\s+focus)(?:\s+out)?", Draws: true, (thing, _) => $"blur {thing}"),
        new(@"(?:crop|cropped|zoom(?:ed)?)(?:\s+(?:it|this|down|" + Postmodifiers.Picture + @"))?(?:\s+(?:in|out|to|on|into|around))*", Draws: true, (thing, _) => $"crop the picture to {thing}"),
        new(@"(?:cut(?:\s*-?\s*out)?|cutout|extract|isolate|isolated|sticker|snip|clip)(?:\s+(?:of|for|out))?", Draws: true, (thing, _) => $"cut out {thing}"),
        Marking,
        Masking,
        new(@"(?:save|export|store|download)", Draws: true, (thing, manner) => manner.IsFile ? $"save {thing} as a png mask" : null),
    ];

    /// <summary>Requests that together ask for what a text asks for; null where a word is left over, or nothing tells what is to be done.</summary>
    public static IReadOnlyList<string>? Read(string text)
    {
        string rest = $" {Line().Replace(text, " ").Trim()} ";
        if (rest.Length > LongestText)
        {
            return null;
        }

        (rest, Manner manner) = Manner.Read(Filler().Replace(rest, " | "));

        // "The size of the car, and its position": several questions about one thing.
        Task[] questions = [.. Tasks.Where(task => !task.Draws && task.Words.IsMatch(rest))];
        if (questions.Length > 1)
        {
            List<string>? asked = Things(questions.Aggregate(rest, (left, task) => task.Words.Replace(left, " | ")));
            asked?.RemoveAll(thing => asked.Count > 1 && Wanted.Read(thing).IsPronoun);
            return asked is [{ } one] && manner is { IsJoined: false, Margin: null } ? Checked([.. questions.Select(task => task.Request(one, manner)!)], text) : null;
        }

        // "Both children in one mask" says how alone.
        bool isShaped = manner.IsJoined || manner.Margin is not null;
        Task? task = Tasks.FirstOrDefault(task => task.Words.IsMatch(rest)) ?? (isShaped ? Masking : manner.IsOwnColours ? Marking : null);
        if (task is null || (isShaped && !task.Draws) || Things(task.Words.Replace(rest, " | ")) is not { } things)
        {
            return null;
        }

        List<string> requests = manner.IsJoined ? [$"combine {string.Join(" and ", things)} into one mask"] : [];

        // Several things are drawn in one picture.
        bool isOnePicture = task.Draws && manner is { Margin: null, IsFile: false } && !things.Any(thing => thing.StartsWith("everything", StringComparison.OrdinalIgnoreCase));
        foreach (string thing in manner.IsJoined ? ["it"] : isOnePicture ? [string.Join(" and ", things)] : things)
        {
            // What is to be larger is made so first; that marks it.
            requests.AddRange(manner.Margin is { } margin ? [$"make {thing} {margin} pixels bigger"] : (string[])[]);
            if (task.Request(manner.Margin is null ? thing : "it", manner) is not { } made)
            {
                return null;
            }

            requests.AddRange(requests.Count > 0 && made == "mark it" ? [] : (string[])[made]);
        }

        return Checked(requests, text);
    }

    /// <summary>Requests that the table reads and that are not the text itself; else null.</summary>
    private static List<string>? Checked(List<string> requests, string text) =>
        requests.All(RequestPatterns.Reads) && !(requests is [{ } same] && string.Equals(same, text.Trim(' ', '.', '?', '!'), StringComparison.OrdinalIgnoreCase)) ? requests : null;

    /// <summary>The things that are left where everything else was taken out; null where one of them is no thing, or there is none.</summary>
    private static List<string>? Things(string rest)
    {
        List<string> things = [];
        foreach (string piece in Break().Split(rest))
        {
            string thing = Ends().Replace(Ends().Replace(piece.Trim(), string.Empty).Trim(), string.Empty).Trim();
            if (thing.Length == 0)
            {
                continue;
            }

            // "The house door".
            thing = Compound().Match(thing) is { Success: true } compound && Nouns.IsPart(compound.Groups["part"].Value) && !Nouns.IsPart(compound.Groups["whole"].Value)
                ? $"the {compound.Groups["part"].Value} of the {compound.Groups["whole"].Value}" : thing;

            // "Everything but grass and sky": the list goes on.
            if (things.Count > 0 && things[^1].StartsWith("everything but ", StringComparison.OrdinalIgnoreCase) && IsThing(thing))
            {
                things[^1] += $" and {thing}";
                continue;
            }

            if (!IsThing(Rest().Replace(thing, string.Empty)))
            {
                return null;
            }

            things.Add(Rest().IsMatch(thing) ? $"everything but {Rest().Replace(thing, string.Empty)}" : thing);
        }

        return things.Count is > 0 and <= MostThings ? things : null;
    }

    private static bool IsThing(string words)
    {
        if (Whole().Match(words) is { Success: true } part)
        {
            return IsThing(part.Groups["part"].Value) && IsThing(part.Groups["whole"].Value);
        }

        Wanted wanted = Wanted.Read(words);
        return Colours.OfAnything(words) is not null || wanted is { Unread.Length: 0, Attribute.Length: 0 } && (wanted.Label.Length > 0 || wanted.IsPronoun) && !Tasks.Any(task => task.Words.IsMatch($" {words} ")) && !Question().IsMatch(words);
    }

    /// <summary>A thing without its article, as it is counted.</summary>
    private static string Bare(string thing) => Article().Replace(thing, string.Empty);

    private const int LongestText = 200;

    private const int MostThings = 6;

    /// <summary>Something that can be done with things.</summary>
    /// <param name="Said">The words that tell it, as a regular expression.</param>
    /// <param name="Draws">Whether it makes a picture of regions, which can be joined and made larger before.</param>
    /// <param name="Request">The request for one thing; null where it cannot be done so.</param>
    private sealed record Task(string Said, bool Draws, Func<string, Manner, string?> Request)
    {
        public Regex Words { get; } = new($@"(?<=\s){Said}(?=\s|[,.;:?!])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>How something is to be done.</summary>
    /// <param name="Colour">In which colour; empty where none is said.</param>
    /// <param name="Margin">By how many pixels larger.</param>
    /// <param name="IsJoined">As one mask.</param>
    /// <param name="IsFile">As a file of a mask.</param>
    /// <param name="IsOwnColours">Each in a colour of its own.</param>
    private sealed partial record Manner(string Colour, string? Margin, bool IsJoined, bool IsFile, bool IsOwnColours)
    {
        public static (string Left, Manner Manner) Read(string text)
        {
            string rest = text;
            Match larger = Take(Larger(), ref rest);
            string? margin = larger.Groups["some"].Success ? SomePixels : larger.Success ? larger.Groups["pixels"].Value : null;
            bool joined = Take(OneMask(), ref rest).Success;
            bool file = Take(File(), ref rest).Success;
            Take(SeeThrough(), ref rest);
            bool own = Take(InOwnColours(), ref rest).Success;
            string colour = own ? string.Empty : Take(InColour(), ref rest).Groups["colour"].Value;
            return (rest, new Manner(colour, margin, joined, file, own));
        }

        private const string SomePixels = "10";

        public override string ToString() => Colour.Length == 0 ? string.Empty : $" in {Colour}";

        private static Match Take(Regex pattern, ref string rest)
        {
            Match match = pattern.Match(rest);
            rest = match.Success ? $"{rest[..match.Index]} | {rest[(match.Index + match.Length)..]}" : rest;
            return match;
        }

        [GeneratedRegex(@"\s(?:(?:with|plus|and|by|having|but|add|leave)\s+)*(?:an?\s+)?(?:extra\s+)?(?<pixels>\d{1,3})\s*-?\s*(?:px|pixels?)\s+(?:of\s+)?(?:extra\s+)?(?:margins?|padding|borders?|room|space|bigger|larger|wider|more)(?:\s+(?:all\s+)?(?:a?round(?:\s+(?:it|them))?|on\s+(?:every|each|all)\s+sides?))?(?=\s|[,.;:?!])|\s(?:(?:with|plus|and|but|add|leave)\s+)*(?<some>(?:a\s+(?:little|bit\s+of)|some)\s+(?:extra\s+)?(?:margin|padding|room|space))(?:\s+(?:left\s+)?(?:all\s+)?a?round(?:\s+(?:it|them))?)?(?=\s|[,.;:?!])", RegexOptions.IgnoreCase)]
        private static partial Regex Larger();

        [GeneratedRegex(@"\s(?:(?:(?:in|into|as|with|to)\s+)?(?:just\s+|only\s+)?(?:one|a)\s+(?:single\s+|joint\s+|combined\s+|common\s+|and\s+the\s+same\s+)*mask|(?:in|into|as|with|to)\s+an?\s+(?:single|joint|combined|common)\s+mask|combined|merged|joined|together)(?=\s|[,.;:?!])", RegexOptions.IgnoreCase)]
        private static partial Regex OneMask();

        [GeneratedRegex(@"\s(?:(?:(?:saved?|exported?|stored?)\s+)?(?:(?:as|in|into|to)\s+)?(?:an?\s+)?(?:(?:binary|b/w|black[\s-]and[\s-]white)\s+)?(?:png|image)(?:\s+(?:file|masks?|image))?|(?:as|in|into|to)\s+an?\s+file)(?=\s|[,.;:?!])", RegexOptions.IgnoreCase)]
        private static partial Regex File();

        [GeneratedRegex(@"\s(?:(?:half|semi|partly|slightly)?[\s-]*(?:transparent|see-?through|translucent)(?:ly)?|(?:at|with)\s+\d{1,2}\s*%\s*(?:opacity|transparency|alpha)?|\d{1,2}\s*%\s*(?:opacity|transparency|transparent|alpha))(?=\s|[,.;:?!])", RegexOptions.IgnoreCase)]
        private static partial Regex SeeThrough();

        // In colours of their own is how regions are marked.
        [GeneratedRegex(@"\s(?:each\s+)?(?:in|with)\s+(?:(?:an?|its|their)\s+)?(?:own|different|separate|distinct|various)\s+colou?rs?(?:\s+of\s+(?:its|their)\s+own)?(?=\s|[,.;:?!])", RegexOptions.IgnoreCase)]
        private static partial Regex InOwnColours();

        // A colour that no noun follows, or that stands before what is drawn: "in red", "the roof yellow", "a red outline around"; "everything red" is what is drawn.
        [GeneratedRegex(@"(?<!\b(?:everything|anything|something|all|whatever|is|are))\s(?:(?:in|with|using)\s+)?(?:an?\s+)?(?:light\s+|dark\s+|bright\s+)?(?<colour>" + Colours.Words + @")(?:\s+(?:colou?r|lines?|tint|ink|pen))?(?=\s*(?:[,.;:?!|]|$)|\s+(?:outlines?|box|frame|contours?|boxes|overlay)\b)", RegexOptions.IgnoreCase)]
        private static partial Regex InColour();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Line();

    // Words that ask, and say nothing of what is asked; what the picture is called; "in pixels".
    [GeneratedRegex(@"(?<=\s)(?:please|kindly|thanks|just|only|also|then|now|ok(?:ay)?|hey|hi|so|(?:tell|give|show|get|make|let|find|send|draw|put|create|produce|return)(?:\s+(?:me|us))?|(?:could|can|would|will)\s+you|i(?:\s+would|['\u2019]d)?\s+(?:want|like|need)(?:\s+(?:to\s+(?:know|see|have|get)))?|(?:that|which)\s+(?:covers?|contains?|includes?|holds?)|covering|containing|out\s+on(?:to)?\s+a|on(?:to)?\s+an?(?=\s+(?:see|transparent))|(?<=\s)background(?=\s*[.?!]?\s*$)|name|state|say|report|determine|find\s+out|measure|list|read\s+off|(?:in|of|on|within|from)\s+" + Postmodifiers.Picture + @"|in\s+(?:pixels|px)|(?:is|are)\s+there|do\s+you\s+see|can\s+you\s+see|what\s+(?:is|are)|an?\s+(?=(?:box|outline|frame|crop|cut|contour|mask|red\s|green\s|blue\s|yellow\s)))(?=\s|[,.;:?!])", RegexOptions.IgnoreCase)]
    private static partial Regex Filler();

    [GeneratedRegex(@"\s*(?:[|,;:.?!/&+]|(?<=\s)(?:and|or|plus|as\s+well\s+as|versus|vs)(?=\s))\s*", RegexOptions.IgnoreCase)]
    private static partial Regex Break();

    // What a taken-out phrase leaves at the ends of a thing.
    [GeneratedRegex(@"^(?:(?:of|for|on|in|to|is|are|do|does|has|have|with|as|around|and|but|it|be)\s+)+(?=\S)|^(?:of|for|on|in|to|is|are|do|does|has|have|with|as|and|but|be|me|a|an|there)$|(?<=\S)(?:\s+(?:is|are|do|does|has|have|got|in|as|to|with|be|there|here|have\s+got|painted|out|away))+$", RegexOptions.IgnoreCase)]
    private static partial Regex Ends();

    [GeneratedRegex(@"^(?:the\s+|an?\s+)?(?<whole>(?!(?:the|an?|all|both|every|each|any|its|his|her|their|this|that|these|those|my|" + Colours.Words + @")\s)[\w-]+)\s+(?<part>[\w-]+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Compound();

    [GeneratedRegex(@"^(?<part>(?:the\s+|an?\s+)?(?:[\w-]+\s+)?[\w-]+)\s+of\s+(?<whole>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Whole();

    [GeneratedRegex(@"^(?:everything|all|anything|the\s+rest)(?:\s+else)?\s+(?:but|except|other\s+than|apart\s+from|besides|outside(?:\s+of)?|minus|without)(?:\s+for)?\s+(?=\S)", RegexOptions.IgnoreCase)]
    private static partial Regex Rest();

    [GeneratedRegex(@"^(?:the|an?|all|any|some)\s+(?:of\s+)?(?:the\s+)?", RegexOptions.IgnoreCase)]
    private static partial Regex Article();

    [GeneratedRegex(@"\b(?:what|which|who|whose|why|how|when|where|if|because|not|no|never|than|without|don['\u2019]t|is|are|was|were|does|do|did|had|been|before|after|would|will|should|might|once|still|yet|already|later|earlier|again)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Question();
}
