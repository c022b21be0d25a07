using System.Text.Json;

namespace MGLMM.Orleans.Workers;

/// <summary>A model that workers of a cluster answer with. Immutable.</summary>
/// <param name="Id">The <see cref="ModelId"/>.</param>
/// <param name="Card">What it says about itself.</param>
internal sealed record OfferedModel(string Id, ModelCard Card)
{
    /// <summary>Whether what was written for another one, under its name, can be asked of this one as it is: the same tasks in the same words, the same mark-up, boxes and pictures.</summary>
    public bool IsAskedAs(OfferedModel other) => AskedAs(Card) == AskedAs(other.Card);

    private static string AskedAs(ModelCard card) => JsonSerializer.Serialize(
        card with { Description = string.Empty, Licence = string.Empty, Precision = string.Empty, Fingerprint = null, Languages = [], Vocabulary = null, Meanings = null },
        typeof(ModelCard),
        GroundingJson.Options);
}
