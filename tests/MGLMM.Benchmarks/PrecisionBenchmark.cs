using System.Globalization;
using MGLMM.Conversion;
using MGLMM.Runtime;

namespace MGLMM.Benchmarks;

/// <summary>Converts the checkpoint in every precision and compares answers with those of fp32.</summary>
internal static class PrecisionBenchmark
{
    public static async Task RunAsync(string checkpoint, string visionTower, Workload workload, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("mglmm-precision-").FullName;
        try
        {
            List<GroundedAnswer>? exact = null;
            Console.WriteLine($"{"layout",-12} {"MB",7} {"answers",8} {"ids equal",10} {"steps equal",12} {"mask IoU",9} {"worst",7} {"tokens/s",9}");
            foreach (var (precision, accelerator) in new[] { ("fp32", "cpu"), ("fp16", "cpu"), ("int4", "cpu"), ("fp16", "cuda") })
            {
                var output = Path.Combine(folder, precision + accelerator);
                var report = CheckpointConverter.Convert(
                    new ConversionOptions { Checkpoint = checkpoint, VisionTower = visionTower, Output = output, Precision = precision, Accelerator = accelerator },
                    progress: null,
                    cancellationToken);
                using var model = MglmmModel.Load(output, cancellationToken: cancellationToken);
                var answers = new List<GroundedAnswer>();
                foreach (var path in workload.Images)
                {
                    foreach (var instruction in Workload.Instructions(model))
                    {
                        answers.Add(await model.OpenImage(path).AskAsync(instruction, new AskOptions { MaximumNewTokens = 256 }, cancellationToken).ConfigureAwait(false));
                    }
                }

                exact ??= answers;
                Report($"{precision}/{accelerator}", report.Bytes, exact, answers);
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
        var equal = 0;
        var (steps, total) = (0, 0);
        var overlaps = new List<double>();
        foreach (var (one, other) in exact.Zip(answers))
        {
            var same = one.TokenIds.Zip(other.TokenIds).TakeWhile(pair => pair.First == pair.Second).Count();
            steps += same;
            total += one.TokenIds.Count;
            if (one.TokenIds.SequenceEqual(other.TokenIds))
            {
                equal++;
                overlaps.AddRange(one.Segments.Zip(other.Segments, (a, b) => a.Mask.IntersectionOverUnion(b.Mask)));
            }
        }

        var rate = answers.Sum(answer => answer.TokenIds.Count - 1) / answers.Sum(answer => answer.Timings.Decode.TotalSeconds);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-12} {bytes / 1e6,7:N1} {answers.Count,8} {equal,10} {(double)steps / total,12:P1} {(overlaps.Count == 0 ? double.NaN : overlaps.Average()),9:N4} {(overlaps.Count == 0 ? double.NaN : overlaps.Min()),7:N4} {rate,9:N0}"));
    }
}
