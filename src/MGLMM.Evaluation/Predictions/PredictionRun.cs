using System.Security.Cryptography;
using MGLMM.Runtime;

namespace MGLMM.Evaluation.Predictions;

/// <summary>Who gave the answers of a file: its first line.</summary>
/// <param name="Format">Version of the file's format.</param>
/// <param name="Model">The model's name, for people.</param>
/// <param name="Bundle">SHA-256 of the bundle's manifest, which holds the hashes of all its files.</param>
/// <param name="MaximumNewTokens">Tokens that were generated at most.</param>
internal sealed record PredictionRun(int Format, string Model, string Bundle, int MaximumNewTokens)
{
    private const int CurrentFormat = 2;

    private const string ManifestName = "mglmm-bundle.json";

    public static PredictionRun Of(MglmmModel model, EvaluationOptions options) => new(
        CurrentFormat,
        model.Manifest.Name,
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(model.Bundle.Folder, ManifestName)))),
        options.MaximumNewTokens);
}
