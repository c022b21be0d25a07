namespace MGLMM.Planning;

/// <summary>Other words for what the table of requests reads, a row for each; all are applied, in order. To teach the planner a turn of speech, add a row with an example.</summary>
internal static class Rephrasings
{
    private const string Shape = "outline|box|frame|line|border|circle|contour";

    private const string Draw = "outline|mark|highlight|circle|frame|tint|shade|contour|trace";

    /// <summary>What is said of a request as it was typed.</summary>
    public static IReadOnlyList<Rephrasing> First { get; } =
    [
        new("Which cloud isn't white?", "Which cloud is not white?", @"\b(?<verb>is|are|was|were|does|do|has|have)n['\u2019]t\b", "${verb} not"),
        new("tell me which one's bigger", "tell me which one is bigger", @"(?<=\bwhich\s+one)['\u2019]s\b", " is"),
        new("Can't I see the horse?", "Can I not see the horse?", @"\b(?<verb>can)(?:['\u2019]t|not)\s+(?<who>i|we|you|one)\b", "${verb} ${who} not"),
        new("The tent is purple, right?", "is The tent purple", @"^(?<who>(?:the|this|that|these|those)\s+.+?)\s+(?<verb>is|are)\s+(?<rest>[^,?.;]+?)\s*,\s*(?:right|correct|no|(?:is|are)\s+(?:not\s+)?(?:it|they)(?:\s+not)?|yes|true)\s*\?*$", "${verb} ${who} ${rest}"),
        new("Do you think the horse is cut off?", "whether the horse is cut off?", @"^(?:do|would|did)\s+you\s+(?:think|say|reckon|believe)\s+(?:that\s+)?(?=(?:the|a|an|any|this|that|either|both|all|there)\b)", "whether "),
        new("Why can I not see the head of the horse?", "can you see the head of the horse?", @"^(?:but\s+)?why\s+(?:can|do|could)\s+(?:i|we|you|one)\s+(?:not\s+)?see\s+(?:no\s+)?", "can you see "),
        new("Show nothing but the dog", "Show only the dog", @"\bnothing\s+(?:but|except(?:\s+for)?|other\s+than)\b", "only"),
        new("Is there a window, or a door, or both?", "Is there a window, or a door?", @"\s*,?\s+(?:or|and)\s+(?:both|neither|none|either)(?:\s+of\s+(?:them|these|those|the\s+two))?(?=\s*(?:[?.!]|$))", string.Empty),
        new("Which rabbit has the ball as its neighbour?", "Which rabbit is next to the ball?", @"\b(?:has|have)\s+(?<what>(?:the|an?)\s+(?:[\w-]+\s+)?[\w-]+)\s+(?:as|for)\s+(?:its|his|her|their|an?)\s+(?:closest\s+|nearest\s+|next\s+)?neighbou?rs?\b", "is next to ${what}"),
        new("Whose cap is green?", "who has a green cap?", $@"\bwhose\s+(?<part>[\w-]+)\s+(?:is|are)\s+(?<colour>{Colours.Words})\b", "who has a ${colour} ${part}"),
        new("the car, the tree: which one is taller?", "which is taller, the car or the tree", @"^(?<a>the\s+[^,:?]+?)\s*(?:,|\s+and|\s+or|\s+versus|\s+vs\.?)\s*(?:and\s+|or\s+)?(?<b>the\s+[^,:?]+?)\s*[:\u2013\u2014-]\s*which(?:\s+one|\s+of\s+(?:them|these|the\s+two))?\s+is\s+(?<rest>[^?,]+?)\s*\?*$", "which is ${rest}, ${a} or ${b}"),
        new("the three largest objects, largest first", "the three largest objects", @"(?<=\b(?<word>biggest|largest|smallest|tallest)\b[^,]*)\s*,\s*(?:the\s+)?(?:biggest|largest|smallest|tallest)(?:\s+one)?\s+first\b", string.Empty),
        new("I only want the house, no background", "I want the house without background", @"\bi\s+(?:only|just)\s+(?<verb>want|need)\s+(?<what>.+?)\s*,?\s+(?:with\s+)?(?:no|without(?:\s+(?:the|any))?)\s+background\b(?:\s*,?\s+as\s+(?:an?\s+)?(?:png|image|picture|file))?", "I ${verb} ${what} without background"),
        new("Make the whole picture black and white but keep the plane in colour", "make the picture grey except for the plane", @"\b(?:make|turn)\s+(?:the\s+|this\s+)?(?:whole\s+|entire\s+)?(?:picture|image|photo|everything)\s+(?:gr[ae]y(?:scale)?|black[\s-]and[\s-]white|colou?rless)\s*,?\s*(?:but|and)\s+(?:keep|leave)\s+(?:only\s+|just\s+)?(?<what>[^,;.?!]+?)\s+(?:in\s+colou?r|colou?red|as\s+it\s+is)\b", "make the picture grey except for ${what}"),
        new("What colours are on the left house?", "Tell me the colours of the parts of the left house", @"^(?:what|which)\s+colou?rs\s+(?:are|(?:can|do)\s+you\s+see)\s+(?:in|on)\s+(?<what>(?:the|that)\s+(?!(?:picture|image|photo|scene|drawing)\b)[^?,;]+?)\s*\?*$", "Tell me the colours of the parts of ${what}"),
        new("Crop to the kids but leave the dog out", "Crop to the kids without the dog", @"\s*,?\s+(?:but|and)\s+leave\s+(?:out\s+(?<what>(?:the|its|their)\s+[\w\s-]+?)|(?<what>(?:the|its|their)\s+[\w\s-]+?)\s+out)(?=\s*(?:[.?!;]|$))", " without ${what}"),
        new("Box the table", "Put a box around the table", @"(?<=^|[.;!?]\s*|,\s*|\band\s+)(?:box|frame)\s+(?:in\s+)?(?=(?:the|both|all|every|each|an?|it|them)\b)", "Put a box around "),
        new("Show the sea only", "Show only the sea", @"^(?<verb>show(?:\s+me)?|find|mark|outline|highlight|blur|crop(?:\s+to)?|cut\s+out|mask(?:\s+for|\s+of)?|save|export)\s+(?<what>(?:the|both|all)\s+[^,;.?]+?)\s+only\b(?=\s*(?:[,.;!?]|$))", "${verb} only ${what}"),
        new("Mask of the sea, not the boat, PNG", "Mask of the sea, PNG", @"\s*,\s*(?:and\s+)?not\s+(?:the|an?|its|their)\s+(?:[\w-]+\s+)?[\w-]+\s*(?=,|[.;!?]|$)", string.Empty),
        new("How big is each rabbit in percent?", "How big is each rabbit?", @"(?<=\b(?:area|size|big|large)\b.*)\s+(?:in|as)\s+(?:percent|per\s+cent|%|percentages?)(?:\s+of\s+the\s+(?:picture|image))?(?=\s*(?:[.?!,;]|$))", string.Empty),
        new("What is bigger in area: both clouds together or the car?", "What is bigger: both clouds together or the car?", @"(?<=\b(?:bigger|larger|smaller))\s+(?:in|by)\s+(?:area|size|pixels)(?=\s*[,:])", string.Empty),
        new("Is there more snow or more sky?", "is more of the picture snow or sky", @"^is\s+there\s+more\s+(?<a>[\w-]+)\s+(?:or|than)\s+(?:more\s+)?(?<b>[\w-]+)(?:\s+(?:in|on)\s+(?:the|this)\s+(?:picture|image|photo|scene))?\s*[.?!]*$", "is more of the picture ${a} or ${b}"),
        new("list what each kid is wearing, with colours", "what is each kid wearing", @"^(?:list|name|tell\s+me|describe|show(?:\s+me)?)\s+what\s+(?<who>(?:each|every|both|all|the)\b.+?)\s+(?<verb>is|are)\s+wearing(?:\s*,?\s+(?:with|and|including)\s+(?:the\s+|their\s+|its\s+)?colou?rs?)?\s*[.?!]*$", "what ${verb} ${who} wearing"),
        new("Outline the sun and the plane, each with a 4 px line", "Outline the sun and the plane with a 4 px line", @"\s*,?\s+each(?=\s+(?:with|in)\s+(?:an?\s+)?(?:thin|thick|\d+\s*-?\s*(?:px|pixels?)|" + Colours.Words + @")\b)", string.Empty),
        new("Which objects touch the road?", "Which objects are touching the road?", @"^(?<which>(?:what|which)\s+(?:things?|objects?|animals?|[\w-]+s))\s+(?:touch|touches)\b", "${which} are touching"),
        new("How many of the horse's legs can I see?", "how many legs does the horse have?", @"^how\s+many\s+of\s+(?<who>(?:the|this|that)\s+[\w\s-]+?)['\u2019]s?\s+(?<what>[\w-]+s)\s+(?:can|do|could)\s+(?:i|we|you|one)\s+(?:see|count|make\s+out)\b", "how many ${what} does ${who} have"),
        new("Which child is standing closer to the water?", "Which child is closer to the water?", $@"(?<=\b(?:is|are)\s+)(?:{Postmodifiers.Postures})\s+(?=(?:the\s+)?(?:closer|closest|nearer|nearest|farther|farthest|further|furthest)\b)", string.Empty),
        new("Is there something to sit on?", "What could somebody sit on?", @"^is\s+there\s+(?:something|anything)\s+(?:here\s+)?(?:to|i\s+can|you\s+can|one\s+can)\s+(?<do>(?:sit|lie|sleep|stand|ride|climb|travel|play|fly|sail|live|hide)\s*(?:down\s+)?(?:on|in|with|under)?)(?:\s+(?:here|in\s+(?:this|the)\s+(?:picture|image|photo|scene|room)))?\s*\?*$", "What could somebody ${do}?"),
        new("Is there a place to sleep?", "Where could somebody sleep?", @"^is\s+there\s+(?:a\s+place|somewhere|anywhere)\s+(?:here\s+)?(?:to|where\s+(?:i|you|one)\s+(?:can|could))\s+(?<do>[\w\s]+?)(?:\s+here)?\s*\?*$", "Where could somebody ${do}?"),
        new("Tell me in two sentences what is in this picture", "Tell me what is in this picture", @"^(?<verb>tell\s+me|say|describe|summari[sz]e)\s+in\s+(?:(?:one|two|three|four|a\s+few|a\s+couple\s+of|\d+)(?:\s+(?:or|to)\s+(?:two|three|four|five|\d+))?\s+)?(?:short\s+)?(?:sentences?|words|lines)\s+", "${verb} "),
        new("Where would I find the dog?", "where is the dog?", @"^where\s+(?:would|could|should|might|do|can)\s+(?:i|we|you|one)\s+(?:find|see|spot|look\s+for)\s+(?=(?:the|a|an|m\d|it|them)\b)", "where is "),
        new("what else does he have on", "what does he have on", @"\bwhat\s+else\s+(?=(?:is|are|does|do|has|have)\b.*\b(?:on|wear|wearing|dressed)\b)", "what "),
        new("What are they both wearing?", "What are they wearing?", @"\b(?<who>they|them|these|those)\s+both\b", "${who}"),
        new("the house on the left: roof colour, wall colour, door colour", "what colour is the roof, the wall, the door of the house on the left", @"^(?<what>(?:the|this|that|both|each|all)\s+[^:,?]+?)\s*:\s*(?<one>(?:the\s+)?[\w-]+)\s+colou?r\s*(?:,|and)\s*(?:and\s+)?(?<two>(?:the\s+)?[\w-]+)\s+colou?r(?:\s*(?:,|and)\s*(?:and\s+)?(?<three>(?:the\s+)?[\w-]+)\s+colou?r)?\s*[.?]*$", "what colour is the ${one}, the ${two}, the ${three} of ${what}"),
        new("Give the cloud a bit more room: grow its mask by 10 pixels", "grow the mask of the cloud by 10 pixels", @"^(?!(?:outline|mark|highlight|blur|crop|cut|count|export|save|find|show)\b)[^:?.]*?\b(?<what>the\s+[\w-]+)\b[^:?.]*:\s*(?<verb>grow|shrink|expand|dilate|enlarge|erode|outline|mark|highlight|blur|crop|cut\s+out|count|export|save)\s+(?:(?:its|their)\s+(?<shape>mask|outline|shape)s?|it|them)\b", "${verb} the ${shape} of ${what}"),
    ];

