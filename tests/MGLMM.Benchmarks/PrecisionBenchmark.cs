using System.Globalization;
using MGLMM.Conversion;
using MGLMM.Runtime;

namespace MGLMM.Benchmarks;

/// <summary>Converts the checkpoint in every precision and compares answers with those of fp32.</summary>
internal static class PrecisionBenchmark
{
    public static async Task RunAsync(string checkpoint, string visionTower, Workload workload, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-precision-").FullName;
        try
        {
            List<GroundedAnswer>? exact = null;
            Console.WriteLine($"{"layout",-42} {"MB",7} {"answers",8} {"ids equal",10} {"steps equal",12} {"mask IoU",9} {"worst",7} {"tokens/s",9}");
            foreach ((string precision, string activations, string encoders, string accelerator, int block) in new[]
            {
                ("fp32", "fp32", "fp32", "cpu", 32), ("fp16", "fp32", "fp32", "cpu", 32), ("fp16", "fp32", "int8", "cpu", 32), ("int8", "fp32", "fp32", "cpu", 32), ("int8", "int8", "fp32", "cpu", 32),
                ("int4", "fp32", "fp32", "cpu", 32), ("int4", "int8", "fp32", "cpu", 32), ("int4", "int8", "int8", "cpu", 32), ("int4", "fp32", "fp32", "cpu", 64), ("int4", "fp32", "fp32", "cpu", 128),
                ("int4", "int8", "fp32", "cpu", 128), ("fp16", "fp32", "fp32", "cuda", 32),
            })
            {
                string output = Path.Combine(folder, precision + activations + encoders + accelerator + block);
                ConversionReport report = CheckpointConverter.Convert(
                    new ConversionOptions
                    {
                        Checkpoint = checkpoint, VisionTower = visionTower, Output = output, Precision = precision, Activations = activations, Encoders = encoders, Accelerator = accelerator, BlockSize = block,
                    },
                    progress: null,
                    cancellationToken);
                using MglmmModel model = MglmmModel.Load(output, cancellationToken: cancellationToken);
                List<GroundedAnswer> answers = new();
                foreach (string path in workload.Images)
                {
                    foreach (string instruction in Workload.Instructions(model))
                    {
                        answers.Add(await model.OpenImage(path).AskAsync(instruction, new AskOptions { MaximumNewTokens = 256 }, cancellationToken).ConfigureAwait(false));
                    }
                }

                exact ??= answers;
                string name = $"{precision}/{accelerator}{(block == 32 ? string.Empty : $", blocks of {block}")}{(activations == "int8" ? ", int8 activations" : string.Empty)}{(encoders == "int8" ? ", int8 encoders" : string.Empty)}";
                Report(name, report.Bytes, exact, answers);
            }

            Console.WriteLine("steps equal: share of fp32's tokens before the first difference. mask IoU: masks of answers with equal ids, mean and worst.");
            Console.WriteLine("The cuda layout is run on the CPU here: its fp16 arithmetic is emulated, its speed says nothing.");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Report(string name, long bytes, List<GroundedAnswer> exact, List<GroundedAnswer> answers)
    {
        int equal = 0;
        (int steps, int total) = (0, 0);
        List<double> overlaps = new();
        foreach ((GroundedAnswer one, GroundedAnswer other) in exact.Zip(answers))
        {
            int same = one.TokenIds.Zip(other.TokenIds).TakeWhile(pair => pair.First == pair.Second).Count();
            steps += same;
            total += one.TokenIds.Count;
            if (one.TokenIds.SequenceEqual(other.TokenIds))
            {
                equal++;
                overlaps.AddRange(one.Segments.Zip(other.Segments, (a, b) => a.Mask.IntersectionOverUnion(b.Mask)));
            }
        }

        double rate = answers.Sum(answer => answer.TokenIds.Count - 1) / answers.Sum(answer => answer.Timings.Decode.TotalSeconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-42} {bytes / 1e6,7:N1} {answers.Count,8} {equal,10} {(double)steps / total,12:P1} {(overlaps.Count == 0 ? double.NaN : overlaps.Average()),9:N4} {(overlaps.Count == 0 ? double.NaN : overlaps.Min()),7:N4} {rate,9:N0}"));
    }
}
