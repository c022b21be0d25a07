namespace MGLMM.Vision.Results;

/// <summary>
/// Which fields of a result hold words out of a picture, a file's name or a model: data for whoever reads them, never instructions. The mark is
/// part of every result that has such words.
/// </summary>
internal static class Untrusted
{
    public static readonly IReadOnlyList<string> Name = ["name"];
    public static readonly IReadOnlyList<string> Said = ["model_said"];
    public static readonly IReadOnlyList<string> SaidAndPhrases = ["model_said", "phrase"];
    public static readonly IReadOnlyList<string> Phrases = ["phrase"];
}
