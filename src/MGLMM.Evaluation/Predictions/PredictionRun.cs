namespace MGLMM.Evaluation.Predictions;

/// <summary>Who gave the answers of a file: its first line.</summary>
/// <param name="Format">Version of the file's format.</param>
/// <param name="Model">The model's name, for people.</param>
/// <param name="Bundle">The model's fingerprint: of a bundle the SHA-256 of its manifest, which holds the hashes of all its files; its name where there is none. Answers that lie in files are each known by <see cref="Prediction.Given"/>, and here as such.</param>
/// <param name="MaximumNewTokens">Tokens that were generated at most.</param>
internal sealed record PredictionRun(int Format, string Model, string Bundle, int MaximumNewTokens)
{
    private const int CurrentFormat = 2;

    private const string InFiles = "in files";

    public static PredictionRun Of(ModelCard card, int maximumNewTokens, bool isGiven) =>
        new(CurrentFormat, card.Name, isGiven ? InFiles : card.Fingerprint ?? card.Name, maximumNewTokens);
}
