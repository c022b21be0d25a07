using System.Text.RegularExpressions;
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

    private const string Picture = Postmodifiers.Picture;

    private const string Give = @"(?:(?:give|get|make|show|create|produce|generate|return|provide|output|draw|prepare)\s+(?:me\s+|us\s+)?|i\s+(?:want|need)\s+|(?:can|could)\s+i\s+have\s+)";

    private const string Save = @"(?:(?:export|save|write|convert|store|download|dump|return|output|provide|list|get|encode|deliver)\s+|give\s+me\s+|i\s+(?:want|need)\s+|put\s+)";

    /// <summary>The rows, in the order in which they are tried.</summary>
    public static IReadOnlyList<RequestPattern> All { get; } =
    [
        // What no part of this can do.
        new("What does the sign say?", @"^(?:(?:read|transcribe|spell)\b(?!\s+off\b).*|what\s+(?:does|do)\s+.+\s+say|what\s+is\s+(?:written|printed|the\s+(?:text|writing|inscription))\b.*|(?:is|are)\s+there\s+(?:any\s+)?(?:text|writing|letters|words)\b.*|.*\b(?:licen[cs]e|number)\s+plate\s+(?:say|number|read)s?)$", UnplannedRequest.Text),

        // Masks made larger and smaller.
        new("Make the ball 10 pixels bigger", @"^(?:make|grow|expand|enlarge|widen|extend|dilate|shrink|erode|reduce|thicken|pad|contract)(?:\s+(?<what>(?!by\b).+?))?\s+(?:by\s+)?(?<pixels>\d+(?:\.\d+)?)\s*-?(?:px|pixels?)(?:\s+(?<word>bigger|larger|wider|thicker|smaller|narrower|thinner|on\s+(?:every|each|all)\s+sides?))?$", GrowRequest.Steps),
        new("The ball, 5 px bigger", @"^(?:show\s+|mark\s+|outline\s+|find\s+)?(?<what>.+?),?\s+(?<pixels>\d+(?:\.\d+)?)\s*(?:px|pixels?)\s+(?<word>bigger|larger|wider|smaller|narrower)$|^(?:show\s+|mark\s+|outline\s+|find\s+|give\s+me\s+|export\s+|save\s+)?(?<what>.+?),?\s+(?:but\s+)?(?<word>grown|dilated|expanded|enlarged|shrunk|shrunken|eroded)\s+by\s+(?<pixels>\d+(?:\.\d+)?)\s*(?:px|pixels?)$", GrowRequest.Steps),

        // Files.
        new("The dog as a transparent PNG", "^(?:" + Save + "|" + Give + @")?(?<what>.+?)\s*,?\s+(?:as|into)\s+an?\s+(?:transparent\s+(?:png|image|picture)(?:\s+file)?|(?:png|image|picture)\s+with\s+(?:an?\s+)?(?:transparent|clear|no)\s+background)$", DrawRequest.Cut),
        new("Save one PNG mask per tree", "^(?:" + Save + "|" + Give + @")(?:one|an?|a\s+single|separate)?\s*(?<format>(?:(?:binary|separate|black\s+and\s+white|own)\s+)*(?:png|mask|file|image)s?(?:\s+(?:png|mask|file|image)s?)*)\s+(?:per|for\s+each(?:\s+of)?|for\s+every|of\s+each(?:\s+of)?|of\s+every)\s+(?<each>(?!of\b).+)$", ExportRequest.Each),
        new("I need the wheels of the car as separate masks", "^(?:" + Save + "|" + Give + @")(?<each>.+?)\s+(?:as|in|into)\s+(?:(?:two|three|four|\d+)\s+)?(?:separate|individual|single|different|their\s+own|distinct)\s+(?<format>(?:(?:" + ExportRequest.Words + @")\s+)?(?:masks?|files?|regions?|pngs?|images?|svgs?)(?:\s+files?)?)$|^(?:" + Save + "|" + Give + @")(?:separate|individual)\s+(?<format>masks?|files?|pngs?|mask\s+files)\s+(?:of|for)\s+(?<each>.+)$", ExportRequest.Each),
        new("Export the house as svg", "^" + Save + @"(?<what>.*?)\s*\b(?:as|to|in|into)\s+(?:an?\s+|the\s+|one\s+)?(?<format>(?:[\w-]+\s+){0,3}?(?:" + ExportRequest.Words + @")(?:[\s-]+(?:" + ExportRequest.Words + @"|format|files?|labels?|annotations?|masks?|segmentation|images?|data|style|document|s))*)(?:\s*,?\s*(?:with|including|containing)\s+(?:their\s+|its\s+|the\s+)?(?:(?:labels?|names?|class(?:es)?|bounding\s+box(?:es)?|box(?:es)?|areas?|masks?|sizes?|polygons?|and|or|,)\s*)+)?(?<each>\s*,?\s*(?:one\s+(?:file\s+)?(?:each|per\s+\w+)|(?:each|separately|individually)\b.*))?$", ExportRequest.Steps),

        new("Only the chimney, as a mask file", @"^(?:only\s+|just\s+)?(?<what>(?:the|all|both|every|each|this|that|these|those)\s.+?)\s*,?\s+(?:as|in)\s+(?:an?\s+|the\s+)?(?<format>(?:[\w-]+\s+)?(?:" + ExportRequest.Words + @")(?:\s+(?:format|files?|labels?|annotations?|masks?|images?))*)$", ExportRequest.Steps),
        new("COCO annotations for the dog", "^(?:" + Save + "|" + Give + @")?(?:the\s+|an?\s+)?(?<format>(?:coco|yolo|labelme|geojson|svg|panoptic|label[ _-]?studio|rle)(?:\s+(?!of\b|for\b|with\b)\w+){0,2})\s+(?:of|for|with)\s+(?<what>.+)$", ExportRequest.Steps),
        new("Give me the mask of the boat", "^(?:" + Save + "|" + Give + @")?(?:the\s+|an?\s+)?(?:(?:binary|png|pixel|segmentation|black-and-white|exact)\s+)*masks?(?:\s+(?:image|file|png))?\s+(?:of|for)\s+(?<what>.+)$", ExportRequest.Mask),

        // Pictures.
        new("Return the mask", "^(?:" + Save + "|" + Give + @")(?:the\s+|its\s+|their\s+|that\s+)?(?:resulting\s+|final\s+|combined\s+)?(?<what>masks?|results?|it|them)$", ExportRequest.Mask),
        new("Give me a PNG with a transparent background", "^(?:" + Save + "|" + Give + @")(?:(?<what>it|them)\s+as\s+)?(?:an?\s+|the\s+|one\s+)?(?:png|image|picture|file|cut-?\s?out)(?:\s+(?:file|image))?\s+(?:with|on)\s+(?:an?\s+|the\s+)?(?:transparent|clear|empty|no)\s+background$", DrawRequest.Cut),
        new("Blur everything but the house", @"^(?:blur|defocus|unfocus)\s+(?:out\s+)?(?:everything|all|anything|the\s+(?:rest|background|others?))(?:\s+else)?\s*,?\s*(?:except|but|than|other\s+than|around|besides|apart\s+from|outside)(?:\s+of)?(?:\s+for)?\s+(?<what>.+)$", DrawRequest.Blur),
        new("The dog as a cutout", @"^(?:(?:give|get|make|show|put|create)\s+(?:me\s+)?|i\s+(?:want|need)\s+)?(?:an?\s+(?=cut|sticker))?(?:(?<what>(?:the|both|all|every|an?|these|those|m\d).+?)\s+(?:as\s+an?\s+(?:\w+\s+)?(?:cut-?\s?out|sticker)|cut\s+out|(?:with|on)\s+an?\s+(?:transparent|white|empty|blank)\s+background|without\s+(?:the\s+)?background)|(?:cut-?\s?out|sticker)\s+of\s+(?<what>.+))$|^(?:(?:give|show|make|get)\s+(?:me\s+)?)?an?\s+(?:picture|image|photo)\s+(?:of|with|showing)\s+(?:just|only|nothing\s+but)\s+(?<what>.+)$", DrawRequest.Cut),
        new("The dog cropped", @"^(?:(?:give|get|make|show)\s+(?:me\s+)?|i\s+(?:want|need)\s+)?(?:(?<what>(?:the|both|all|every|an?)\s.+?)\s+(?:as\s+an?\s+(?:\w+\s+)?(?:crop|close-?\s?up)|cropped|up\s+close)|(?:the|an?)\s+(?:crop|close-?\s?up|zoom)\s+(?:of|on)\s+(?<what>.+))$", DrawRequest.Crop),
        new("The dog outlined", @"^(?:(?:give|get|make|show|draw)\s+(?:me\s+)?|i\s+(?:want|need)\s+)?(?:(?<what>(?:the|both|all|every|an?)\s.+?)\s+outlined|(?:the|an?)\s+(?:outlines?|contours?|silhouettes?)\s+(?:of|around)\s+(?<what>.+))$", DrawRequest.Outline),
        new("Make the dog stand out", @"^(?:make|let)\s+(?<what>.+?)\s+(?:stand\s+out|more\s+visible|visible|pop(?:\s+out)?)$|^(?:emphasi[sz]e|accentuate|draw\s+attention\s+to|indicate)\s+(?<what>.+)$", DrawRequest.Mark),
        new("The dog highlighted", @"^(?:(?:give|get|make|show)\s+(?:me\s+)?|i\s+(?:want|need)\s+)?(?<what>(?:the|both|all|every|an?)\s.+?)\s+(?:highlighted|marked|coloured\s+in)$", DrawRequest.Mark),
        new("The dog blurred", @"^(?:(?:give|get|make|show)\s+(?:me\s+)?|i\s+(?:want|need)\s+)?(?<what>(?:the|both|all|every|an?)\s.+?)\s+(?:blurred|pixelated)(?:\s+out)?$", DrawRequest.BlurOnly),
        new("The dogs numbered", @"^(?:(?:give|get|make|show)\s+(?:me\s+)?|i\s+(?:want|need)\s+)?(?<what>(?:the|both|all|every|an?)\s.+?)\s+numbered$", DrawRequest.Number),
        new("Make the background transparent", @"^make\s+(?:the\s+)?(?:background|rest|everything\s+else)\s+transparent(?:\s*,?\s*(?:but|and|while)\s+keep(?:ing)?\s+(?<what>.+))?$", DrawRequest.CutFromBackground),
        new("Remove the background", @"^(?:remove|delete|erase|hide|drop|strip|cut\s+(?:away|off)|get\s+rid\s+of|take\s+away)\s+(?:the\s+)?background(?:\s+(?:from|behind|of|around)\s+(?:(?:the|this)\s+(?:picture|image|photo)|(?<what>.+)))?$|^(?:separate|detach|free)\s+(?<what>.+?)\s+from\s+(?:the|its|their)\s+background$", DrawRequest.CutFromBackground),
        new("Blur the background behind the dog", @"^blur\s+(?:out\s+)?(?:the\s+)?(?:background|everything|rest)\s+(?:behind|of)\s+(?<what>.+)$", DrawRequest.Blur),
        new("Make everything but the dog blurry", @"^(?:make|turn|render)\s+(?:everything|all|the\s+rest)\s+(?:else\s+)?(?:but|except|other\s+than|besides|apart\s+from)(?:\s+for)?\s+(?<what>.+?)\s+(?:blurry|blurred|unsharp|out\s+of\s+focus)$", DrawRequest.Blur),
        new("Keep only the dog sharp", @"^(?:keep|leave)\s+(?:only\s+|just\s+)?(?<what>.+?)\s+(?:sharp|in\s+focus|unblurred)$", DrawRequest.Blur),
        new("Keep only the dog", @"^(?:keep|leave|show(?:\s+me)?)\s+(?:only|just|nothing\s+but)\s+(?<what>.+?)(?:\s+visible)?$|^(?:isolate|extract)\s+(?<what>.+?)(?:\s+from\s+" + Picture + ")?$", DrawRequest.Cut),
        new("Blur the house", @"^blur\s+(?<what>.+)$|^(?:save|export|show|give|make)\s+(?:me\s+)?" + Picture + @"\s+with\s+(?<what>.+?)\s+(?:blurred|out\s+of\s+focus)$", DrawRequest.BlurOnly),
        new("Cut the dog out", @"^cut\s+(?<what>(?!out\b).+?)\s+(?:out(?:\s+(?:of|from)\s+" + Picture + @")?|from\s+" + Picture + ")$", DrawRequest.Cut),
        new("Cut out the dog", @"^cut\s+out\s+(?<what>.+)$", DrawRequest.Cut),
        new("Crop the picture to the dog", @"^crop\s+" + Picture + @"\s+so\s+that\s+(?:only\s+|just\s+)?(?<what>.+?)\s+(?:is|are|remains?|stays?)(?:\s+(?:visible|shown|left|in\s+it|in\s+" + Picture + @"))?$|^crop(?:\s+(?:(?:the|this)\s+(?:picture|image|photo)\s+)?(?:to|out|around))?\s+(?<what>.+)$", DrawRequest.Crop),
        new("Zoom in on the dog", @"^(?:zoom\s+(?:in\s+)?(?:on|to|onto|into|at)|(?:show|give|make)\s+(?:me\s+)?(?:an?\s+)?(?:close[\s-]?up|detail)\s+of)\s+(?<what>.+)$", DrawRequest.Crop),
        new("Put a number on each thing", @"^(?:put|write|draw|place|give|add)\s+(?:an?\s+|the\s+)?numbers?\s+(?:on|onto|over|at|beside|to)\s+(?<what>.+)$", DrawRequest.Number),
        new("Draw a line around the house", @"^(?:put|draw|make|trace|add|place)\s+(?:an?\s+|the\s+)?(?:(?:thin|thick|" + Colours.Words + @"|\d+\s*-?(?:px|pixels?))\s+)*(?:(?:out)?lines?|contours?|borders?|frames?|edges?|circles?|(?<box>(?:bounding\s+)?boxe?s?|rectangles?))\s+(?:a?round|of|on|over)\s+(?<what>.+)$", DrawRequest.Outline),
        new("Number the houses", @"^number\s+(?!of\b)(?<what>.+?)(?:\s+from\s+left\s+to\s+right)?$", DrawRequest.Number),
        new("Outline the largest tree", @"^(?:outline|frame|circle|encircle|trace|contour)\s+(?:around\s+)?(?<what>.+)$", DrawRequest.Outline),
        new("Make the picture grey except for the ball", @"^(?:make|turn|colou?r|paint|render)\s+(?:everything|all|the\s+rest|" + Picture + @")(?:\s+else)?\s+(?<look>gr[ae]y(?:scale)?|black[\s-]and[\s-]white|colou?rless|monochrome|darker|dark|dimmed)\s*,?\s*(?:except|but|other\s+than|apart\s+from|besides)(?:\s+(?:for|from))?\s+(?<what>.+)$|^(?:make|turn|colou?r)\s+(?:everything|all)(?:\s+(?:else\s+)?(?:but|except(?:\s+for)?|other\s+than|apart\s+from))\s+(?<what>.+?)\s+(?<look>gr[ae]y(?:scale)?|black[\s-]and[\s-]white|colou?rless|monochrome)$|^(?:desaturate|gr[ae]y\s+out|dim|darken)\s+(?:everything|all|the\s+(?:rest|background))(?:\s+else)?\s+(?:except|but|other\s+than|apart\s+from|around)(?:\s+for)?\s+(?<what>.+)$|^(?:(?:keep|show|leave)\s+(?:me\s+)?)?(?:only\s+|just\s+)(?<what>.+?)\s*,\s+(?:and\s+)?(?:make\s+|turn\s+)?(?:the\s+(?:rest|others?|background)|everything\s+else|all\s+else)\s+(?:in\s+)?(?:gr[ae]y(?:scale)?|black[\s-]and[\s-]white|colou?rless|monochrome)$|^(?:keep|show|leave|make)\s+(?:only\s+|just\s+)?(?<what>.+?)\s+in\s+colou?r(?:\s*,?\s+(?:and\s+|but\s+)?(?:make\s+|turn\s+)?(?:the\s+(?:rest|others?|background)|everything\s+else|all\s+else)\s+(?:in\s+)?(?:gr[ae]y(?:scale)?|black[\s-]and[\s-]white|colou?rless|monochrome))?$", DrawRequest.Grey),
        new("Put a mask on the house", @"^(?:put|draw|make|place|lay|add)\s+(?:an?\s+|the\s+)?(?:(?:coloured|transparent|" + Colours.Words + @")\s+)?(?:masks?|overlays?|highlights?|marks?|tints?)\s+(?:on|over|onto|upon|around)\s+(?<what>.+)$", DrawRequest.Mark),
        new("Paint the house red", @"^(?:paint|colou?r|recolou?r|make|turn|dye)\s+(?<what>.+?)\s+(?:" + Colours.Words + @")$|^(?:add|insert|paint|draw|put|give)\s+(?:an?|another|some|more|the\s+\w+\s+an?)\s+.+$|^(?:replace|swap|move|rotate|flip|mirror|resize|brighten|sharpen|animate)\s+.+$", UnplannedRequest.Edit),
        new("Label all objects with numbers", @"^(?:label|mark|tag|annotate|show)\s+(?<what>.+?)\s+with\s+(?:their\s+|an?\s+|the\s+)?numbers?(?:\s+of\s+(?:it|them))?$", DrawRequest.Number),
        new("Label all objects with their names", @"^(?:label|mark|tag|annotate|show)\s+(?<what>.+?)\s+with\s+(?:their\s+|an?\s+|the\s+)?(?:names?|labels?|words?)(?:\s+of\s+(?:it|them))?$", DrawRequest.Mark),
        new("Mark the ball with a circle", @"^(?:mark|highlight|indicate|show|surround|label)\s+(?<what>.+?)\s+(?:with|by|using)\s+(?:an?\s+)?(?:(?:thin|thick|" + Colours.Words + @")\s+)*(?:(?<box>(?:bounding\s+)?box(?:es)?|rectangles?)|circles?|frames?|lines?|outlines?|contours?|borders?)$", DrawRequest.Outline),
        new("Highlight everything except the road", @"^(?:highlight|mark|label|draw|render|colou?r|tag|annotate|shade|tint|overlay)\s+(?:in\s+)?(?!out\s)(?!.+\s(?:together|as\s+one)$)(?<what>.+)$", DrawRequest.Mark),

        // Parts.
        new("What are the parts of the house?", @"^(?:what|which|name|list|show(?:\s+me)?|mark|segment|describe|find|outline|give\s+me|number|highlight|label)?\s*(?:are\s+)?(?:all\s+)?(?:the\s+)?(?:single\s+|individual\s+|different\s+|visible\s+)?(?:parts|components|pieces(?!\s+of\s+furniture\b))\s+(?:of|does|do|make\s+up|has)\s+(?<what>.+?)(?:\s+have|\s+consist\s+of)?$", PartsRequest.All),
        new("What does the house consist of?", @"^(?:of\s+)?what(?:\s+parts)?\s+(?:does|do)\s+(?<what>.+?)\s+(?:consist(?:\s+of)?)$|^what\s+is\s+(?<what>.+?)\s+made\s+up\s+of$", PartsRequest.All),
        new("Take the house apart", @"^take\s+(?<what>.+?)\s+apart$|^describe\s+(?<what>.+?)\s+part\s+by\s+part$|^(?:split|segment|divide|break\s+down|break|decompose|separate)\s+(?<what>.+?)\s+(?:up\s+|down\s+)?(?:into|in)\s+(?:(?:its|their|all\s+its|the)\s+)?parts$", PartsRequest.All),
        new("Does the car have wheels?", @"^(?:does|do|has)\s+(?<what>(?:the|this|that)\s+.+?|it|they|m\d+)\s+(?:have|got)\s+(?!the\s+same\b)(?<part>.+)$", PartsRequest.Has),

        new("Is the boy wearing a cap?", @"^(?:is|are|does|do)\s+(?<what>(?:the|this|that|both)\s+.+?|he|she|it|they|m\d+)\s+(?:wear|wearing)\s+(?<part>.+)$", PartsRequest.Has),
        new("What is the boy on the left wearing?", @"^what\s+(?:clothes\s+)?(?:is|are|does|do)\s+(?<what>.+?)\s+(?:wearing|wear|dressed\s+in)$|^what\s+(?:has|have|does|do)\s+(?<what>(?:the|an?|this|that|each|both|it|he|she|they|m\d)\b.*?)\s+(?:got\s+|have\s+)?on$", WearRequest.Steps),
        new("Which house has a chimney?", @"^(?:which|what)\s+(?:one\s+)?(?:of\s+(?:the\s+)?)?(?:(?:two|three|four)\s+)?(?<kind>(?!one\b)\w+(?:\s+\w+)?)\s+(?:(?:has|have|wears?|is\s+wearing|are\s+wearing|got|(?:is|are)\s+with)\s+(?<no>no\b)?|(?<no>(?:does\s+not|doesn['\u2019]t|do\s+not|don['\u2019]t)\s+(?:have|wear)|(?:is|are)\s+without))\s*(?<part>.+)$|^who\s+(?:has|wears?|is\s+wearing)\s+(?<part>.+)$", HavingRequest.Steps),

        new("Is anyone wearing a hat?", @"^(?:is|are)\s+(?:there\s+)?(?:any(?:one|body)|some(?:one|body)|any\s+(?<kind>\w+)|an?\s+(?<kind>\w+))\s+(?:(?:who|that)\s+(?:is\s+)?)?(?:wearing|wears|with|has|having)\s+(?<part>(?:an?\s+|the\s+)?\w+(?:\s+\w+)?)(?:\s+(?:in|on)\s+" + Picture + @")?$|^(?:does|do)\s+(?:any(?:one|body)|some(?:one|body)|any\s+(?:of\s+the\s+)?(?<kind>\w+)|the\s+(?<kind>\w+s|people|children|men|women))\s+(?:wear|have)\s+(?<part>.+)$", HavingRequest.Whether),

        // Colours.
        new("Tell me the colours of the parts of the boat", @"^(?:list|name|tell\s+me|give\s+me|show(?:\s+me)?|what\s+(?:are|is))\s+(?:the\s+)?colou?rs?\s+of\s+(?:the\s+|all\s+)?(?:parts|components)\s+of\s+(?<what>.+)$", PartsRequest.All),
        new("Is the sea green or blue?", @"^(?:is|are)\s+(?<what>(?:the|this|that|these|those|m\d)\S*(?:\s+.+?)?)\s+(?:" + Colours.Words + @")(?:\s*,\s*(?:" + Colours.Words + @"))*,?\s+or\s+(?:" + Colours.Words + ")$", ColourRequest.Of),
        new("What colour is the roof?", @"^(?:what|which)\s+colou?rs?\s+(?<verb>is|are)\s+(?<what>.+)$|^(?:what\s+(?:is|are)|name|tell\s+me|list|give\s+me)\s+the\s+(?:main\s+|exact\s+|dominant\s+)?colou?rs?\s+of\s+(?<what>.+)$|^what\s+is\s+(?<what>the\s+(?!colou?rs?\b|main\b|exact\b|dominant\b)[\w-]+)\s+colou?r(?<rest>\s+of\s+.+)$|^the\s+colou?rs?\s+of\s+(?<what>.+)$|^(?:what|which)\s+colou?rs?\s+(?:does|do|has|have)\s+(?<what>.+?)(?:\s+have|\s+got)?$", ColourRequest.Of),
        new("What is green?", @"^(?:what(?:\s+(?:all|things?|objects?|parts?|else))?|which\s+(?:one\s+)?of\s+(?:the\s+)?(?:(?:two|three)\s+)?(?<noun>\w+)|which\s+(?<noun>\w+(?:\s+\w+)?))\s+(?:in\s+" + Picture + @"\s+)?(?:is|are)\s+(?<colour>" + Colours.Words + @")(?:\s+in\s+" + Picture + ")?$", ColourRequest.What),
        new("Is the roof red?", @"^(?:is|are)\s+(?<what>(?:the|this|that|these|those|all|both|m\d)\S*(?:\s+.+?)?)\s+(?<colour>" + Colours.Words + ")$", ColourRequest.Whether),
        new("Are the two trees the same height?", @"^(?:do|does|is|are)\s+(?<a>(?:the|both|these|those|all)\s+.+?|they|them)\s+(?:both\s+|all\s+)?(?:have\s+|of\s+)?(?:the\s+)?same\s+(?<word>colou?r|size|height|width)(?:\s+as\s+(?<b>.+))?$", SameRequest.Steps),

        // Shares.
        new("How much of the picture is sky?", @"^(?:what\s+is|give\s+me|tell\s+me)\s+the\s+(?:percentage|share|proportion|fraction|portion)\s+of\s+(?:" + Picture + @"\s+(?:that\s+is|covered\s+by|taken\s+up\s+by|filled\s+by|of)\s+)?(?!" + Picture + @"\b)(?<what>.+)$|^(?:" + ShareRequest.Words + @")\s+(?:of\s+" + Picture + @"\s+)?(?:is|are|does|do)\s+(?:(?:covered|taken\s+up|filled|occupied|made\s+up)\s+(?:by|with|of)\s+)?(?<what>.+?)(?:\s+(?:cover|fill|take(?:\s+up)?|occupy|make\s+up|have))?(?:\s+(?:in|of)\s+" + Picture + @")?(?:\s+(?:together|combined|altogether))?$", ShareRequest.Steps),
        new("How many pixels does the ball have?", @"^how\s+many\s+(?:pixels|px)\s+(?:wide|high|tall|big|large|long)\s+(?:is|are)\s+(?<a>.+)$|^how\s+many\s+(?:pixels|px)\s+(?:does|do|is|are)\s+(?<a>.+?)\s+(?:have|cover|contain|fill|take(?:\s+up)?|occupy|large|big|wide|tall|high)(?:\s+(?:in|of)\s+" + Picture + ")?$", SizeRequest.One),

        // Counts.
        new("How many more trees than houses are there?", @"^how\s+many\s+(?<difference>more|fewer|less)\s+(?<a>.+?)\s+than\s+(?<b>.+?)(?:\s+(?:are\s+there|there\s+are|(?:can|do)\s+you\s+see))?$", CountRequest.Compare),
        new("Are there more trees than houses?", @"^(?:is|are)\s+there\s+(?:(?<word>more|fewer|less)\s+(?<a>.+?)\s+than|as\s+many\s+(?<a>.+?)\s+as)\s+(?<b>.+)$|^do\s+you\s+see\s+(?<word>more|fewer|less)\s+(?<a>.+?)\s+than\s+(?<b>.+)$|^(?<which>what|which)\s+(?:are\s+there\s+more\s+of|is\s+there\s+more\s+of|do\s+you\s+see\s+more\s+of)\s*[,:]?\s*(?<a>.+?)\s+or\s+(?<b>.+)$|^(?:are\s+there\s+)?(?<which>more)\s+(?<a>.+?)\s+or\s+(?:more\s+)?(?<b>.+)$", CountRequest.Compare),
        new("How many wheels does the car have?", @"^how\s+many\s+(?<part>.+?)\s+(?:does|do|has|have)\s+(?<what>(?:the|this|that)\s+(?!(?:picture|image|photo|scene|drawing)\b).+?|it|m\d+)(?:\s+(?:have|got))?$|^how\s+many\s+(?<part>[\w-]+(?:\s+[\w-]+)?)\s+(?:are\s+(?:there\s+)?|(?:can|do)\s+you\s+(?:see|count|find)\s+)(?<on>on|at|of)\s+(?<what>(?:the|this|that)\s+(?!(?:picture|image|photo|scene|drawing|left|right|top|bottom|middle)\b).+|m\d+)$", CountRequest.Parts),
        new("Are there at least two trees?", @"^(?:is|are)\s+there\s+(?<word>more\s+than|at\s+least|fewer\s+than|less\s+than|at\s+most|exactly|precisely|only|just)?\s*(?<number>one|two|three|four|five|six|seven|eight|nine|ten|\d+|a\s+single)\s+(?<what>(?!or\b|of\b).+)$", CountRequest.AsMany),
        new("How many are there?", @"^(?:count(?:\s+(?:them|those|these))?|how\s+many(?:\s+(?:of\s+(?:them|those|these)))?(?:\s+(?:are\s+there|there\s+are|are\s+(?:they|those|these)|is\s+that|(?:do|can)\s+you\s+see))?(?:\s+in\s+(?:total|all))?)$", FollowRequest.Count),
        new("How many kinds of animals are there?", @"^(?:how\s+many|(?:what\s+is\s+)?the\s+number\s+of|count(?:\s+the)?)\s+(?:different\s+)?(?:kinds?|sorts?|types?|species)\s+of\s+(?<what>.+)$", CountRequest.Kinds),
        new("How many trees are there?", @"^(?:(?:at\s+)?how\s+many(?:\s+of\s+the)?|count(?:\s+up)?|(?:(?:what\s+is|give\s+me|tell\s+me)\s+)?the\s+(?:total\s+)?(?:number|count)\s+of|number\s+of)\s+(?!pixels\b|px\b|percent\b|per\s+cent\b|times\b|metres?\b|meters?\b)(?<what>.+)$", CountRequest.Steps),

        // Comparisons.
        new("Which is closer to the boat, the dog or the boy?", @"^(?:which|what|who)(?:\s+(?:one|thing|(?<noun>\w+)))?\s+is\s+(?:the\s+)?" + Distance + @"\s+(?:to|from)\s+(?<c>.+?)\s*[,:]\s*(?<a>.+?)\s+or\s+(?<b>.+)$", DistanceRequest.Which),
        new("Is the tent or the tree closer to the horse?", @"^(?:is|which\s+is|which)\s*[,:]?\s*(?<a>(?:the|an?)\s+.+?)\s+or\s+(?<b>.+?),?\s+(?:is\s+)?" + Distance + @"\s+(?:to|from)\s+(?<c>.+)$", DistanceRequest.Which),
        new("Is the tree closer to the house or to the car?", @"^(?:is|are)\s+(?<c>.+?)\s+" + Distance + @"\s+(?:to|from)\s+(?<a>.+?)\s+or\s+(?:to\s+|from\s+)?(?<b>.+)$", DistanceRequest.Which),
        new("Is the dog closer to the boat than the boy?", @"^(?:is|are)\s+(?<a>.+?)\s+" + Distance + @"\s+(?:to|from)\s+(?<c>.+?)\s+than\s+(?:to\s+|from\s+)?(?<b>.+)$", DistanceRequest.Whether),
        new("Which is the smallest: the sun, the rabbit or the plane?", @"^(?:which|what|who)(?:\s+(?:one\s+)?of\s+(?:these|those|them|the\s+(?:two|three|four)))?(?:\s+(?:one|thing))?\s+is\s+(?:the\s+)?(?<word>largest|biggest|smallest|tallest|shortest|widest|narrowest|leftmost|rightmost|highest|lowest)(?:\s+one)?\s*[,:]\s*(?<list>.+\s+or\s+.+)$|^(?:which|what|who)\s+is\s+(?<word>bigger|larger|smaller|taller|shorter|wider|narrower|higher|lower)\s*[,:]\s*(?<list>[^,]+,\s*.+\s+or\s+.+)$", ChoiceRequest.Steps),
        new("How far is the boat from the dog?", @"^(?:(?:what|how\s+(?:big|wide|large|long|much|many\s+pixels))\s+(?:is|are)\s+|measure\s+|give\s+me\s+|tell\s+me\s+|compute\s+|calculate\s+)?(?:the\s+)?(?:(?:shortest|horizontal|smallest|pixel|free)\s+)*(?:distance|gap|space)\s+(?:between|from|is\s+there\s+between|is\s+between|lies\s+between)\s+(?:(?<a>.+?)\s+(?:and|to)\s+(?<b>.+)|(?<pair>(?:the|both|these|those)\s+.+))$|^how\s+many\s+pixels\s+(?:are\s+there\s+|are\s+|lie\s+)?(?:between|from)\s+(?:(?<a>.+?)\s+(?:and|to)\s+(?<b>.+)|(?<pair>(?:the|both|these|those)\s+.+))$|^how\s+far\s+is\s+it\s+from\s+(?<a>.+?)\s+to\s+(?<b>.+)$|^how\s+far\s+(?:apart|away\s+from\s+each\s+other)\s+are\s+(?:(?<a>.+?)\s+and\s+(?<b>.+)|(?<pair>.+))$|^how\s+far\s+are\s+(?:(?<a>.+?)\s+and\s+(?<b>.+?)|(?<pair>.+?))\s+(?:apart|from\s+each\s+other|away\s+from\s+each\s+other)$|^how\s+(?:far|close|near)\s+(?:away\s+)?(?:is|are)\s+(?<a>.+?)\s+(?:away\s+)?(?:from|to)\s+(?<b>.+)$|^how\s+far\s+(?:left|right|above|below)\s+of\s+(?<b>.+?)\s+is\s+(?<a>.+)$", RelationRequest.Steps),
        new("Is the left picture higher than the right one?", @"^(?:is|are|does|do)\s+(?<a>(?:the|m\d).+?)\s+(?:hang\s+|stand\s+)?(?<word>" + ChoiceRequest.Positions + @")\s+than\s+(?<b>.+)$", ChoiceRequest.Whether),
        new("Which is farther right, the tent or the tree?", @"^(?:which|what|who)(?:\s+(?:one|thing|of\s+(?:the\s+two|them)))?\s+(?:is|hangs|stands|sits|lies|flies)\s+(?:the\s+)?(?<word>" + ChoiceRequest.Positions + @")\s*[,:]?\s+(?<list>(?:the|an?)\s.+\s+or\s+.+)$|^(?:is|does)\s+(?<list>(?:the|an?)\s.+\s+or\s+.+?)\s+(?:hang\s+|stand\s+|lie\s+)?(?<word>" + ChoiceRequest.Positions + ")$", ChoiceRequest.Steps),
        new("Which is bigger, the house or the ball?", @"^(?:which|what|who)(?:\s+(?:one|thing|of\s+(?:the\s+two|them)))?\s+is\s+(?:the\s+)?(?<word>" + SizeRequest.Words + @")\s*(?:(?:ones?|areas?|things?|objects?|regions?)\s*)?[,:]?\s+(?<a>.+?)\s+or\s+(?<b>.+)$", SizeRequest.Which),
        new("Is the house or the ball bigger?", @"^(?:is|which\s+is)\s*[,:]?\s*(?<a>.+?)\s+or\s+(?<b>.+?),?\s+(?:is\s+)?(?:the\s+)?(?<word>" + SizeRequest.Words + @")(?:\s+one)?$", SizeRequest.Which),
        new("Is the table larger than the ball?", @"^(?:is|are)\s+(?<a>.+?)\s+(?:(?:much|a\s+lot|any)\s+)?(?<word>" + SizeRequest.Words + @")\s+than\s+(?<b>.+)$", SizeRequest.Whether),
        new("Which cloud is bigger, the pink or the white one?", @"^which\s+(?<noun>(?!one\b|thing\b|of\b)\w+(?:\s+\w+)?)\s+is\s+(?:the\s+)?(?<word>" + SizeRequest.Words + @")\s*(?:one\s*)?[,:]\s*(?<a>the\s+\w+(?:\s+one)?)\s+or\s+(?<b>the\s+\w+(?:\s+one)?)$", SizeRequest.Which),
        new("Which takes up more space, the sky or the water?", @"^(?:which|what)(?:\s+(?:one|of\s+(?:the\s+two|them)))?\s+(?:takes\s+up|covers|fills|has|occupies)\s+(?:more|the\s+most)(?:\s+(?:space|room|area|pixels))?(?:\s+(?:in|of)\s+" + Picture + @")?\s*[,:]\s*(?<a>.+?)\s+or\s+(?<b>.+)$|^is\s+more\s+of\s+" + Picture + @"\s+(?<a>.+?)\s+or\s+(?<b>.+)$", SizeRequest.Which),
        new("How tall is the tree compared to the tent?", @"^how\s+(?<word>" + SizeRequest.Adjectives + @")\s+(?:is|are)\s+(?<a>.+?),?\s+(?:(?:when\s+)?compared\s+(?:to|with)|in\s+comparison\s+(?:to|with)|relative\s+to|versus|vs\.?|next\s+to|against)\s+(?<b>.+)$", SizeRequest.Which),
        new("Is the house as big as the tree?", @"^(?:is|are)\s+(?<a>.+?)\s+as\s+(?<word>" + SizeRequest.Adjectives + @")\s+as\s+(?<b>.+)$", SizeRequest.Which),
        new("How much bigger is the house than the ball?", @"^how\s+(?:much|many\s+times)\s+(?<word>" + SizeRequest.Words + @")\s+(?:is|are)\s+(?<a>.+?)\s+than\s+(?<b>.+)$", SizeRequest.Which),
        new("Compare the sizes of the house and the ball", @"^compare\s+(?:the\s+)?(?:(?:sizes?|areas?)|(?<word>heights?|widths?))\s+of\s+(?<a>.+?)\s+(?:and|with|to)\s+(?<b>.+)$|^compare\s+(?<a>.+?)\s+(?:and|with|to)\s+(?<b>.+?)\s+(?:in|by)\s+(?:their\s+)?(?:size|area|(?<word>height|width))$", SizeRequest.Which),
        new("What is the difference in size between the two trees?", @"^(?:what\s+is\s+)?the\s+(?:size\s+difference|difference\s+in\s+(?:size|area))\s+(?:between|of)\s+(?<what>(?:(?!\sand\s).)+)$", SizeRequest.Each),
        new("What is the difference in height between the house and the tree?", @"^(?:what\s+is\s+)?the\s+(?:difference\s+in\s+(?:size|area|(?<word>height|width))|(?:size|(?<word>height|width))\s+difference)\s+(?:between|of)\s+(?<a>.+?)\s+and\s+(?<b>.+)$", SizeRequest.Which),
        new("Compare the two trees", @"^compare\s+(?:(?:the\s+)?(?:sizes?|areas?)\s+of\s+)?(?<what>(?:(?!\s(?:and|with|to)\s).)*?(?:s|children|people|men|women))(?:\s+(?:in|by)\s+(?:size|area))?$", SizeRequest.Each),
        new("List the objects with their sizes", @"^(?:list|name|show(?:\s+me)?|give\s+me|tell\s+me)\s+(?<what>.+?)\s*,?\s+(?:with|and|including|plus)\s+(?:the\s+|their\s+)?(?:sizes?|areas?|bounding\s+boxes|boxes|coordinates|positions|dimensions)(?:\s+of\s+(?:it|them|each))?$", FactsRequest.Steps),
        new("What are the coordinates of the ball?", @"^(?:(?:what|where)\s+(?:is|are)\s+|give\s+me\s+|tell\s+me\s+|show\s+me\s+|i\s+need\s+)?(?:the\s+)?(?:(?:exact|pixel)\s+)?(?:coordinates?|bounding\s+box(?:es)?|dimensions?|measurements?|position|location|cent(?:er|re)(?:\s+point)?|centroid|width|height)\s+of\s+(?!" + Picture + @"$)(?<what>.+)$|^measure\s+(?<what>.+)$", FactsRequest.Steps),
        new("How wide is the picture?", @"^(?:how\s+(?:big|large|wide|tall|high)\s+is\s+|what\s+(?:is|are)\s+the\s+(?:size|width|height|dimensions|resolution)\s+of\s+)" + Picture + "$", SizeRequest.OfPicture),
        new("How big is the house?", @"^(?:how\s+(?:big|large|small|wide|tall|high|long|broad|thick)\s+(?:is|are)\s+|(?:what\s+is|what\s+are|tell\s+me|give\s+me|show\s+me|measure)\s+the\s+(?:sizes?|areas?|lengths?)\s+of\s+)(?<a>.+?)(?:\s+in\s+(?:pixels|px))?$", SizeRequest.One),

        // One of several.
        new("Which house is the car closest to?", @"^(?:which|what)\s+(?<noun>(?!is\b|are\b)[\w-]+(?:\s+[\w-]+)?)\s+(?:is|are)\s+(?<rest>(?:the|an?|this|that|it|m\d)\b.*?)\s+(?<word>closer|closest|nearer|nearest)(?:\s+to)?$", WhichRequest.OfKind),
        new("Which tree is the largest?", @"^(?:which|who|what)(?:\s+(?!is\b|are\b)(?:(?:one\s+)?of\s+)?(?:the\s+|these\s+|those\s+)?(?:(?:two|three|four|both)\s+)?(?<noun>(?!one\s+of\b)[\w-]+(?:\s+[\w-]+){0,6}?))?\s+(?:is|are|stands|sits|lies|hangs|flies|comes|looks|reaches|goes)\s+(?:the\s+)?(?<word>" + Wanted.Comparatives + "|" + Wanted.Superlatives + @")\b(?:\s+ones?\b)?(?:\s+(?:in|by)\s+(?:size|area|height|width))?(?!.*\b(?:than|or)\b)(?<rest>(?:\s*,?\s*\b(?:to|from|in|on|at|of|for|the|an?|m\d+|near|by|here|there|other|apart|except|besides|not|with|under|above|below|behind|next|it|them|away|among|between)\b.*)?)$", WhichRequest.OfKind),
        new("Which object covers the most pixels?", @"^(?:which|what)\s*(?<noun>(?:[\w-]+\s*){0,3}?)\s*(?:takes?\s+up|covers?|fills?|has|have|occup(?:y|ies)|uses?)\s+(?:the\s+)?(?<word>most|least|fewest|largest|biggest|smallest)(?:\s+(?:of\s+the\s+)?(?:pixels|space|room|area|surface|part|share|place))?(?:\s+(?:of|in|on)\s+" + Picture + @")?(?<rest>(?:\s*,?\s*(?:other\s+than|apart\s+from|except(?:\s+for)?|besides|not\s+counting|excluding)\s.+)?)$", WhichRequest.Covering),
        new("Which is the largest tree?", @"^(?:which|what|who)\s+(?:(?:one\s+)?(?:of\s+them\s+)?(?:is|are)\s+)?(?<what>(?:the\s+)?(?:\w+\s+){0,3}?(?:" + Wanted.Superlatives + @")\b.*)$|^(?:name|tell\s+me|give\s+me)\s+(?<what>(?:the\s+)?(?:(?:two|three|four)\s+)?(?:" + Wanted.Superlatives + ").*)$", WhichRequest.Named),

        // What there is.
        new("List the houses with the colours of roof and walls for each", @"^(?:list|name|describe|show(?:\s+me)?|give\s+me|tell\s+me\s+about|what\s+are|for\s+each\s+of)?\s*(?:an?\s+list\s+of\s+)?(?<what>(?:the|all|every|each)\s+(?:the\s+)?\w+(?:\s+\w+)?)\s*,?\s+(?:with|and|including|plus|along\s+with)\s+(?:the\s+|their\s+|its\s+)?colou?rs?(?:\s+of\s+(?:the\s+|their\s+|its\s+|each\s+(?=\w+$))?(?<parts>(?!it$|them$|each$)[\w\s,]+?))?(?:\s+(?:for|of)\s+(?:each|every|all|it|them)(?:\s+(?:one|of\s+them|house))?)?$|^(?:what|which)\s+colou?rs?\s+(?:are|is|do|does|have|has)\s+(?:the\s+)?(?<parts>[\w\s,]+?)\s+of\s+(?<what>(?:each|every|all|both)(?:\s+(?:of\s+)?(?:the\s+)?\w+){1,3})(?:\s+have)?$", ListRequest.Details),
        new("Which colours can you see?", @"^(?:what|which)\s+colou?rs?\s+(?:(?:can|do)\s+you\s+(?:see|find)|are\s+(?:there|used|visible|in)|appear|does\s+" + Picture + @"\s+have|occur)(?:\s+(?:in|on)\s+" + Picture + @"|\s+" + Picture + @")?$|^(?:list|name)\s+(?:all\s+)?(?:the\s+)?colou?rs(?:\s+(?:in|of)\s+" + Picture + ")?$", ListRequest.Colours),
        new("What else is in the picture?", @"^(?:what|which\s+things)\s+else\s+(?:is\s+(?:there|visible|shown)|are\s+there|(?:can|do)\s+you\s+see|does\s+" + Picture + @"\s+(?:show|contain)|is)(?:\s+(?:in|on)\s+" + Picture + @")?(?:\s*,?\s+(?:besides|apart\s+from|except(?:\s+for)?|other\s+than|than)\s+(?<but>.+))?$", ListRequest.Else),
        new("List everything from the largest to the smallest", @"^(?:list|name|enumerate|identify|give\s+me|tell\s+me|what\s+are)\s+(?:me\s+|us\s+)?(?:(?:an?|the)\s+)?(?:(?:names?|list)\s+of\s+)?(?<what>(?:everything|all|every|each)\b.*?|(?:the\s+|(?:two|three|four|five|some|a\s+few)\s+)?(?:names?\s+of\s+)?(?:objects|things|elements|items|animals|people|vehicles|plants|colou?red\s+things)\b.*?)(?:\s+(?:that\s+)?(?:you\s+(?:can\s+)?(?:see|find|recogni[sz]e)|there\s+(?:is|are)|(?:is|are)\s+(?:visible|shown|there|here)))?(?:\s+(?:in|on|of)\s+" + Picture + @")?(?:,?\s+" + ListRequest.Order + ")?$", ListRequest.Steps),
        new("Sort the trees by size", @"^(?:sort|order|arrange|rank|list|name)\s+(?<what>.+?),?\s+" + ListRequest.Order + "$", ListRequest.Steps),
        new("Which rabbit is next to the ball?", @"^(?:which|what)\s+(?:one\s+)?(?:of\s+(?:the\s+)?)?(?:(?:two|three|four)\s+)?(?<noun>(?!one\b|of\b|things?\b|objects?\b|colou?r|kind|sort|type|shape|side|part\b)[\w-]+(?:\s+[\w-]+)?)\s+(?:is|are|stands?|sits?|lies?|hangs?|flies|fly)\s+(?<rest>(?:\w+ing\s+|parked\s+|located\s+)?(?:" + PairRelation.Words + "|" + PairRelation.Depth + "|" + PairRelation.NearWords + @"|in|inside|between|without|with|not)\s+.+)$", WhichRequest.Fitting),
        new("Which animals are there?", @"^(?:what|which)\s+(?<what>(?!colou?rs?\b|parts?\b|side\b|season\b|weather\b|time\b|day\b|month\b|year\b|place\b|city\b|country\b)(?:kinds?\s+of\s+)?\w+(?:\s+\w+)?)\s+(?:(?:is|are)\s+(?:there|visible|shown|depicted|present|in\s+" + Picture + @")|(?:can|do|could)\s+(?:you|we|i)\s+(?:see|find|spot|identify|recogni[sz]e|name|detect|make\s+out)|(?:does|do)\s+" + Picture + @"\s+(?:show|contain|have))(?:\s+(?:in|on)\s+" + Picture + ")?$", ListRequest.Steps),

        new("Is the horse cut off?", @"^(?:is|are)\s+(?:the\s+whole\s+(?<what>[\w-]+(?:\s+[\w-]+)?)|(?<what>(?:the|all|both|any|this|that)\s.+?|it|they))\s+(?:(?:completely|entirely|fully|wholly|all|whole|partly|partially)\s+)?(?:(?:in|inside|within)\s+" + Picture + @"|visible|cut\s+off|cropped|complete|cut)(?:\s+(?:by|at)\s+(?:the\s+|an?\s+)?(?:edges?|borders?|frame|sides?)(?:\s+of\s+" + Picture + @")?)?(?:\s*,?\s+or\s+.*\b(?:cut(?:\s+off)?|cropped|missing|outside|whole|complete).*)?(?<=\b(?:cut|cropped|whole|entirely|completely|fully|wholly|complete|partly|partially)\b.*)$", PlaceRequest.Edges),

        // Places.
        new("What is between the tent and the horse?", @"^(?:what|who|which\s+(?:things?|objects?)|is\s+there\s+(?:anything|something))\s+(?:(?:is|are|lies|stands|sits)\s+)?(?:in\s+)?between\s+(?:(?<a>.+?)\s+and\s+(?<b>.+)|(?<pair>(?:the|both|these|those)\s+.+))$", BetweenRequest.Steps),
        new("Is the horse on the left?", @"^(?:is|are)\s+(?<what>(?!there\b).+?)\s+(?:on|at|in|to)\s+the\s+(?<side>" + PicturePlace.Sides + @")(?:[\s-]+(?:hand[\s-]+)?(?:side|half|part|edge|corner))?(?:\s+of\s+" + Picture + @")?(?<or>,?\s+or\s+(?:(?:on|at|in|to)\s+)?(?:the\s+)?(?:" + PicturePlace.Sides + @")(?:\s+side)?(?:\s+of\s+" + Picture + @")?)?$", PlaceRequest.Of),
        new("Which side is the tree on?", @"^(?:(?:on|at|in)\s+)?(?:which|what)\s+(?:side|part|half|corner|place|area)(?:\s+of\s+" + Picture + @")?\s+(?:is|are)\s+(?<what>.+?)(?:\s+(?:on|in|at))?$", PlaceRequest.Of),
        new("What is on the left?", @"^(?:what|who|(?:which|what)\s+(?:one\s+)?(?:of\s+)?(?:the\s+)?(?:(?:two|three|four)\s+)?(?<noun>(?!of\b|the\b|one\b)\w+(?:\s+\w+)?))\s+(?:is|are|stands?|sits?|lies?|(?:can|do|could)\s+(?:you|we|i)\s+see|can\s+be\s+seen|does\s+" + Picture + @"\s+(?:show|have|contain)|is\s+(?:shown|visible|located|there))\s+(?:on|at|in|to)\s+the\s+(?:very\s+|far\s+)?(?<side>" + PicturePlace.Sides + @")(?:[\s-]+(?:hand[\s-]+)?(?:side|half|part|edge|corner))?(?:\s+of\s+" + Picture + @")?$|^(?:is|are)\s+there\s+(?:anything|something|any\s+(?:things|objects))\s+(?:on|at|in)\s+the\s+(?<side>" + PicturePlace.Sides + @")(?:[\s-]+(?:hand[\s-]+)?(?:side|half|part|edge|corner))?(?:\s+of\s+" + Picture + ")?$", PlaceRequest.What),
        new("What is the rabbit next to?", @"^(?:what|who)\s+(?:is|are)\s+(?<b>(?:the|this|that)\s+.+?|m\d+|it)\s+(?:\w+ing\s+)?(?<word>next\s+to|near|beside|close\s+to|by)$", SurroundingsRequest.Steps),
        new("What is the horse standing on?", @"^what\s+(?:is|are|does|do)\s+(?<what>(?:the|this|that)\s+.+?|m\d+|it)\s+(?:standing|sitting|lying|parked|driving|floating|swimming|walking|stand|sit|lie|float)\s+(?<word>on|in)$", BelowRequest.On),
        new("What is the airplane flying over?", @"^what\s+(?:is|are)\s+(?<what>(?:the|this|that)\s+.+?|m\d+|it)\s+(?:\w+ing\s+)?(?<word>above|over|below|under|underneath|beneath)$", BelowRequest.Steps),
        new("Compare the house and the tree", @"^compare\s+(?<a>.+?)\s+(?:and|with|to)\s+(?<b>.+)$", RelationRequest.Steps),
        new("Is the sun left or right of the house?", @"^(?:is|are|which\s+side\s+is)\s+(?<a>.+?)\s+(?:(?:on|to|at)\s+the\s+)?(?:left|right|above|below|over|under)(?:\s+side)?\s+or\s+(?:(?:on|to|at)\s+)?(?:the\s+)?(?:left|right|above|below|over|under)(?:[\s-]+(?:hand\s+)?side)?\s+(?:of\s+)?(?<b>(?:the|this|that|an?)\s+(?!(?:picture|image|photo|scene)\b).+|m\d+)$|^where\s+(?:is|are|does|do)\s+(?<a>.+?)(?:\s+(?:lie|stand|sit))?,?\s+(?:relative|compared|in\s+relation|with\s+respect)\s+to\s+(?<b>.+)$", RelationRequest.Steps),
        new("Is the ball on the table or on the floor?", @"^(?:is|are)\s+(?<a>the\s+.+?)\s+(?<word>" + PairRelation.Words + "|in|inside|" + PairRelation.Depth + @")\s+(?<b>the\s+(?!(?:left|right|picture|image|photo)\b).+?),?\s+or\s+(?:(?<word2>" + PairRelation.Words + "|in|inside|" + PairRelation.Depth + @")\s+)?(?<c>the\s+.+)$", RelationRequest.Either),
        new("Do the clouds touch each other?", @"^(?:are|do|is)\s+(?:(?<a>the\s+.+?)\s+and\s+(?<b>the\s+.+?)|(?<pair>(?:the|both|these|those)\s+.+?))\s+(?<word>touch(?:ing)?|overlap(?:ping)?)(?:\s+(?:each\s+other|one\s+another))?$", RelationRequest.Steps),
        new("Is the house left of the tree?", @"^(?:is|are|does)\s+(?<a>the\s+.+?)(?<!\sand)\s+(?:\w+ing\s+|parked\s+|located\s+|placed\s+)?(?<word>inside|" + PairRelation.Words + "|in|" + PairRelation.Depth + "|" + PairRelation.NearWords + @")\s+(?<b>the\s+(?!(?:picture|image|photo)\b)(?:(?!\sand\s+(?:to|left|right|above|below|on|in|under|behind|near)\b).)+)$", RelationRequest.Steps),
        new("What is under the table?", @"^(?:what|who|which\s+(?:things|objects|thing|object))\s+(?:(?:(?:is|are)\s+(?:\w+ing|located|placed|parked|seen|visible|hidden|there|the\s+(?:things?|objects?)(?:\s+that\s+(?:is|are))?)|is|are|lies|lie|stands|stand|sits|sit|hangs|hang|(?:do|can|could)\s+(?:you|we|i)\s+(?:see|find|spot)|can\s+be\s+seen|else\s+is)\s+(?:directly\s+|right\s+)?(?<word>" + PairRelation.Words + "|" + PairRelation.Depth + "|" + PairRelation.NearWords + @")|(?<word>touch(?:es)?|overlaps?(?:\s+with)?))" + Anchor, SurroundingsRequest.Steps),
        new("Does anything touch the ball?", @"^(?:does|do|is|are)\s+(?:anything|something|any\s+(?:things?|objects?))\s+(?<word>" + PairRelation.Words + "|" + PairRelation.Depth + "|" + PairRelation.NearWords + ")" + Anchor, SurroundingsRequest.Steps),
        new("Is there anything left of the tent?", @"^(?:is|are)\s+there\s+(?:anything|something|any\s+(?:things?|objects?))\s+(?<word>" + PairRelation.Words + "|" + PairRelation.Depth + "|" + PairRelation.NearWords + ")" + Anchor, SurroundingsRequest.Steps),
        new("Show everything left of the tent", @"^(?:find|show(?:\s+me)?|select|segment)\s+(?:everything|anything|all(?:\s+(?:the\s+)?(?:things|objects))?|what\s+is)\s+(?<word>" + PairRelation.Words + "|" + PairRelation.NearWords + ")" + Anchor, SurroundingsRequest.Steps),

        // New regions.
        new("Remove the house", @"^(?:remove|delete|erase|hide|exclude|leave\s+out|take\s+away|get\s+rid\s+of|drop|discard|mask\s+out|cut\s+away|subtract)\s+(?<what>.+?)(?:\s+from\s+(?<from>.+))?$", ExceptRequest.Steps),
        new("Show everything but the house", @"^(?:(?:show|find|segment|give|what\s+is|select|mark|highlight|cut\s+out|keep)\s+)?(?:me\s+)?(?<from>.*?)\s*\b(?:except|but\s+not|other\s+than|minus|but|(?<=(?:everything|all|picture|image|photo|scene)\s+)without)\b(?:\s+for)?\s+(?<what>.+)$", ExceptRequest.Steps),
        new("Save the plane", @"^(?:save|export)\s+(?<what>.+?)(?:\s+(?:as|to|in|into)\s+(?:an?\s+|one\s+)?(?:file|image|picture|disk))?$", ExportRequest.Mask),
        new("Combine both rabbits into one mask", @"^(?:combine|join|unite|merge|union)\s+(?:of\s+)?(?<all>(?:(?!\s(?:and|with)\s).)+?)(?:\s+(?:into|as|to|in)\s+(?:one|a\s+single)(?:\s+\w+)?)?$|^(?:make\s+|give\s+me\s+|show\s+(?:me\s+)?|return\s+)?(?:the\s+|a\s+)?(?:union|combination|merger|sum)\s+of\s+(?<all>(?:(?!\s(?:and|with)\s).)+?)(?:\s+(?:as\s+)?(?:one|a\s+single)\s+mask)?$", JoinRequest.All),
        new("Show the overlap of the boat and the water", @"^(?:show(?:\s+me)?|mark|what\s+is|give\s+me|find|compute|highlight|return)?\s*(?:the\s+)?(?:overlap|intersection|common\s+(?:part|area|pixels))\s+(?:of|between)\s+(?<a>.+?)\s+(?:and|with)\s+(?<b>.+)$|^(?:intersect)\s+(?<a>.+?)\s+(?:and|with)\s+(?<b>.+)$", OverlapRequest.Steps),
        new("Combine the house and the tree", @"^(?:combine|join|unite|merge|union)\s+(?:of\s+)?(?<a>.+?)\s+(?:and|with)\s+(?<b>.+?)(?:\s+(?:into|as|to|in)\s+(?:one|a\s+single)(?:\s+\w+)?)?$|^(?:make\s+|give\s+me\s+|show\s+(?:me\s+)?|return\s+)?(?:the\s+|a\s+)?(?:union|combination|merger|sum)\s+of\s+(?<a>.+?)\s+and\s+(?<b>.+)$|^(?:segment|find|mark)\s+(?<a>.+?)\s+and\s+(?<b>.+?)\s+(?:together|as\s+one)$", JoinRequest.Steps),

        // What was spoken of.
        new("Show me what remains", @"^(?:(?:show|give|mark)\s+(?:me\s+)?)?what\s+(?:remains|is\s+left)(?<what>)$", FindRequest.Remains),
        new("What is it?", @"^(?:what|which|who)\s+(?:is|are)\s+(?:it|they|that|those|these|this)(?:\s+(?:thing|things|object|objects|one))?$", FollowRequest.Name),
        new("How much?", @"^how\s+much(?:\s+of\s+it)?$", FollowRequest.Share),
        new("Where?", @"^(?:and\s+)?where(?:\s+(?:is|are)\s+(?:it|they|he|she))?$", FollowRequest.Where),
        new("How big?", @"^how\s+(?:big|large|tall|wide|high|small)(?:\s+(?:is|are)\s+(?:it|they))?$", FollowRequest.Size),
        new("What colour?", @"^(?:what|which)\s+colou?rs?$", FollowRequest.Colour),

        // The background.
        new("What is in the background?", @"^(?:what|who)\s+(?:is|are|(?:can|do)\s+you\s+see)\s+in\s+the\s+background(?:\s+of\s+" + Picture + @")?$|^(?:describe|name|list|show|what\s+is)\s+(?:me\s+)?the\s+background$", BackgroundRequest.Steps),

        // Descriptions.
        new("Describe the scene", @"^(?:briefly\s+)?(?:describe|caption|tell\s+me\s+about|explain)\s+(?<what>(?:the\s+|this\s+)?(?:whole\s+|entire\s+)?(?:scene|picture|image|photo|photograph|drawing|view)|everything|all|it\s+all|(?:all\s+)?(?:the\s+)?(?:objects|things)(?:\s+in\b.*?)?)(?:\s+(?:briefly|in\s+detail|shortly|in\s+(?:one|a)\s+(?:short\s+)?sentence))?$", SceneRequest.Steps),
        new("What can you see?", @"^what\s+(?:is|can\s+you\s+see|do\s+you\s+see)\s+(?:in|on)\s+(?:the|this)\s+(?:scene|picture|image|photo|photograph|drawing|view)$|^what\s+(?:do|can)\s+you\s+see$", SceneRequest.Steps),
        new("What is going on here?", @"^what\s+is\s+(?:going\s+on|happening|shown|visible|depicted|to\s+be\s+seen)(?:\s+here|\s+(?:in|on)\s+" + Picture + @")?$|^what\s+does\s+" + Picture + @"\s+(?:show|depict|contain)$|^what\s+is\s+" + Picture + @"\s+(?:of|about)$|^what\s+am\s+i\s+looking\s+at$|^(?:summari[sz]e|sum\s+up)(?:\s+" + Picture + @")?(?:\s+in\s+.+)?$|^(?:give|write|tell|make)\s+(?:me\s+)?(?:an?|the)\s+(?:[\w-]+\s+)?(?:description|caption|summary|overview|rundown|account|idea|alt(?:ernative)?[\s-]+text)(?:\s+(?:of|for)\s+(?:" + Picture + @"|(?:everything|all|what)\b.*))?(?:\s+in\s+(?:one|a)\s+(?:short\s+)?sentence)?$", SceneRequest.Steps),
        new("Describe the house", @"^(?:briefly\s+)?(?:describe|caption|tell\s+me\s+(?:more\s+)?about|explain|what\s+(?:can\s+you\s+(?:say|tell\s+me)|do\s+you\s+know)\s+about|say\s+something\s+about|what\s+do(?:es)?)\s+(?<what>.+?)(?:\s+(?:briefly|in\s+detail|shortly|look\s+like|in\s+(?:one|a)\s+(?:short\s+)?sentence))?(?<!^what\s+do.*(?<!look\s+like))$", CaptionRequest.Steps),

        // Anything that is so.

        // What something is for.
        new("Is anybody walking in the snow?", @"^(?:is|are)\s+(?:there\s+)?(?:any(?:one|body)|some(?:one|body)|any\s+(?<kind>\w+))\s+(?<rest>(?:(?:that|who)\s+(?:is|are)\s+)?(?:\w+ing\b|(?:in|on|at|behind|under|near|next|beside)\s).*)$|^(?:does|do|has|have)\s+(?:any(?:one|body)|some(?:one|body)|any\s+(?<kind>\w+))\s+(?<rest>.+)$", FindRequest.WhetherDoing),
        new("Is there anything flying in the sky?", @"^(?:is|are)\s+there\s+(?<who>anything|something)\s+(?<rest>(?:that\s+is\s+)?(?:\w+ing\b|(?:in|on|at|behind|with)\s).*)$|^(?:is|does)\s+(?<who>anything|something)\s+(?<rest>.+)$", QuestionRequest.WhatIs),
        new("Find something to sit on", @"^(?:(?:find|show|give|get)\s+(?:me\s+)?)?(?:something|anything)\s+(?:to\s+\w+|(?:that|which)\s+(?:can|could|would|may|might|is\s+for)\b|for\s+\w+ing\b|(?:you|i|we|one)\s+(?:can|could)\b).*$", QuestionRequest.Reason),

        // Things.
        new("Is it day or night?", @"^(?:is\s+it|does\s+it\s+look\s+like|is\s+this)\s+(?:at\s+)?(?:day(?:time)?|night(?:time)?|(?:the\s+)?(?:morning|evening)|summer|winter|spring|autumn|fall|dark|bright)(?:\s+or\s+(?:at\s+)?(?:day(?:time)?|night(?:time)?|morning|evening|summer|winter|spring|autumn|fall|dark|bright))?(?:\s+(?:in|on)\s+" + Picture + @")?$|^(?:what|which)\s+(?:time\s+of\s+(?:the\s+)?(?:day|year)|season|part\s+of\s+the\s+day)\s+is\s+(?:it|shown|this|depicted)(?:\s+(?:in|on)\s+" + Picture + ")?$", QuestionRequest.Time),
        new("What is the weather like?", @"^(?:what|how)\s+(?:is|sort\s+of\s+is)?\s*(?:kind\s+of\s+|sort\s+of\s+)?(?:the\s+)?weather(?:\s+(?:is\s+(?:it|shown)|like|here|conditions?))*(?:\s+in\s+" + Picture + @")?$|^(?:describe|tell\s+me\s+about)\s+the\s+weather(?:\s+in\s+" + Picture + @")?$|^(?:is|does|was)\s+(?:it|this|the\s+(?:weather|sun|sky|day))\s+(?:look\s+)?(?:an?\s+)?(?<kind>rain(?:ing|y)?|snow(?:ing|y)?|sunny|shining|cloudy|overcast|foggy|misty|stormy|wet|night)(?:\s+(?:day|weather|scene|outside))?(?:\s+(?:in|on)\s+" + Picture + ")?$", WeatherRequest.Steps),
        new("Where is the house?", @"^(?:find(?:\s+me)?|locate|where\s+(?:does|do)|segment|select|detect|spot|identify|pick(?:\s+out)?|get\s+me|give\s+me|i\s+(?:want|need)|show(?:\s+me)?|point\s+(?:to|at|out)|where\s+(?:is|are)|where\s+(?:can\s+(?:i|we|you)\s+(?:find|see)|do\s+you\s+see)|look\s+for|i\s+am\s+looking\s+for|mask|segment\s+out)\s+(?!me\b)(?<what>.+?)(?:\s+(?:hidden|hiding|to\s+be\s+found|lie|stand|sit|hang|grow|float))?$", FindRequest.Steps),
        new("Is there a house?", @"^(?:is|are)\s+there\s+(?<what>.+?)(?:\s+(?:hidden|hiding|to\s+be\s+(?:found|seen)))?$", FindRequest.Whether),

        new("Do you see a dog?", @"^(?:(?:do|can|could)\s+(?:you|we|one)\s+(?:see|find|spot|notice|detect)|does\s+" + Picture + @"\s+(?:show|contain|have|include))\s+(?<what>.+?)(?:\s+(?:in|on)\s+" + Picture + @")?$|^any\s+(?<what>.+?)(?:\s+(?:here|there|in\s+.+))?$", FindRequest.Whether),
        new("Is a dog in the picture?", @"^(?:is|are)\s+(?<what>(?:an?|any|some)\s+.+?|anybody|anyone|somebody|someone)\s+(?:visible|shown|present|here|(?:in|on)\s+" + Picture + ")$", FindRequest.Whether),

        // Questions that a picture can answer; a table of its own.
        .. QuestionRequest.Patterns,

        // Said, not asked.
        new("Two trees overlap there", @"^(?:there\s+(?:is|are)|i\s+(?:can\s+)?see|you\s+(?:can\s+)?see|we\s+(?:can\s+)?see)\s+(?<what>(?!no\b).+)$|^(?<what>(?:two|three|four|five|both|some|several)\s+(?:\w+\s+){1,3}?(?:overlap|stand|sit|lie|fly|touch|hang|are|have|play|swim|walk|grow)\b.*)$", StatementRequest.Steps),

        // A thing, and nothing said of what to do with it.
        new("the red car", @"^(?<what>(?:the|all|both|every|each|these|those|only|just)\s+(?:[\w-]+\s+){0,12}[\w-]+|m\d+)$", FindRequest.Steps),
    ];

    /// <summary>The steps of a clause; those of a refusal where no row fits.</summary>
    public static IEnumerable<IReadOnlyList<PlannedCall>> Read(string clause, PlanContext context)
    {
        if (!UnplannedRequest.IsBeyondPictures(clause))
        {
            foreach (RequestPattern row in All)
            {
                if (row.Match(clause) is { Success: true } match)
                {
                    return row.Steps(match, context);
                }
            }
        }

        return UnplannedRequest.Steps(clause, context);
    }

    /// <summary>Whether a row reads a clause that is more than a thing alone.</summary>
    public static bool Reads(string clause) => !UnplannedRequest.IsBeyondPictures(clause) && All.SkipLast(1).Any(row => row.Match(clause).Success);

    /// <summary>How the row that reads a clause reads it; null where none does.</summary>
    public static Match? Find(string clause) =>
        UnplannedRequest.IsBeyondPictures(clause) ? null : All.Select(row => row.Match(clause)).FirstOrDefault(match => match.Success);
}
