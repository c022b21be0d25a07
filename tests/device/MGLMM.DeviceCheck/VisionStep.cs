using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Families;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.DeviceCheck;

/// <summary>SAM ViT-H at 1024 px and CLIP L/14 at 336 px with random weights: milliseconds, memory, and how far fp16 is from fp32.</summary>
internal static class VisionStep
{
    public static void Run(CheckContext context, CheckReport report)
    {
        GroundingEncoderDimensions sam = context.Cpu
            ? FullWidthEncoders.Sam(2) with { ImageSize = 256, Grid = 16, Windows = [14, 0] }
            : FullWidthEncoders.Sam(32);
        GlobalEncoderDimensions clip = FullWidthEncoders.Clip(context.Cpu ? 2 : 23);
        CheckReport.Table table = report.NewTable(
            "One picture; error: the largest difference from exact fp32 on the same device, of the largest value",
            "encoder", "arithmetic", "load s", "first ms", "best ms", "median ms", "error", "memory MB");
        CheckReport.Table placements = report.NewTable("What ran where", "encoder", "arithmetic", "nodes on CUDA", "on the CPU", "copies", "slowest");
        using CheckContext.TemporaryFolder folder = CheckContext.NewFolder();
        Encoder[] encoders =
        [
            new("CLIP", clip.ImageSize, "image_tokens", [1, clip.TokenCount, clip.Output], (path, half) => FullWidthEncoders.Write(path, clip, half, CancellationToken.None)),
            new("SAM", sam.ImageSize, "image_embeddings", [1, sam.Grid * sam.Grid, sam.Channels], (path, half) => FullWidthEncoders.Write(path, sam, half, CancellationToken.None)),
        ];
        foreach (Encoder encoder in encoders.Where(encoder => context.Wants(encoder.Name)))
        {
            float[]? exact = null;
            foreach ((string arithmetic, bool half, string tensorFloats) in new[] { ("fp32", false, "0"), ("fp32 as TF32", false, "1"), ("fp16", true, "0") })
            {
                report.Guard($"{encoder.Name} {arithmetic}", () =>
                {
                    string graph = Path.Combine(folder.Path, $"{encoder.Name}-{half}.onnx");
                    if (!File.Exists(graph))
                    {
                        report.Say($"making {Path.GetFileName(graph)}: {Clock.Milliseconds(() => encoder.Write(graph, half)) / 1e3:N1} s");
                    }

                    float[] values = Measure(context, table, placements, encoder, arithmetic, graph, tensorFloats, exact, folder.Path);
                    exact ??= values;
                    report.Check($"{encoder.Name} {arithmetic} gives numbers", values.All(float.IsFinite), $"{values.Length} of them");
                });
            }
        }
    }

    private static float[] Measure(
        CheckContext context, CheckReport.Table table, CheckReport.Table placements, Encoder encoder, string arithmetic, string graph, string tensorFloats, float[]? exact, string folder)
    {
        MemoryWatch memory = new(context.Cpu);
        InferenceSession? session = null;
        Dictionary<string, string> provider = new() { ["use_tf32"] = tensorFloats };
        double load = Clock.Milliseconds(() => session = context.Load(graph, isDecoder: false, provider)) / 1e3;
        using InferenceSession loaded = session!;
        long[] pixels = [1, 3, encoder.ImageSize, encoder.ImageSize];
        int elements = (int)encoder.Shape.Aggregate(1L, (product, size) => product * size);
        using DeviceBuffer input = new(3L * encoder.ImageSize * encoder.ImageSize * 4, onDevice: false);
        using DeviceBuffer output = new(elements * 4L, onDevice: false);
        Random random = new(5);
        input.Write<float>([.. Enumerable.Range(0, 3 * encoder.ImageSize * encoder.ImageSize).Select(_ => (random.NextSingle() * 4) - 2)]);
        double first;
        (double best, double median) = (0, 0);
        using (OrtIoBinding binding = loaded.CreateIoBinding())
        using (RunOptions options = new())
        {
            binding.BindInput("pixel_values", input.Tensor(TensorElementType.Float, pixels));
            binding.BindOutput(encoder.Output, output.Tensor(TensorElementType.Float, encoder.Shape));
            first = Clock.Milliseconds(() => loaded.RunWithBinding(options, binding));
            memory.Dispose();
            (best, median) = Clock.Repeat(context.Cpu ? 1 : 10, () => loaded.RunWithBinding(options, binding), context.Cpu ? 0 : 2);
        }

        float[] values = output.Read<float>(elements);
        double error = exact is null ? 0 : exact.Zip(values, (a, b) => Math.Abs((double)a - b)).Max() / exact.Max(Math.Abs);
        table.Add($"{encoder.Name}", $"{arithmetic}", $"{load:N1}", $"{first:N0}", $"{best:N2}", $"{median:N2}", $"{error:g2}", $"{memory.Peak / 1e6:N0}");
        loaded.Dispose();
        if (tensorFloats == "0")
        {
            Place(context, placements, encoder, arithmetic, graph, input, output, folder);
        }

        return values;
    }

    private static void Place(CheckContext context, CheckReport.Table table, Encoder encoder, string arithmetic, string graph, DeviceBuffer input, DeviceBuffer output, string folder)
    {
        using InferenceSession session = context.Load(graph, isDecoder: false, null, settings =>
        {
            // In this order: switching on takes the name that is set.
            settings.ProfileOutputPathPrefix = Path.Combine(folder, "profile");
            settings.EnableProfiling = true;
        });
        using (OrtIoBinding binding = session.CreateIoBinding())
        using (RunOptions options = new())
        {
            binding.BindInput("pixel_values", input.Tensor(TensorElementType.Float, 1, 3, encoder.ImageSize, encoder.ImageSize));
            binding.BindOutput(encoder.Output, output.Tensor(TensorElementType.Float, encoder.Shape));
            session.RunWithBinding(options, binding);
            session.RunWithBinding(options, binding);
        }

        GraphPlacement placement = GraphPlacement.Read(session.EndProfiling());
        table.Add($"{encoder.Name}", $"{arithmetic}", $"{placement.OnDevice}", $"{placement.Elsewhere}", $"{placement.Copies}", $"{placement.Slowest}");
    }

    private sealed record Encoder(string Name, int ImageSize, string Output, long[] Shape, Action<string, bool> Write);
}
