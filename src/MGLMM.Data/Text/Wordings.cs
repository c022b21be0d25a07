namespace MGLMM.Data.Text;

/// <summary>
/// Questions and answers as the published MGLMM readers word them, as far as they are known by heart in the field: one wording of each question
/// and all five of the short answer. They are what released models were trained to hear, so they are not rephrased.
/// </summary>
internal static class Wordings
{
    /// <summary>Asks for everything in a picture.</summary>
    public const string Panoptic = "Can you segment all the objects in the image?";

    /// <summary>Asks for a description.</summary>
    public const string Caption = "Could you please give me a detailed description of the image?";

    /// <summary>Asks for a description with masks.</summary>
    public const string GroundedCaption = Caption + GroundedSuffix;

    /// <summary>Asks for a description of everything with masks, as the MGSC data do.</summary>
    public const string Root = "Please provide a detailed description of all the objects present in this image in a comprehensive format." + GroundedSuffix;

    /// <summary>Stands for a mask.</summary>
    public const string Seg = "[SEG]";

    private const string GroundedSuffix = " Please respond with interleaved segmentation masks for the corresponding parts of the answer.";

    private static readonly string[] Answers = ["It is [SEG].", "Sure, [SEG].", "Sure, it is [SEG].", "Sure, the segmentation result is [SEG].", "[SEG]."];

    /// <summary>Asks for what a name or an expression means.</summary>
    public static string Segment(string name) => $"Can you segment the {name} in this image?";

    /// <summary>Asks for a description of one thing with masks of its parts, as the MGSC data do.</summary>
    public static string Subtree(string name) => $"Can you provide a detailed description in a comprehensive format for {name} in the image." + GroundedSuffix;

    /// <summary>One of the short answers, with the phrase before its mask.</summary>
    /// <param name="phrase">What was asked for.</param>
    /// <param name="random">Chooses; null takes the first.</param>
    public static string Found(string phrase, Random? random) =>
        (random is null ? Answers[0] : Answers[random.Next(Answers.Length)]).Replace(Seg, Grounded(phrase), StringComparison.Ordinal);

    /// <summary>Says that there is no such thing.</summary>
    public static string Absent(string phrase) => $"Sorry, I don't see any {phrase} in this image.";

    /// <summary>Lists phrases with masks.</summary>
    public static string Listed(IReadOnlyList<string> phrases) => "Sure, the image contains " + Joined([.. phrases.Select(Grounded)]) + ".";

    /// <summary>A phrase and its mask.</summary>
    public static string Grounded(string phrase) => $"<p> {phrase} </p> {Seg}";

    /// <summary>Whether a text is free of what has a meaning of its own in an answer.</summary>
    public static bool IsPlain(string text) =>
        !text.Contains(Seg, StringComparison.Ordinal) && !text.Contains("<p>", StringComparison.Ordinal) && !text.Contains("</p>", StringComparison.Ordinal);

    /// <summary>Repeats in a row get numbers: <c>person-1</c>, <c>person-2</c>.</summary>
    public static IReadOnlyList<string> Numbered(IReadOnlyList<string> names)
    {
        string[] numbered = new string[names.Count];
        int repeat = 0;
        for (int index = 0; index < names.Count; index++)
        {
            bool again = index > 0 && names[index] == names[index - 1];
            bool more = index + 1 < names.Count && names[index] == names[index + 1];
            repeat = again ? repeat + 1 : 1;
            numbered[index] = again || more ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{names[index]}-{repeat}") : names[index];
        }

        return numbered;
    }

    private static string Joined(string[] items) => items.Length == 1 ? items[0] : string.Join(", ", items[..^1]) + " and " + items[^1];
}
