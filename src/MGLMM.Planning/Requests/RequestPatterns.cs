using MGLMM.Vision.Exports;

namespace MGLMM.Planning.Requests;

/// <summary>
/// All that the planner can read, a row for each way to word a request; the first that fits is taken. To teach it another wording, add a
/// row with an example; for another kind of request, add a file with its steps beside the others, and its rows here.
/// </summary>
internal static class RequestPatterns
{
    private const string Anchor = @"\s+(?<b>(?:the|this|that)\s+(?!(?:picture|image|photo|photograph|scene|drawing|left|right|top|bottom|middle)\b).+|m\d+)$";

    private const string Distance = "(?<word>closer|nearer|closest|nearest|farther|further|farthest|furthest)";

    /// <summary>The rows, in the order in which they are tried.</summary>
    public static IReadOnlyList<RequestPattern> All { get; } =
    [
        // Files.
        new("Export the house as svg", @"\b(?:export|save|write)\b(?<what>.*?)\b(?:as|to|in|into)\s+(?:an?\s+|the\s+)?(?<format>[\w\s-]*(?:" + ExportRequest.Words + @")[\w\s-]*?)(?:\s+(?:file|format|masks?))?$", ExportRequest.Steps),

        // Masks made larger and smaller.
        new("Make the ball 10 pixels bigger", @"^(?:make|grow|expand|enlarge|widen|extend|dilate|shrink|erode|reduce)\s+(?<what>.+?)\s+(?:by\s+)?(?<pixels>\d+(?:\.\d+)?)\s*(?:px|pixels?)(?:\s+(?<word>\w+))?$", GrowRequest.Steps),
        new("The ball, 5 px bigger", @"^(?:show\s+|mark\s+|outline\s+|find\s+)?(?<what>.+?),?\s+(?<pixels>\d+(?:\.\d+)?)\s*(?:px|pixels?)\s+(?<word>bigger|larger|wider|smaller|narrower)$", GrowRequest.Steps),

        // Pictures.
        new("Blur everything but the house", @"\bblur\b.*\b(?:except|but|than|around|besides|apart\s+from)\b(?:\s+for)?\s+(?<what>.+)$", DrawRequest.Blur),
        new("Blur the house", @"^blur\s+(?<what>.+)$", DrawRequest.BlurOnly),
        new("Cut the dog out", @"^cut\s+(?<what>.+?)\s+out$", DrawRequest.Cut),
        new("Cut out the dog", @"^cut\s+out\s+(?<what>.+)$", DrawRequest.Cut),
        new("Crop the picture to the dog", @"^crop(?:\s+(?:(?:the|this)\s+(?:picture|image|photo)\s+)?(?:to|out|around))?\s+(?<what>.+)$", DrawRequest.Crop),
        new("Put a number on each thing", @"^(?:put|write|draw|place|give|add)\s+(?:an?\s+|the\s+)?numbers?\s+(?:on|onto|over|at|beside|to)\s+(?<what>.+)$", DrawRequest.Number),
        new("Draw a line around the house", @"^(?:put|draw|make|trace|add)\s+(?:an?\s+|the\s+)?(?:(?:out)?lines?|contours?|borders?|frames?|boxe?s?|edges?)\s+(?:a?round|of|on)\s+(?<what>.+)$", DrawRequest.Outline),
        new("Number the houses", @"^number\s+(?!of\b)(?<what>.+)$", DrawRequest.Number),
        new("Outline the largest tree", @"^outline\s+(?<what>.+)$", DrawRequest.Outline),
        new("Highlight everything except the road", @"^(?:highlight|mark|label|draw|render|colou?r)\s+(?!.+\s(?:together|as\s+one)$)(?<what>.+)$", DrawRequest.Mark),

        // Parts.
        new("What are the parts of the house?", @"\bparts\s+(?:of|does|make\s+up|has)\s+(?<what>.+?)(?:\s+have)?$", PartsRequest.All),
        new("What does the house consist of?", @"\bwhat\s+(?:does|do)\s+(?<what>.+?)\s+consist\s+of$|^what\s+is\s+(?<what>.+?)\s+made\s+up\s+of$", PartsRequest.All),
        new("Take the house apart", @"\btake\s+(?<what>.+?)\s+apart\b|^describe\s+(?<what>.+?)\s+part\s+by\s+part\b", PartsRequest.All),
        new("Does the car have wheels?", @"^(?:does|do|has)\s+(?<what>(?:the|this|that)\s+.+?|it|they|m\d+)\s+(?:have|got)\s+(?<part>.+)$", PartsRequest.Has),

        new("What is the boy on the left wearing?", @"^what\s+(?:clothes\s+)?(?:is|are|does|do)\s+(?<what>.+?)\s+(?:wearing|wear)$", WearRequest.Steps),

        // Counts.
        new("Are there more trees than houses?", @"^(?:is|are)\s+there\s+(?:(?<word>more|fewer|less)\s+(?<a>.+?)\s+than|as\s+many\s+(?<a>.+?)\s+as)\s+(?<b>.+)$|^do\s+you\s+see\s+(?<word>more|fewer|less)\s+(?<a>.+?)\s+than\s+(?<b>.+)$", CountRequest.Compare),
        new("How many wheels does the car have?", @"^how\s+many\s+(?<part>.+?)\s+(?:does|do|has|have)\s+(?<what>(?:the|this|that)\s+(?!(?:picture|image|photo|scene|drawing)\b).+?|it|m\d+)(?:\s+(?:have|got))?$", CountRequest.Parts),
        new("How many trees are there?", @"\b(?:how\s+many|count|number\s+of)\s+(?<what>.+)$", CountRequest.Steps),

        // Comparisons.
        new("Which is closer to the boat, the dog or the boy?", @"^(?:which|what|who)(?:\s+(?:one|thing))?\s+is\s+(?:the\s+)?" + Distance + @"\s+(?:to|from)\s+(?<c>.+?)\s*[,:]\s*(?<a>.+?)\s+or\s+(?<b>.+)$", DistanceRequest.Which),
        new("Is the tent or the tree closer to the horse?", @"^(?:is|which\s+is|which)\s*[,:]?\s*(?<a>(?:the|an?)\s+.+?)\s+or\s+(?<b>.+?),?\s+(?:is\s+)?" + Distance + @"\s+(?:to|from)\s+(?<c>.+)$", DistanceRequest.Which),
        new("Is the dog closer to the boat than the boy?", @"^(?:is|are)\s+(?<a>.+?)\s+" + Distance + @"\s+(?:to|from)\s+(?<c>.+?)\s+than\s+(?:to\s+|from\s+)?(?<b>.+)$", DistanceRequest.Whether),
        new("Which is bigger, the house or the ball?", @"^(?:which|what|who)(?:\s+(?:one|thing|of\s+(?:the\s+two|them)))?\s+is\s+(?:the\s+)?(?<word>" + SizeRequest.Words + @")\s*(?:one\s*)?[,:]?\s+(?<a>.+?)\s+or\s+(?<b>.+)$", SizeRequest.Which),
        new("Is the house or the ball bigger?", @"^(?:is|which\s+is)\s*[,:]?\s*(?<a>.+?)\s+or\s+(?<b>.+?),?\s+(?:is\s+)?(?:the\s+)?(?<word>" + SizeRequest.Words + @")(?:\s+one)?$", SizeRequest.Which),
        new("Is the table larger than the ball?", @"^(?:is|are)\s+(?<a>.+?)\s+(?:(?:much|a\s+lot|any)\s+)?(?<word>" + SizeRequest.Words + @")\s+than\s+(?<b>.+)$", SizeRequest.Whether),
        new("How much bigger is the house than the ball?", @"^how\s+(?:much|many\s+times)\s+(?<word>" + SizeRequest.Words + @")\s+(?:is|are)\s+(?<a>.+?)\s+than\s+(?<b>.+)$", SizeRequest.Which),
        new("Compare the sizes of the house and the ball", @"^compare\s+(?:the\s+)?(?:sizes?|areas?)\s+of\s+(?<a>.+?)\s+(?:and|with|to)\s+(?<b>.+)$", SizeRequest.Which),
        new("How big is the house?", @"^(?:how\s+(?:big|large|small|wide|tall|high)\s+(?:is|are)\s+|what\s+is\s+the\s+(?:size|area)\s+of\s+)(?<a>.+)$", SizeRequest.One),

        // One of several.
        new("Which tree is the largest?", @"^which\s+(?!one\b|of\b)(?<noun>\w+(?:\s+\w+)*?)\s+is\s+(?:the\s+)?(?<which>" + Wanted.Superlatives + @")\b(?<rest>.*)$", WhichRequest.OfKind),
        new("Which is the largest tree?", @"^(?:which|what)\s+(?:(?:one\s+)?(?:of\s+them\s+)?is\s+)?(?<what>(?:the\s+)?(?:\w+\s+)*?(?:" + Wanted.Superlatives + ").*)$", WhichRequest.Named),

        // Places.
        new("Compare the house and the tree", @"^compare\s+(?<a>.+?)\s+(?:and|with|to)\s+(?<b>.+)$", RelationRequest.Steps),
        new("How far is the boat from the dog?", @"\b(?:distance|gap)\s+between\s+(?<a>.+?)\s+and\s+(?<b>.+)$|^how\s+(?:far|close|near)\s+(?:away\s+)?(?:is|are)\s+(?<a>.+?)\s+(?:from|to)\s+(?<b>.+)$", RelationRequest.Steps),
        new("Is the house left of the tree?", @"^(?:is|are|does)\s+(?<a>the\s+.+?)\s+(?<word>inside|" + PairRelation.Words + "|in|" + PairRelation.NearWords + @")\s+(?<b>the\s+(?!(?:picture|image|photo)\b).+)$", RelationRequest.Steps),
        new("What is under the table?", @"^(?:what|who|which\s+(?:things|objects))\s+(?:is|are|lies|lie|stands|stand|sits|sit|hangs|hang)\s+(?<word>" + PairRelation.Words + "|" + PairRelation.NearWords + ")" + Anchor, SurroundingsRequest.Steps),
        new("Is there anything left of the tent?", @"^(?:is|are)\s+there\s+(?:anything|something|any\s+(?:things?|objects?))\s+(?<word>" + PairRelation.Words + "|" + PairRelation.NearWords + ")" + Anchor, SurroundingsRequest.Steps),
        new("Show everything left of the tent", @"^(?:find|show(?:\s+me)?|select|segment)\s+(?:everything|anything|all(?:\s+(?:the\s+)?(?:things|objects))?|what\s+is)\s+(?<word>" + PairRelation.Words + "|" + PairRelation.NearWords + ")" + Anchor, SurroundingsRequest.Steps),

        // New regions.
        new("Remove the house", @"^remove\s+(?<what>.+?)(?:\s+from\s+(?<from>.+))?$", ExceptRequest.Steps),
        new("Show the house without the tree", @"^(?:show|find|segment|give|what\s+is|select)?\s*(?:me\s+)?(?<from>.*?)\s*\b(?:without|except|but\s+not|other\s+than|minus|but)\b(?:\s+for)?\s+(?<what>.+)$", ExceptRequest.Steps),
        new("Combine the house and the tree", @"^(?:combine|join|unite|merge)\s+(?<a>.+?)\s+(?:and|with)\s+(?<b>.+)$|^(?:segment|find|mark)\s+(?<a>.+?)\s+and\s+(?<b>.+?)\s+(?:together|as\s+one)$", JoinRequest.Steps),

        // Descriptions.
        new("Describe the scene", @"^(?:briefly\s+)?(?:describe|caption|tell\s+me\s+about|explain)\s+(?<what>(?:the\s+|this\s+)?(?:whole\s+|entire\s+)?(?:scene|picture|image|photo|photograph|drawing|view)|everything|all|it\s+all|(?:all\s+)?(?:the\s+)?(?:objects|things)(?:\s+in\b.*?)?)(?:\s+(?:briefly|in\s+detail|shortly|in\s+(?:one|a)\s+(?:short\s+)?sentence))?$", SceneRequest.Steps),
        new("What can you see?", @"^what\s+(?:is|can\s+you\s+see|do\s+you\s+see)\s+(?:in|on)\s+(?:the|this)\s+(?:scene|picture|image|photo|photograph|drawing|view)$|^what\s+(?:do|can)\s+you\s+see$", SceneRequest.Steps),
        new("Describe the house", @"^(?:briefly\s+)?(?:describe|caption|tell\s+me\s+about|explain)\s+(?<what>.+?)(?:\s+(?:briefly|in\s+detail|shortly|in\s+(?:one|a)\s+(?:short\s+)?sentence))?$", CaptionRequest.Steps),

        // Things.
        new("Where is the house?", @"^(?:find|locate|segment|select|show(?:\s+me)?|point\s+(?:to|at|out)|where\s+(?:is|are)|look\s+for|i\s+am\s+looking\s+for|is\s+there|are\s+there)\s+(?!me\b)(?<what>.+?)(?:\s+in\s+(?:this|the)\s+(?:image|picture|photo|scene))?$", FindRequest.Steps),

        // Questions that a picture can answer; a table of its own.
        .. QuestionRequest.Patterns,
    ];

    /// <summary>The steps of a clause; those of a refusal where no row fits.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Read(string clause, PlanContext context)
    {
        if (UnplannedRequest.IsBeyondPictures(clause))
        {
            return UnplannedRequest.Steps(clause, context);
        }

        foreach (RequestPattern row in All)
        {
            if (row.Match(clause) is { Success: true } match)
            {
                return row.Steps(match, context);
            }
        }

        return UnplannedRequest.Steps(clause, context);
    }
}
