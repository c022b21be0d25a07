using System.Text.Json.Serialization;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Results;

/// <summary>What a planner should know of the model, so that it asks for nothing that the model cannot know.</summary>
public sealed record ModelSummary
{
    /// <summary>The model's name.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>What it knows and what it does not, in words; absent where it does not say.</summary>
    [JsonPropertyName("knows")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Knows { get; init; }

    /// <summary>The nouns that it knows, as many as are short to tell; absent where they are open or not known.</summary>
    [JsonPropertyName("nouns")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Nouns { get; init; }

    /// <summary>The granularities that it answers at.</summary>
    [JsonPropertyName("granularities")]
    public required IReadOnlyList<string> Granularities { get; init; }

    /// <summary>The languages that it reads; absent where they are not known.</summary>
    [JsonPropertyName("languages")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Languages { get; init; }

    /// <summary>Sums a card up within few tokens.</summary>
    /// <param name="card">The model's card.</param>
    public static ModelSummary Of(ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(card);
        const int MostWords = 90;
        return new ModelSummary
        {
            Name = ResultBudget.Text(card.Name, 80, 30),
            Knows = string.IsNullOrWhiteSpace(card.Description) ? null : ResultBudget.Text(card.Description.Trim(), 400, MostWords),
            Nouns = card.Vocabulary is { Count: > 0 } nouns ? Listed(nouns) : null,
            Granularities = [.. card.Granularities.Take(8).Select(level => PlainText.Limit(level, 20))],
            Languages = card.Languages.Count == 0 ? null : [.. card.Languages.Take(12).Select(tag => PlainText.Limit(tag, 20))],
        };
    }

    private static string Listed(IReadOnlyList<string> nouns)
    {
        const int MostTokens = 170;
        (List<string> listed, int tokens) = (new List<string>(), 0);
        foreach (string noun in nouns)
        {
            string plain = PlainText.Limit(noun, 40);
            tokens += TokenEstimate.Of(plain) + 1;
            if (tokens > MostTokens)
            {
                break;
            }

            listed.Add(plain);
        }

        return string.Join(", ", listed) + (listed.Count < nouns.Count ? $" and {nouns.Count - listed.Count} more" : string.Empty);
    }
}
