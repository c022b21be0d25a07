using System.Text.Json;

namespace MGLMM.SemanticKernel.Tests.Loopback;

/// <summary>How a model reads results.</summary>
internal static class JsonReading
{
    public static string Text(this JsonElement result, string property) => result.GetProperty(property).GetString()!;

    public static bool IsTrue(this JsonElement result, string property) => result.TryGetProperty(property, out JsonElement value) && value.GetBoolean();

    public static IReadOnlyList<JsonElement> Regions(this JsonElement result) => [.. result.GetProperty("regions").EnumerateArray()];

    public static IReadOnlyList<string> Handles(this JsonElement result) => [.. result.Regions().Select(region => region.Text("region"))];

    /// <summary>The region whose phrase has a word.</summary>
    public static string HandleOf(this JsonElement result, string word) =>
        result.Regions().First(region => region.Text("phrase").Contains(word, StringComparison.Ordinal)).Text("region");
}
