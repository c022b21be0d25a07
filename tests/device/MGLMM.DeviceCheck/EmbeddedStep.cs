using MGLMM.Conversion;
using MGLMM.Imaging;
using MGLMM.Runtime;

namespace MGLMM.DeviceCheck;

/// <summary>The embedded model on CUDA beside the same model on the CPU: ids, masks, milliseconds, tokens per second, and what ran where.</summary>
internal static class EmbeddedStep
{
    private const string Profile = "profile";

    public static void Run(CheckContext context, CheckReport report)
    {
        RgbImage[] pictures = [.. Directory.GetFiles(Path.Combine(context.Data, "pictures"), "*.png").Order(StringComparer.Ordinal).Take(context.Cpu ? 1 : int.MaxValue).Select(path => ImageDecoder.DecodeFile(path))];
        string scenes = Path.Combine(context.Data, "scenes");
        string tower = Directory.GetDirectories(scenes, "clip-*").Single();
        CheckReport.Table table = report.NewTable(
            "Answers on the device beside those on the CPU (every task, every picture; two rounds, the first warms up)",
            "layout", "answers", "ids equal", "tokens before the first difference", "mask IoU, mean", "worst", "cold ms", "CPU cold ms", "tokens/s", "CPU tokens/s", "device memory MB");
        CheckReport.Table placements = report.NewTable("What ran where", "layout", "graph", "nodes on CUDA", "on the CPU", "copies");
        foreach ((string precision, string accelerator) in new[] { ("fp32", "cpu"), ("fp16", "cuda"), ("int4", "cuda") })
        {
            string name = $"{precision}, {(accelerator == "cpu" ? "fp32" : "fp16")} arithmetic";
            if (!context.Wants(name))
            {
                continue;
            }

            report.Guard(name, () =>
            {
                using CheckContext.TemporaryFolder folder = CheckContext.NewFolder();
                string Convert(string layout)
                {
                    string output = Path.Combine(folder.Path, layout);
                    CheckpointConverter.Convert(new ConversionOptions
                    {
                        Checkpoint = Path.Combine(scenes, "mglmm-scenes"),
                        VisionTower = tower,
                        Output = output,
                        Precision = precision,
                        Accelerator = layout,
                        Activations = "fp32",
                    });
                    return output;
                }

                (string cpuBundle, string bundle) = (Convert("cpu"), accelerator == "cpu" ? Path.Combine(folder.Path, "cpu") : Convert("cuda"));
                Answers onCpu;
                using (MglmmModel model = MglmmModel.Load(cpuBundle, new ModelOptions { Accelerator = Accelerator.Cpu }))
                {
                    onCpu = Ask(model, pictures);
                }

                using MemoryWatch memory = new(context.Cpu);
                Answers onDevice;
                using (MglmmModel model = MglmmModel.Load(bundle, new ModelOptions { Accelerator = context.Cpu ? Accelerator.Cpu : Accelerator.Cuda, CudaForAnyLayout = true }))
                {
                    onDevice = Ask(model, pictures);
                }

                Compare(report, table, name, onCpu, onDevice, memory.Peak);
                Place(context, placements, name, bundle, folder.Path, pictures[0]);
            });
        }
    }

    private static void Compare(CheckReport report, CheckReport.Table table, string name, Answers onCpu, Answers onDevice, long memory)
    {
        (int equal, int steps, int total) = (0, 0, 0);
        List<double> overlaps = [];
        foreach ((GroundedAnswer one, GroundedAnswer other) in onCpu.Cold.Zip(onDevice.Cold))
        {
            steps += one.TokenIds.Zip(other.TokenIds).TakeWhile(pair => pair.First == pair.Second).Count();
            total += one.TokenIds.Count;
            if (one.TokenIds.SequenceEqual(other.TokenIds))
            {
                equal++;
                overlaps.AddRange(one.Segments.Zip(other.Segments, (a, b) => a.Mask.IntersectionOverUnion(b.Mask)));
            }
        }

        (double mean, double worst) = overlaps.Count == 0 ? (double.NaN, double.NaN) : (overlaps.Average(), overlaps.Min());
        table.Add(
            $"{name}", $"{onCpu.Cold.Count}", $"{equal}", $"{(double)steps / total:P1}", $"{mean:N5}", $"{worst:N4}", $"{onDevice.Milliseconds:N1}", $"{onCpu.Milliseconds:N1}",
            $"{onDevice.TokensPerSecond:N0}", $"{onCpu.TokensPerSecond:N0}", $"{memory / 1e6:N0}");
        report.Check($"{name}: ids as on the CPU", equal == onCpu.Cold.Count, $"{equal} of {onCpu.Cold.Count}");
        report.Check($"{name}: masks as on the CPU", mean >= 0.99, $"IoU {mean:N5} on average, {worst:N4} at worst");
    }

    private static Answers Ask(MglmmModel model, RgbImage[] pictures)
    {
        string[] instructions =
        [
            model.Instructions.Fill("segment_and_caption.panoptic"),
            model.Instructions.Fill("segment_and_caption.instance"),
            model.Instructions.Fill("refer", "tree"),
            model.Instructions.Fill("reason_segment", "What could a person live in?"),
            model.Instructions.Fill("caption.normal"),
        ];
        List<GroundedAnswer> Round(int change) => [.. pictures.SelectMany(picture => instructions.Select((instruction, index) =>
            model.OpenImage(Differing(picture, change + index)).AskAsync(instruction, new AskOptions { MaximumNewTokens = 256 }).GetAwaiter().GetResult()))];

        Round(8);
        return new Answers(Round(0));
    }

    /// <summary>The same picture but for the lowest bits of one pixel, so that nothing kept can serve it.</summary>
    private static RgbImage Differing(RgbImage picture, int change)
    {
        byte[] pixels = picture.Pixels.ToArray();
        pixels[0] ^= (byte)change;
        return RgbImage.FromPixels(pixels, picture.Width, picture.Height);
    }

    private static void Place(CheckContext context, CheckReport.Table table, string name, string bundle, string folder, RgbImage picture)
    {
        using (MglmmModel model = MglmmModel.Load(bundle, new ModelOptions
        {
            Accelerator = context.Cpu ? Accelerator.Cpu : Accelerator.Cuda,
            CudaForAnyLayout = true,
            AdjustSettings = (graph, settings) =>
            {
                // In this order: switching on takes the name that is set.
                settings.ProfileOutputPathPrefix = Path.Combine(folder, Profile + "-" + graph);
                settings.EnableProfiling = true;
            },
        }))
        {
            model.OpenImage(picture).AskAsync(model.Instructions.Fill("segment_and_caption.instance")).GetAwaiter().GetResult();
        }

        foreach (string profile in Directory.GetFiles(folder, Profile + "-*").Order(StringComparer.Ordinal))
        {
            GraphPlacement placement = GraphPlacement.Read(profile);
            string graph = Path.GetFileName(profile)[(Profile.Length + 1)..];
            table.Add($"{name}", $"{graph[..graph.IndexOf(".onnx", StringComparison.Ordinal)]}", $"{placement.OnDevice}", $"{placement.Elsewhere}", $"{placement.Copies}");
        }
    }

    private sealed record Answers(List<GroundedAnswer> Cold)
    {
        public double Milliseconds => Cold.Select(answer => answer.Timings.Total.TotalMilliseconds).Order().ElementAt(Cold.Count / 2);

        public double TokensPerSecond => Cold.Sum(answer => answer.TokenIds.Count - 1) / Cold.Sum(answer => answer.Timings.Decode.TotalSeconds);
    }
}
