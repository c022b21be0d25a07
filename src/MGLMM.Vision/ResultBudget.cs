using System.Text.Json;
using MGLMM.Vision.Results;

namespace MGLMM.Vision;

/// <summary>Keeps results short: how many records fit into what is left of a result's tokens.</summary>
internal static class ResultBudget
{
    /// <summary>What the fields around text and records take at most.</summary>
    private const int Frame = 90;

    /// <summary>As many records from the first on as fit beside a text.</summary>
    /// <param name="regions">All of them.</param>
    /// <param name="fields">What each record tells.</param>
    /// <param name="maximumTokens">What the whole result may cost.</param>
    /// <param name="text">What else the result says.</param>
    public static IReadOnlyList<RegionRecord> Fitting(IEnumerable<VisionRegion> regions, RegionFields fields, int maximumTokens, string text = "")
    {
        var left = maximumTokens - Frame - TokenEstimate.Of(text);
        var fitting = new List<RegionRecord>();
        foreach (var region in regions)
        {
            var record = RegionRecord.Of(region, fields);
            left -= TokenEstimate.Of(JsonSerializer.Serialize(record, ResultJson.Readable.RegionRecord)) + 1;
            if (left < 0 && fitting.Count > 0)
            {
                break;
            }

            fitting.Add(record);
        }

        return fitting;
    }

    /// <summary>A text cut so that it takes at most a share of a result, at the end of a word.</summary>
    public static string Text(string text, int maximumLength, int maximumTokens)
    {
        var cut = PlainText.Limit(text, maximumLength);
        while (TokenEstimate.Of(cut) > maximumTokens)
        {
            var shorter = cut.Length * 9 / 10;
            var blank = cut.LastIndexOf(' ', Math.Max(0, shorter - 1));
            cut = PlainText.Limit(cut.TrimEnd('…'), Math.Max(1, blank > shorter / 2 ? blank : shorter));
        }

        return cut;
    }
}
