using System.Text.Json;
using MGLMM.Data.SegCap;

namespace MGLMM.Evaluation.Metrics;

/// <summary>Which samples a protocol asks.</summary>
internal static class ProtocolSamples
{
    /// <summary>All, except that MGLMM's asks of a gRefCOCO reference and of a ReasonSeg picture the first sentence only.</summary>
    public static IEnumerable<SegCapSample> Of(IEnumerable<SegCapSample> samples, EvaluationProtocol protocol)
    {
        HashSet<string> asked = new(StringComparer.Ordinal);
        return protocol == EvaluationProtocol.Mglmm ? samples.Where(sample => OnceOnly(sample) is not { } key || asked.Add(key)) : samples;
    }

    private static string? OnceOnly(SegCapSample sample)
    {
        string? name = sample.Source?.Dataset switch
        {
            "grefcoco" => "ref_id",
            "reasonseg" => "image",
            _ => null,
        };
        return name is not null && sample.Source!.Ids is { } ids && ids.TryGetValue(name, out JsonElement id) ? $"{sample.Source.Dataset} {sample.Source.Split} {id}" : null;
    }
}
