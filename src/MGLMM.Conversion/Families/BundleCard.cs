using System.Text.Json;
using System.Text.Json.Serialization;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion.Families;

/// <summary>
/// The optional file <c>mglmm.json</c> beside a checkpoint: what its weights do not tell. Everything in it is optional and
/// replaces the family's own value.
/// </summary>
internal sealed record BundleCard
{
    public const string FileName = "mglmm.json";

    public string? Name { get; init; }

    public string? Licence { get; init; }

    public string? ModelCard { get; init; }

    public ConversationTemplate? Conversation { get; init; }

    public IReadOnlyList<string>? Granularities { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Instructions { get; init; }

    /// <summary>The languages that the model reads and writes, as BCP 47 tags.</summary>
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>The nouns that the model knows, in lower case and the singular; left out where they cannot be listed.</summary>
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>What some of these nouns stand for: a synonym, or a general word.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Meanings { get; init; }

    /// <summary>Reads the checkpoint's card; an empty one where there is none.</summary>
    public static BundleCard Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return new BundleCard();
        }

        try
        {
            return JsonSerializer.Deserialize(CheckpointConfiguration.ReadText(path).Span, BundleCardJson.Default.BundleCard) ?? new BundleCard();
        }
        catch (JsonException exception)
        {
            throw new ConversionException($"'{FileName}' is no valid card: {JsonText.Describe(exception)}", exception);
        }
    }

    /// <summary>The instruction templates that a family was trained with, from the repository's prompts folder.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> InstructionsOf(CheckpointFamily family)
    {
        string resource = $"instructions.{family.Name}.json";
        using Stream stream = typeof(BundleCard).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The resource '{resource}' is missing from the assembly.");
        return JsonSerializer.Deserialize(stream, BundleCardJson.Default.IReadOnlyDictionaryStringIReadOnlyListString)!;
    }
}

/// <summary>Source-generated JSON for cards and instruction templates.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(BundleCard))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, IReadOnlyList<string>>))]
internal sealed partial class BundleCardJson : JsonSerializerContext;
