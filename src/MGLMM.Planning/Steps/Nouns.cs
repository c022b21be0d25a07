using System.Text.RegularExpressions;
using MGLMM.Language;

namespace MGLMM.Planning.Steps;

/// <summary>Which nouns may stand for which: an answer about one kind of thing is never told as one about another.</summary>
/// <remarks>Two tables that a reader can extend, in the singular.</remarks>
internal static partial class Nouns
{
    /// <summary>Words for the same kind.</summary>
    private static readonly string[][] Same =
    [
        ["sofa", "couch", "settee"], ["airplane", "plane", "aeroplane", "aircraft", "jet"], ["bicycle", "bike"], ["rabbit", "bunny", "hare"], ["boat", "ship", "sailboat"],
        ["car", "automobile"], ["rug", "carpet"], ["sea", "ocean", "water"], ["grass", "lawn"], ["road", "street"], ["cap", "hat"], ["child", "kid"],
        ["picture", "painting"], ["truck", "lorry"], ["sled", "sledge", "sleigh"], ["mountain", "hill"], ["umbrella", "parasol", "sunshade"], ["mushroom", "toadstool"], ["bush", "shrub", "hedge"], ["shelf", "bookshelf", "bookcase"], ["cup", "mug", "teacup"], ["bucket", "pail"], ["lamp", "lamppost", "streetlight", "streetlamp"],
        ["pavement", "sidewalk"], ["sand", "beach"], ["top", "crown"], ["top", "roof"], ["leaf", "crown"], ["foliage", "crown"],
    ];

    /// <summary>Words for many kinds, and what they take in.</summary>
    private static readonly (string Word, string[] Kinds)[] Broad =
    [
        ("person", ["man", "woman", "child", "boy", "girl", "kid"]), ("human", ["person", "man", "woman", "child", "boy", "girl", "kid"]),
        ("animal", ["dog", "cat", "rabbit", "bird", "duck", "horse", "cow", "sheep", "fish"]), ("pet", ["dog", "cat"]),
        ("vehicle", ["car", "truck", "bus", "bicycle", "boat", "airplane"]), ("plant", ["tree", "bush", "flower", "potted plant"]),
        ("building", ["house", "tent"]), ("furniture", ["table", "chair", "sofa", "bed", "shelf"]), ("flowerpot", ["potted plant"]), ("houseplant", ["potted plant"]), ("pine", ["pine tree"]), ("fir", ["pine tree"]), ("adult", ["man", "woman"]),
        ("organism", ["dog", "cat", "rabbit", "bird", "duck", "horse", "cow", "sheep", "fish", "man", "woman", "child", "tree", "bush", "flower", "potted plant", "pine tree", "mushroom"]),
        ("clothes", [.. ClothesNames]), ("clothe", [.. ClothesNames]), ("clothing", [.. ClothesNames]), ("garment", [.. ClothesNames]),
        ("ground", ["grass", "snow", "sand", "road", "pavement", "floor", "field"]),
        ("toy", ["ball", "kite", "balloon", "bucket"]),
    ];

    /// <summary>Words for one of several that a model may not tell apart, and the word it may use.</summary>
    private static readonly (string Word, string Kind)[] Narrow = [("boy", "child"), ("girl", "child"), ("puppy", "dog"), ("kitten", "cat"), ("pony", "horse")];

    /// <summary>What is a part of a thing rather than a thing: looked for among the parts of what is in the picture.</summary>
    private static readonly HashSet<string> Parts = new(StringComparer.Ordinal)
    {
        "window", "door", "roof", "chimney", "wall", "wheel", "leg", "tail", "ear", "head", "wing", "trunk", "crown", "branch", "leaf", "hull", "sail", "mast",
        "handle", "spout", "beak", "neck", "mane", "hoof", "nose", "eye", "mouth", "arm", "hand", "foot", "hair", "shirt", "shorts", "trousers", "shoe",
        "petal", "stem", "string", "backrest", "armrest", "cushion", "seat", "lid", "frame", "headlight", "bumper", "windscreen", "face", "body", "entrance", "basket", "saddle", "rim", "horn", "fin", "headboard", "dial", "pot", "canopy",
    };

