using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion.Families;

/// <summary>
/// The CLIP tower that config.json names. It may do so twice; the families' own code (<c>initialize_vision_modules</c>) sets <c>mm_vision_tower</c> to
/// <c>vision_tower</c> before it loads the tower.
/// </summary>
internal static class NamedTower
{
    private const string First = "vision_tower";

    private const string Second = "mm_vision_tower";

    /// <summary>The name that counts; null where there is none.</summary>
    public static string? Read(CheckpointConfiguration configuration) => Named(configuration, First) ?? Named(configuration, Second);

    /// <summary>The tower's name without the folder or organisation that it is looked for in.</summary>
    public static string LastPart(string name) => name.TrimEnd('/', '\\').Split('/', '\\')[^1];

    /// <summary>Tells of two names that mean two towers.</summary>
    public static void TellOfAnother(CheckpointConfiguration configuration, List<string> remarks)
    {
        if (Named(configuration, First) is { } first && Named(configuration, Second) is { } second && LastPart(first) != LastPart(second))
        {
            remarks.Add(
                $"config.json names two vision towers: {First} {CheckpointFormatException.Quote(first)} and {Second} {CheckpointFormatException.Quote(second)}. The first counts, which the model's own code loads.");
        }
    }

    private static string? Named(CheckpointConfiguration configuration, string key) => configuration.Text(key) is { } name && !string.IsNullOrWhiteSpace(name) ? name : null;
}
