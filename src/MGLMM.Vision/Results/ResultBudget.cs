using System.Text.Json;
using MGLMM.Vision.Language;

namespace MGLMM.Vision.Results;

/// <summary>Keeps results short: how many records fit into what is left of a result's tokens.</summary>
internal static class ResultBudget
{
    /// <summary>What the fields around text and records take at most.</summary>
    private const int Frame = 100;

    /// <summary>As many records from the first on as fit beside a text.</summary>
    /// <param name="regions">All of them.</param>
    /// <param name="fields">What each record tells.</param>
    /// <param name="maximumTokens">What the whole result may cost.</param>
    /// <param name="text">What else the result says.</param>
    public static IReadOnlyList<RegionRecord> Fitting(IEnumerable<VisionRegion> regions, RegionFields fields, int maximumTokens, string text = "")
    {
        int left = maximumTokens - Frame - TokenEstimate.Of(text);
        (List<RegionRecord> fitting, List<string> written) = (new List<RegionRecord>(), new List<string>());
        foreach (VisionRegion region in regions)
        {
            RegionRecord record = RegionRecord.Of(region, fields);
            string json = JsonOf(record);
            int cost = TokenEstimate.Of(json) + 1;
            if (cost > left && fitting.Count == 0)
            {
                // The first is always listed, in fewer words if need be: a page without any would lead nowhere.
                record = record with { Phrase = Shortened(record.Phrase), Origin = Shortened(record.Origin) };
                json = JsonOf(record);
            }
            else if (cost > left)
            {
                break;
            }

            left -= cost;
            fitting.Add(record);
            written.Add(json);
        }

        return new WrittenList<RegionRecord>(fitting, written);
    }

    private static string JsonOf(RegionRecord record) => JsonSerializer.Serialize(record, ResultJson.Readable.RegionRecord);

    private static string? Shortened(string? text)
    {
        const int Words = 60;
        return text is null ? null : Text(text, text.Length, Words);
    }

    /// <summary>Names for an error's way out: as many as stay short, whatever script they are in.</summary>
    public static string Names(IReadOnlyList<string> names)
    {
        const int Most = 12;
        const int Longest = 48;
        const int MostTokens = 220;
        if (names.Count == 0)
        {
            return "none yet";
        }

        List<string> listed = new();
        int tokens = 0;
        foreach (string? name in names.Take(Most))
        {
            string cut = PlainText.Limit(name, Longest);
            tokens += TokenEstimate.Of(cut) + 1;
            if (tokens > MostTokens && listed.Count > 0)
            {
                break;
            }

            listed.Add(cut);
        }

        return string.Join(", ", listed) + (listed.Count < names.Count ? $" and {names.Count - listed.Count} more" : string.Empty);
    }

    /// <summary>A text cut so that it takes at most a share of a result, at the end of a word.</summary>
    public static string Text(string text, int maximumLength, int maximumTokens)
    {
        string cut = PlainText.Limit(text, maximumLength);
        while (TokenEstimate.Of(cut) > maximumTokens)
        {
            int shorter = cut.Length * 9 / 10;
            int blank = cut.LastIndexOf(' ', Math.Max(0, shorter - 1));
            cut = PlainText.Limit(cut.TrimEnd('…'), Math.Max(1, blank > shorter / 2 ? blank : shorter));
        }

        return cut;
    }
}