    /// <summary>The ends of animals and people, which are outside of the picture first.</summary>
    private static readonly HashSet<string> Ends = new(StringComparer.Ordinal) { "head", "face", "neck", "tail", "ear", "nose", "beak", "mane", "mouth", "eye" };

    /// <summary>What people wear: parts of them.</summary>
    private static readonly HashSet<string> Clothes = [.. ClothesNames, "clothes", "clothe", "clothing", "garment"];

    private static string[] ClothesNames =>
    [
        "hat", "cap", "helmet", "shirt", "jacket", "coat", "sweater", "dress", "skirt", "shorts", "trousers", "pants", "jeans", "shoe", "boot", "sock",
        "scarf", "glove", "glasses", "tie", "belt", "apron",
    ];

    /// <summary>All of <see cref="Clothes"/>, as alternatives of a regular expression.</summary>
    public static string ClothesWords => string.Join('|', ClothesNames);

    /// <summary>What lies behind and below the things of a picture.</summary>
    private static readonly HashSet<string> Background = new(StringComparer.Ordinal)
    {
        "sky", "grass", "lawn", "meadow", "field", "ground", "floor", "wall", "ceiling", "sand", "beach", "snow", "water", "sea", "ocean", "lake", "river", "pond", "road", "street", "pavement", "sidewalk",
        "mountain", "hill", "background", "horizon",
    };

    /// <summary>The noun that a phrase is about, in the singular and lower case: "tree" of "two tall trees beside a house".</summary>
    public static string Head(string phrase)
    {
        string[] words = Before(phrase);
        return words.Length == 0 ? string.Empty : EnglishNouns.Singular(words[^1]);
    }

    /// <summary>A label with all words that its noun may be called by, separated by commas.</summary>
    public static string Labels(string label)
    {
        string[] words = label.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
        {
            return label;
        }

        string attributes = string.Join(' ', words[..^1]);
        return string.Join(", ", Names(words[^1].ToLowerInvariant()).Select(name => attributes.Length == 0 ? name : $"{attributes} {name}"));
    }

    /// <summary>Whether what was found may be told as what was asked for. A phrase without words tells nothing against it.</summary>
    public static bool Fits(string asked, string found)
    {
        (string wanted, string named) = (Head(asked), Head(found));
        if (wanted.Length == 0 || named.Length == 0 || wanted is "thing" or "object" or "one" or "part" or "something" or "region")
        {
            return true;
        }

        (string[] askedColour, string[] foundColour) = (ColourOf(asked), ColourOf(found));
        return (askedColour.Length == 0 || foundColour.Length == 0 || askedColour.Intersect(foundColour).Any())
            && Names(wanted).Any(name => Head(name) == named);
    }

    /// <summary>Whether a phrase has words, and they may be told as what was asked for.</summary>
    public static bool IsCalled(string asked, string phrase) => phrase.Length > 0 && Fits(asked, phrase);

    /// <summary>Whether what was found is surely what was asked for: by the same word, another for the same kind, or a wider one; a puppy may be a dog, yet a dog need be no puppy.</summary>
    public static bool Means(string asked, string phrase) => IsCalled(asked, phrase)
        && (Says(asked, phrase) || Same.Any(words => words.Contains(Head(asked)) && words.Contains(Head(phrase))) || Broad.Any(pair => pair.Word == Head(asked) && pair.Kinds.Any(kind => $" {phrase}".EndsWith($" {kind}", StringComparison.OrdinalIgnoreCase))));

