namespace MGLMM.Evaluation.Predictions;

/// <summary>Who gave the answers of a file: its first line.</summary>
/// <param name="Format">Version of the file's format.</param>
/// <param name="Model">The model's name, for people.</param>
/// <param name="Bundle">The model's fingerprint: of a bundle the SHA-256 of its manifest, which holds the hashes of all its files; of answers that lie in files that of the files.</param>
/// <param name="MaximumNewTokens">Tokens that were generated at most.</param>
internal sealed record PredictionRun(int Format, string Model, string Bundle, int MaximumNewTokens)
{
    private const int CurrentFormat = 2;

    public static PredictionRun Of(ModelCard card, int maximumNewTokens) => new(CurrentFormat, card.Name, card.Fingerprint ?? card.Name, maximumNewTokens);
}
