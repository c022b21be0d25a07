using System.Text.Json;
using MGLMM.Data.SegCap;

namespace MGLMM.Evaluation.Metrics;

/// <summary>
/// The order in which the published evaluation goes through pictures: by their ids as texts. With equal scores AP50 depends on it.
/// </summary>
internal static class OfficialOrder
{
    private static readonly string[] Names = ["image_id", "image", "id", "file"];

    /// <summary>The id of a sample's picture in its data set; its file's name where the sample names none.</summary>
    public static string IdOf(SegCapSample sample)
    {
        foreach (string name in Names)
        {
            if (sample.Source?.Ids is { } ids && ids.TryGetValue(name, out JsonElement id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            {
                return id.ToString();
            }
        }

        return Path.GetFileNameWithoutExtension(sample.Image);
    }

    /// <summary>Samples in that order; those of one picture stay as they are.</summary>
    public static IEnumerable<SegCapSample> Sort(IEnumerable<SegCapSample> samples) => samples.OrderBy(IdOf, StringComparer.Ordinal);
}