    /// <summary>What is said of a request in one piece, before it falls into clauses.</summary>
    public static IReadOnlyList<Rephrasing> Last { get; } =
    [
        new("Is it the wider one as well?", "Is it the wider one?", @"\s*,?\s+(?:too|as\s+well|also)(?=\s*(?:[?.!]|$))", string.Empty),
        new("The two trees overlap a bit - who is frontmost?", "The two trees overlap a bit. who is frontmost?", @"(?<=\w)\s+[-\u2013\u2014]+\s+(?=(?:who|which|what|how|where|is|are|does|do|can|could)\b)", ". "),
        new("Mark the house in green, the door of it in blue and the tree in red", "Mark the house in green; Mark the door of it in blue; Mark the tree in red", $@"(?<verb>\b(?:{Draw}))\s+(?<one>(?!in\b)[^,;.]+?\s+in\s+(?:{Colours.Words}))(?:\s*(?:,\s*and|,|and)\s+(?<one>(?!{Draw}\b)[^,;.]+?\s+in\s+(?:{Colours.Words})))+(?=\s*(?:[.;!?]|$))", match => string.Join("; ", match.Groups["one"].Captures.Select(one => $"{match.Groups["verb"].Value} {one.Value}"))),
        new("Outline every tree, the front one in red", "Outline every tree; Outline the front one in red", $@"\b(?<verb>{Draw})\s+(?<all>(?:every|all|both|each)\s+[^,;.]+?)\s*,\s*(?:and\s+|but\s+)?(?<one>the\s+[^,;.]*\bone\s+in\s+(?:{Colours.Words}))\b", "${verb} ${all}; ${verb} ${one}"),
        new("Put a blue outline on the dog and a thin red one on the cat", "Put a blue outline on the dog; Put a thin red outline on the cat", $@"\b(?<verb>put|draw|add|make|place)\s+(?<one>an?\s+(?:[\w-]+\s+)*?)(?<shape>{Shape})\s+(?<at>on|around|round|over)\s+(?<first>(?:(?!\band\b)[^,;.])+?)\s*(?:,\s*and|,|and)\s+(?<two>an?\s+(?:[\w-]+\s+)*?)(?:one|\k<shape>)\s+(?<where>on|around|round|over)\s+", "${verb} ${one}${shape} ${at} ${first}; ${verb} ${two}${shape} ${where} "),
    ];

    /// <summary>Applies the rows of a table, one after the other.</summary>
    public static string Apply(IReadOnlyList<Rephrasing> rows, string text) => rows.Aggregate(text, (said, row) => row.Apply(said));
}
