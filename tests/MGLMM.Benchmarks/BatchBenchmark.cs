using System.Globalization;
using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Graphs;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Benchmarks;

/// <summary>
/// Milliseconds of a decoding step over several sequences at once, for the embedded model and for int4 layers of a 7 B model's widths: whether to share a step pays. The
/// numbers of sequences take turns, so that all see the same machine.
/// </summary>
internal static class BatchBenchmark
{
    private const int FullLayers = 32;

    private static readonly int[] Sequences = [1, 2, 3, 4, 6, 8];

    public static void Run(string bundleFolder, int layers, int positions, int repetitions, int threads, CancellationToken cancellationToken)
    {
        ModelBundle bundle = ModelBundle.Open(bundleFolder);
        DecoderSpecification embedded = bundle.Manifest.Decoder;
        string graph = bundle.PathOf(embedded.Graph);
        Measure($"{bundle.Manifest.Name}, whole", graph, embedded, Math.Min(positions, embedded.MaximumLength - 1), repetitions, ThreadCount.For(threads, new FileInfo(graph + ".data").Length), 1, cancellationToken);

        string folder = Directory.CreateTempSubdirectory("mglmm-batch-").FullName;
        try
        {
            using FullWidthDecoder decoder = new(folder, FullWidthDecoder.SevenBillion(layers, positions + 1));
            string path = Path.Combine(folder, "rounded.onnx");
            decoder.Write(path, ProjectionKind.FourBitRounded, cancellationToken);
            Measure($"7 B widths, int4, int8 activations, {layers} layers for {FullLayers}", path, decoder.Specification, positions, repetitions, ThreadCount.For(threads, long.MaxValue), (double)FullLayers / layers, cancellationToken);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(
        string name, string graph, DecoderSpecification specification, int positions, int repetitions, int threads, double scale, CancellationToken cancellationToken)
    {
        using SessionOptions settings = ModelSessions.Settings(threads, long.MaxValue, isDecoder: true);
        settings.IntraOpNumThreads = threads;
        using InferenceSession session = new(graph, settings);
        List<DecodingSteps> steps = [.. Sequences.Select(count => new DecodingSteps(session, specification, count, positions))];
        try
        {
            for (int repetition = 0; repetition <= repetitions; repetition++)
            {
                foreach (DecodingSteps step in steps)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    step.Measure(keep: repetition > 0);
                }
            }

            Print($"{name}: {positions} positions, {threads} threads; median of {repetitions}");
            Print($"{"sequences",10} {"step ms",10} {"tokens/s",10} {"of one",8}");
            double one = 0;
            foreach (DecodingSteps step in steps)
            {
                double layers = Median(step.Layers);
                double milliseconds = (layers * scale) + Math.Max(0, Median(step.Whole) - layers);
                double rate = 1000 * step.Count / milliseconds;
                one = step.Count == 1 ? rate : one;
                Print($"{step.Count,10} {milliseconds,10:N2} {rate,10:N1} {rate / one,8:N2}");
            }
        }
        finally
        {
            steps.ForEach(step => step.Dispose());
        }
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