    /// <summary>Whether a noun is one of the tables of kinds, so that what has another name is none.</summary>
    public static bool IsKind(string noun) => Head(noun) is { Length: > 0 } head
        && (Same.Any(words => words.Contains(head)) || Broad.Any(pair => pair.Word == head || pair.Kinds.Contains(head)) || Narrow.Any(pair => pair.Word == head) || Background.Contains(head));

    /// <summary>Whether a noun names background rather than a thing.</summary>
    public static bool IsBackground(string noun) => Background.Contains(Head(noun));

    /// <summary>Whether a noun names an end of an animal or a person.</summary>
    public static bool IsEnd(string noun) => Ends.Contains(Head(noun));

    /// <summary>Whether a noun names background that nothing stands on.</summary>
    public static bool IsUpright(string noun) => Head(noun) is "wall" or "sky" or "ceiling";

    /// <summary>Whether a noun names the upper part of things.</summary>
    public static bool IsTop(string noun) => Head(noun) is "top" or "bottom";

    /// <summary>A label without its colours; null where it has none, or nothing else.</summary>
    public static string? WithoutColour(string label)
    {
        string[] words = label.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] others = [.. words.Where((word, index) => index == words.Length - 1 || !EnglishColours.Is(word))];
        return others.Length < words.Length && others.Length > 0 ? string.Join(' ', others) : null;
    }

    /// <summary>Whether one of the phrases is about several things at once, "yellow windows": its region is no count.</summary>
    public static bool NamesSeveral(IEnumerable<KnownRegion> regions) => regions.Any(region => Before(region.Phrase) is { Length: > 0 } words
        && EnglishNouns.Singular(words[^1]) != words[^1] && words[^1] is not ("shorts" or "trousers" or "glasses"));

    /// <summary>Whether a noun names a part of things.</summary>
    public static bool IsPart(string noun) => Parts.Contains(Head(noun));

    /// <summary>Whether a noun names what people wear.</summary>
    public static bool IsClothing(string noun) => Clothes.Contains(Head(noun));

    /// <summary>Whether words speak of a noun, in the singular or plural, by any of its names.</summary>
    public static bool Mentions(string noun, string words) =>
        Head(noun) is { Length: > 0 } head
        && Words().Matches(words.ToLowerInvariant()).Select(match => EnglishNouns.Singular(match.Value)).Intersect(Names(head).Select(Head), StringComparer.Ordinal).Any();

    /// <summary>Whether a phrase has the very noun, and not a word that only stands for it.</summary>
    public static bool Says(string noun, string phrase) => Head(noun) == Head(phrase);

    /// <summary>The word that a model may use where it does not tell a kind apart from others, such as child for boy; null where there is none.</summary>
    public static string? Wider(string noun) => Narrow.FirstOrDefault(pair => pair.Word == Head(noun)).Kind;

    /// <summary>Whether a phrase says a colour of its noun.</summary>
    public static bool HasColour(string phrase) => ColourOf(phrase).Length > 0;

    private static IEnumerable<string> Names(string noun) =>
        new[] { noun }
            .Concat(Same.Where(words => words.Contains(noun)).SelectMany(words => words))
            .Concat(Broad.Where(pair => pair.Word == noun).SelectMany(pair => pair.Kinds))
            .Concat(Narrow.Where(pair => pair.Word == noun).Select(pair => pair.Kind))
            .Distinct(StringComparer.Ordinal);

    private static string[] ColourOf(string phrase) => [.. Before(phrase).Where(EnglishColours.Is).Select(EnglishColours.Usual).Distinct()];

    /// <summary>The words up to the first that leads to another thing.</summary>
    private static string[] Before(string phrase) =>
        [.. Words().Matches(Relative().Split(phrase.ToLowerInvariant())[0]).Select(match => match.Value)];

    [GeneratedRegex(@"[\p{L}\d-]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"(?<=\w\s+)(?:on|at|in|into|under|above|below|behind|between|beside|near|nearest|closest|next|left|right|of|with|without|that|which|who|from|to|wearing|standing)\b")]
    private static partial Regex Relative();
}
