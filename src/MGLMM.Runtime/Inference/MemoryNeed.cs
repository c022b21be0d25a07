using System.Globalization;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Runtime.Inference;

/// <summary>What a model takes of the CPU's memory, reckoned from its files before it is loaded.</summary>
internal static class MemoryNeed
{
    /// <summary>fp16 weights are computed with in fp32.</summary>
    private const double Widened = 2;

    /// <summary>What ONNX Runtime makes of 4-bit and 8-bit weights: its own order of them, and a head in fp16 grows.</summary>
    private const double Quantized = 1.4;

    /// <summary>What runs take on the way, whatever the model.</summary>
    private const long Working = 1L << 30;

    /// <summary>Bytes that a model takes. Packed graphs are mapped: memory that the system can take back.</summary>
    public static long Of(ModelBundle bundle, PackedGraphs? packed)
    {
        BundleManifest manifest = bundle.Manifest;
        double bytes = 0;
        foreach (string graph in (string[])[manifest.GlobalEncoder.Graph, manifest.Decoder.Graph, manifest.GroundingEncoder.Graph, manifest.MaskDecoder.Graph])
        {
            if (packed?.PathOf(graph) is not null)
            {
                continue;
            }

            double factor = BlockGraph.Fits(bundle.PathOf(graph)) ? BlockGraph.Growth : manifest.Precision switch
            {
                "fp32" => 1,
                "int4" or "int8" when graph == manifest.Decoder.Graph => Quantized,
                _ => Widened,
            };
            bytes += factor * ModelSessions.WeightBytes(bundle, graph);
        }

        DecoderSpecification decoder = manifest.Decoder;
        long cache = 2L * decoder.LayerCount * decoder.KeyValueHeadCount * decoder.HeadSize * decoder.MaximumLength * sizeof(float);
        return (long)bytes + cache + (bytes > Working ? Working : 0);
    }

    /// <summary>Bytes that this process may still take; what the system says, within what a container allows. Null where nobody says.</summary>
    public static long? Available()
    {
        const string Field = "MemAvailable:";
        const string Linux = "/proc/meminfo";
        long total = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        long? allowed = total > 0 ? total - Environment.WorkingSet : null;
        try
        {
            string? line = File.Exists(Linux) ? File.ReadLines(Linux).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal)) : null;
            return line is not null && long.TryParse(line.AsSpan(Field.Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture, out long kilobytes)
                ? Math.Min(allowed ?? long.MaxValue, kilobytes * 1024)
                : allowed;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return allowed;
        }
    }

    /// <summary>What is missing, with figures and the way out; null where it fits.</summary>
    public static string? Shortage(long needed, long? available) => available is { } free && free < needed
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"it takes about {needed / 1e9:N1} GB and {free / 1e9:N1} GB are free. Convert the checkpoint with '--precision int4', close other programs, or pack its weights once with 'mglmm pack', so that the system can drop them from memory.")
        : null;
}
