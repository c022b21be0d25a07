namespace MGLMM.Orleans.Workers;

/// <summary>Tells one set of weights from another over a whole cluster.</summary>
internal static class ModelId
{
    private const int DigitsOfFingerprint = 16;

    /// <summary>The name, and the beginning of the fingerprint where there is one: the same only for the same weights at the same precision.</summary>
    public static string Of(ModelCard card) =>
        card.Fingerprint is { Length: > 0 } fingerprint ? $"{card.Name}@{fingerprint[..Math.Min(DigitsOfFingerprint, fingerprint.Length)]}" : card.Name;

    /// <summary>Whether a model is the one that somebody means: by its id, its name, or <c>name:precision</c>.</summary>
    public static bool Matches(string wanted, ModelCard card) =>
        wanted == Of(card) || string.Equals(wanted, card.Name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(wanted, $"{card.Name}:{card.Precision}", StringComparison.OrdinalIgnoreCase);
}
