using System.Text.RegularExpressions;
using MGLMM.Vision;
using MGLMM.Vision.Contents;

namespace MGLMM.Samples.VisionAgent.Tour;

/// <summary>What the demo asks next, chosen from what the model has found so far, as an agent would.</summary>
internal static class TourChoices
{
    /// <summary>Kinds of things whose parts have names of their own.</summary>
    private static readonly string[] HaveParts =
    [
        "house", "car", "truck", "bus", "bicycle", "boat", "train", "airplane", "man", "woman", "child", "person", "snowman", "tree", "pine tree", "horse",
        "cow", "dog", "cat", "sheep", "rabbit", "bird", "bed", "sofa", "chair", "table", "umbrella", "flower", "street lamp", "traffic light", "kite",
    ];

    private static readonly string[] Absent = ["a snowman", "an umbrella", "a bicycle", "a hot-air balloon", "a bed", "an elephant"];

    private static readonly (string Question, string[] Kinds)[] Questions =
    [
        ("Where could people live or stay dry?", ["house", "tent"]),
        ("What could take many people to another town?", ["bus", "train"]),
        ("What can drive on a road?", ["car", "truck", "bus"]),
        ("Who is in the picture?", ["man", "woman", "child", "person"]),
        ("Where could you sit down and rest?", ["bench", "chair", "sofa"]),
        ("Where could you sleep at night?", ["bed"]),
        ("What could cross the water with the wind?", ["boat"]),
        ("What can fly?", ["bird", "airplane", "kite", "hot-air balloon"]),
        ("Which plants are there?", ["tree", "pine tree", "bush", "flower"]),
        ("What gives light here?", ["sun", "moon", "street lamp", "lamp"]),
    ];

    /// <summary>Objects to take apart, the most promising first: named, large, and of a kind that has parts.</summary>
    public static IEnumerable<VisionRegion> ObjectsWithParts(IEnumerable<VisionRegion> instances) => instances
        .Where(region => region.Phrase is not null && region.AreaFraction is > 0.002 and < 0.8)
        .OrderByDescending(region => (HaveParts.Any(kind => Says(region.Phrase!, kind)) ? 4 : 1) * region.AreaFraction);

    /// <summary>Something that is there: best with a name of its own, and not the object already looked at.</summary>
    public static string? Present(IReadOnlyList<VisionRegion> instances, string? besides) => instances
        .Where(region => region.Phrase is not null)
        .OrderBy(region => instances.Count(other => other.Phrase == region.Phrase) > 1)
        .ThenBy(region => region.Handle == besides)
        .ThenByDescending(region => region.AreaFraction)
        .FirstOrDefault()?.Phrase;

    /// <summary>Something that no answer so far has mentioned.</summary>
    public static string Missing(string said) => Absent.FirstOrDefault(thing => !Says(said, thing[(thing.IndexOf(' ') + 1)..])) ?? Absent[^1];

    /// <summary>A question that something found answers, without naming it.</summary>
    public static string Question(string said) =>
        Questions.FirstOrDefault(entry => entry.Kinds.Any(kind => Says(said, kind))).Question ?? "What stands out most?";

    private static bool Says(string text, string words) =>
        Regex.IsMatch(text, $@"\b{Regex.Escape(words)}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
}
