using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// Tensors that no part of a family's model has. They are there because somebody's model computes with them, so that a bundle without
/// them would answer differently: they are refused, not left out.
/// </summary>
internal static class LeftOverTensors
{
    private const int Shown = 8;

    private static readonly (Func<string, bool> Is, string Hint)[] Hints =
    [
        (UnmergedAdapter.IsPart, "They belong to an adapter that is not merged: merge it (model.merge_and_unload()) and save the whole."),
        (name => name.StartsWith("model.mm_projector.", StringComparison.Ordinal), "They are further layers of the projector; one Linear and Linear, GELU, Linear are supported."),
        (name => name.StartsWith("model.layers.", StringComparison.Ordinal) && name.EndsWith(".bias", StringComparison.Ordinal),
            "They are biases of the decoder's projections (attention_bias, mlp_bias), which LLaMA does not have."),
        (name => name.StartsWith("model.layers.", StringComparison.Ordinal), "They change the decoder's layers, which are LLaMA's."),
        (name => name.Contains("vision_tower", StringComparison.Ordinal) || name.StartsWith("vision_model.", StringComparison.Ordinal), "They change the CLIP tower."),
    ];

    /// <summary>What is said where they are not allowed.</summary>
    public static ConversionException Refusal(string what, CheckpointFamily family, IReadOnlyList<string> names)
    {
        string hint = Hints.FirstOrDefault(hint => names.Any(hint.Is)).Hint ?? $"{family.Name}'s own code has no such layers.";
        string more = names.Count > Shown ? $" and {names.Count - Shown} more" : string.Empty;
        return new ConversionException(
            $"{what} holds {names.Count} tensor{(names.Count == 1 ? string.Empty : "s")} that would be left over: {string.Join(", ", names.Take(Shown).Select(CheckpointFormatException.Quote))}{more}. {hint} "
            + "A bundle without them would answer differently. If you know that they do not matter, pass --allow-left-over.");
    }
}
