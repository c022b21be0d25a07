using System.Globalization;
using MGLMM.Imaging;
using MGLMM.Runtime;
using MGLMM.Runtime.Inference;

namespace MGLMM.Benchmarks;

/// <summary>Milliseconds of each stage by the number of threads. The variants take turns picture by picture, so that all see the same machine.</summary>
internal static class ThreadsBenchmark
{
    private static readonly (string Name, Func<GroundedAnswer, double?> Milliseconds)[] Stages =
    [
        ("global encoder", answer => answer.Timings.GlobalEncoderSkipped ? null : answer.Timings.GlobalEncoder.TotalMilliseconds),
        ("prefill", answer => answer.Timings.GlobalEncoderSkipped ? null : answer.Timings.Prefill.TotalMilliseconds),
        ("decode, a token", answer => answer.Timings.DecodeRuns == 0 ? null : answer.Timings.Decode.TotalMilliseconds / answer.Timings.DecodeRuns),
        ("grounding encoder", answer => answer.Timings.GroundingEncoderSkipped ? null : answer.Timings.GroundingEncoder.TotalMilliseconds),
        ("mask decoder", answer => answer.Segments.Count == 0 ? null : answer.Timings.MaskDecoder.TotalMilliseconds),
        ("whole answer", answer => answer.Timings.Total.TotalMilliseconds),
    ];

    public static async Task RunAsync(string bundle, Workload workload, int repetitions, CancellationToken cancellationToken)
    {
        RgbImage[] pictures = [.. workload.Images.Select(path => ImageDecoder.DecodeFile(path))];
        int cores = ThreadCount.For(0, long.MaxValue);
        (string Name, int Threads)[] variants = [("by graph (0)", 0), .. new[] { 1, 2, cores }.Distinct().Select(count => ($"{count}", count))];
        List<(string Name, MglmmModel Model, List<GroundedAnswer> Answers)> models = [];
        try
        {
            foreach ((string name, int threads) in variants)
            {
                models.Add((name, MglmmModel.Load(bundle, new ModelOptions { Threads = threads, MaximumDraftTokens = 0 }, cancellationToken: cancellationToken), []));
            }

            string[] instructions = Workload.Instructions(models[0].Model);
            for (int repetition = 0; repetition <= repetitions; repetition++)
            {
                RgbImage picture = pictures[repetition % pictures.Length];
                byte[] pixels = picture.Pixels.ToArray();
                pixels[0] ^= (byte)(repetition + 1);
                RgbImage fresh = RgbImage.FromPixels(pixels, picture.Width, picture.Height);
                foreach ((string _, MglmmModel model, List<GroundedAnswer> answers) in models)
                {
                    foreach (string instruction in instructions)
                    {
                        GroundedAnswer answer = await model.OpenImage(fresh).AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
                        if (repetition > 0)
                        {
                            answers.Add(answer);
                        }
                    }
                }
            }

            Console.WriteLine($"{"threads",-14} " + string.Join(" ", Stages.Select(stage => $"{stage.Name,18}")) + "   (best / median ms)");
            foreach ((string name, MglmmModel _, List<GroundedAnswer> answers) in models)
            {
                Console.WriteLine($"{name,-14} " + string.Join(" ", Stages.Select(stage => Cell([.. answers.Select(stage.Milliseconds).OfType<double>().Order()]))));
            }
        }
        finally
        {
            models.ForEach(model => model.Model.Dispose());
        }
    }

    private static string Cell(double[] sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"{sorted[0],9:N2} /{sorted[sorted.Length / 2],7:N2}");
}
