using MGLMM.Masks;

namespace MGLMM.Evaluation.Drawing;

/// <summary>A thing or a background of a scene, as the truth knows it.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Colour">The colour that its name has; null where it has none.</param>
/// <param name="IsBackground">Whether it is background.</param>
internal sealed record DrawnThing(string Kind, string? Colour, bool IsBackground)
{
    /// <summary>Its colours by part; null for a part whose colour has no name.</summary>
    public IReadOnlyDictionary<string, string?> Colours { get; init; } = new Dictionary<string, string?>();
}

/// <summary>A thing that is seen, with its exact pixels.</summary>
/// <param name="Thing">The thing.</param>
/// <param name="Mask">Its visible pixels.</param>
/// <param name="Parts">Its visible parts, in the order of its kind.</param>
internal sealed record SeenThing(DrawnThing Thing, Mask Mask, IReadOnlyList<SeenPart> Parts);

/// <summary>A part that is seen.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Colour">Its colour; null where that has no name.</param>
/// <param name="Mask">Its visible pixels.</param>
internal sealed record SeenPart(string Name, string? Colour, Mask Mask);
