using MGLMM.Masks;

namespace MGLMM.Evaluation.Drawing;

/// <summary>What is true of a scene, in words: its panoptic description, and that of a thing by its parts.</summary>
internal static class SceneWords
{
    private static readonly HashSet<string> PluralParts = new(StringComparer.Ordinal)
    {
        "windows", "wheels", "legs", "shoes", "petals", "trousers", "shorts", "curtains", "hands", "ears", "horns", "needles", "leaves", "cushions", "armrests", "flowers", "boards", "books", "pages", "runners",
    };

    private static readonly HashSet<string> Uncountable = new(StringComparer.Ordinal) { "grass", "water", "sand", "snow", "hair", "wool", "glass" };

    private static readonly HashSet<string> PluralBackgrounds = new(StringComparer.Ordinal) { "mountains", "hills" };

    private static readonly Dictionary<string, string> Clothes = new(StringComparer.Ordinal) { ["man"] = "shirt", ["woman"] = "dress", ["child"] = "shirt" };

    /// <summary>In which order things are named: people and animals, what they use, where they live, what grows, what is in the air.</summary>
    private static readonly string[] Order =
    [
        "man", "woman", "child", "horse", "cow", "sheep", "dog", "cat", "rabbit", "duck", "bird", "fish", "snowman", "bus", "truck", "car", "bicycle", "boat", "airplane", "hot-air balloon", "house", "tent",
        "bed", "sofa", "table", "chair", "shelf", "lamp", "clock", "picture", "window", "rug", "vase", "potted plant", "book", "cup", "apple", "kite", "balloon", "ball", "bucket", "umbrella", "sled", "bench",
        "traffic light", "street lamp", "fence", "tree", "pine tree", "bush", "flower", "mushroom", "sun", "moon", "cloud",
    ];

    private static readonly string[] Sides = ["On the left", "In the middle", "On the right"];

    /// <summary>The name without an article: "red car", "man in a blue shirt".</summary>
    public static string Name(DrawnThing thing) => thing.Colour switch
    {
        null => thing.Kind,
        string colour when Clothes.TryGetValue(thing.Kind, out string? worn) => $"{thing.Kind} in {Article(colour)} {colour} {worn}",
        "black" when thing.Kind == "sky" => "dark sky",
        string colour => $"{colour} {thing.Kind}",
    };

    /// <summary>The name as one asks for it: "man in the blue shirt".</summary>
    public static string Definite(DrawnThing thing) => Name(thing).Replace(" in a ", " in the ", StringComparison.Ordinal).Replace(" in an ", " in the ", StringComparison.Ordinal);

    /// <summary>The description of a scene, and what its masks are of, in order.</summary>
    public static (string Answer, IReadOnlyList<SeenThing> Order) Panoptic(DrawnScene scene)
    {
        List<SeenThing> order = [.. scene.Seen.Where(seen => seen.Thing.IsBackground)];
        string text = $"The picture shows {Joined(order.Select(seen => Indefinite(seen.Thing)))} .";
        for (int side = 0; side < Sides.Length; side++)
        {
            SeenThing[] there = [.. scene.Seen.Where(seen => !seen.Thing.IsBackground && SideOf(seen.Mask) == side).OrderBy(seen => Array.IndexOf(Order, seen.Thing.Kind)).ThenBy(seen => seen.Mask.Centroid()!.Value.X)];
            if (there.Length > 0)
            {
                text += $" {Sides[side]} there {(there.Length > 1 ? "are" : "is")} {Joined(there.Select(seen => Indefinite(seen.Thing)))} .";
                order.AddRange(there);
            }
        }

        return (text, order);
    }

    /// <summary>The description of a thing by its parts, in their order.</summary>
    public static string Parts(SeenThing seen) => $"The {Definite(seen.Thing)} has {Joined(seen.Parts.Select(Part))} .";

    private static string Part(SeenPart part)
    {
        string text = part.Colour is null ? part.Name : $"{part.Colour} {part.Name}";
        return PluralParts.Contains(part.Name) || Uncountable.Contains(part.Name) ? text : $"{Article(text)} {text}";
    }

    private static string Indefinite(DrawnThing thing)
    {
        string text = Name(thing);
        return thing.Kind is "sun" or "moon" ? "the " + text : Uncountable.Contains(thing.Kind) || PluralBackgrounds.Contains(thing.Kind) ? text : $"{Article(text)} {text}";
    }

    private static int SideOf(Mask mask) => ((mask.Centroid()!.Value.X) / mask.Width) switch { < 0.37 => 0, > 0.63 => 2, _ => 1 };

    private static string Joined(IEnumerable<string> phrases)
    {
        string[] grounded = [.. phrases.Select(phrase => $"<p> {phrase} </p> [SEG]")];
        return grounded.Length < 2 ? string.Concat(grounded) : string.Join(" , ", grounded[..^1]) + " and " + grounded[^1];
    }

    private static string Article(string word) => "aeiou".Contains(word[0], StringComparison.Ordinal) ? "an" : "a";
}
