using System.Text.Json;

namespace MGLMM.Samples.VisionAgent.Planning;

/// <summary>A region as a function's record tells it.</summary>
/// <param name="Handle">Its handle.</param>
/// <param name="Phrase">What the model called it; empty where it gave no words.</param>
internal sealed record KnownRegion(string Handle, string Phrase)
{
    /// <summary>The phrase with the handle, as an answer names it.</summary>
    public override string ToString() => Phrase.Length == 0 ? $"[{Handle}]" : $"{Phrase} [{Handle}]";

    /// <summary>The regions that a record lists.</summary>
    public static IReadOnlyList<KnownRegion> Of(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object || !record.TryGetProperty("regions", out var regions) || regions.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        return [.. regions.EnumerateArray().Select(region => new KnownRegion(Text(region, "region") ?? string.Empty, Text(region, "phrase") ?? string.Empty))];
    }

    private static string? Text(JsonElement record, string property) =>
        record.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
