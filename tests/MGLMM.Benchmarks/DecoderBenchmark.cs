using System.Diagnostics;
using System.Globalization;
using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Kernels;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Benchmarks;

/// <summary>
/// Milliseconds per token of an int4 decoder of full width, beside the time that the memory needs for the bytes that a token reads. A few layers are made and
/// run with and without the head; a model of 32 layers is reckoned from the difference. Beside it what a prompt of as many positions takes. The variants take turns, so that all see the same machine.
/// </summary>
internal static class DecoderBenchmark
{
    private const int FullLayers = 32;

    private const int QuantizationBlock = 32;

    private const int LargeBlock = 128;

    private const int RuntimesOwnThreads = 0;

    public static void Run(int layers, int positions, int repetitions, int threads, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-decoder-").FullName;
        List<Variant> variants = new();
        try
        {
            long clock = Stopwatch.GetTimestamp();
            using FullWidthDecoder decoder = new(folder, FullWidthDecoder.SevenBillion(layers, positions + 1));
            (string exact, string rounded, string large) = (Path.Combine(folder, "exact.onnx"), Path.Combine(folder, "rounded.onnx"), Path.Combine(folder, "large.onnx"));
            decoder.Write(exact, ProjectionKind.FourBit, cancellationToken);
            decoder.Write(rounded, ProjectionKind.FourBitRounded, cancellationToken);
            decoder.Write(large, ProjectionKind.FourBitRounded, cancellationToken, fourBitBlock: LargeBlock);
            int cores = ThreadCount.For(threads, long.MaxValue);
            Print($"{layers} layers made in {Stopwatch.GetElapsedTime(clock).TotalSeconds:N1} s; {positions} positions; a run takes {cores} threads");
            variants.Add(new Variant("fp32 activations, ONNX Runtime's threads", exact, RuntimesOwnThreads, decoder.Specification, positions));
            variants.Add(new Variant($"fp32 activations, {cores} threads", exact, cores, decoder.Specification, positions));
            variants.Add(new Variant($"int8 activations, {cores} threads", rounded, cores, decoder.Specification, positions));
            variants.Add(new Variant($"the same, blocks of {LargeBlock}", large, cores, decoder.Specification, positions));
            if (BlockProductOperator.IsSupported)
            {
                variants.Add(new Variant("our own products", Own(rounded, cancellationToken), cores, decoder.Specification, positions));
                variants.Add(new Variant($"the same, blocks of {LargeBlock}", Own(large, cancellationToken), cores, decoder.Specification, positions));
            }

            List<MemoryBandwidth> bandwidth = new();
            for (int repetition = 0; repetition <= repetitions; repetition++)
            {
                bandwidth.Add(MemoryBandwidth.Measure(cores));
                foreach (Variant variant in variants)
                {
                    cancellationToken.ThrowIfCancellationRequested();

                    // The first round packs and warms up.
                    variant.Measure(keep: repetition > 0);
                }
            }

            (double read, double copy) = (bandwidth.Max(one => one.Read), bandwidth.Max(one => one.Copy));
            Print($"memory: {read:N1} GB/s read, {copy:N1} GB/s copied (best of {bandwidth.Count})");
            (double layer, double head) = BytesPerToken(decoder.Dimensions, positions);
            double bytes = (FullLayers * layer) + head;
            double limit = bytes / read / 1e6;
            Print($"{FullLayers} layers read {bytes / 1e9:N2} GB a token: {limit:N0} ms at the read bandwidth");
            Print($"{"variant",-42} {"load s",7} {"layers ms",10} {"head ms",8} {$"{FullLayers} layers: best",16} {"median",7} {"of limit",9} {"prompt s",9}");
            foreach (Variant variant in variants)
            {
                (double best, double median) = (variant.Scaled(times => times.Min(), layers), variant.Scaled(Median, layers));
                Print($"{variant.Name,-42} {variant.LoadSeconds,7:N1} {variant.Layers.Min(),10:N1} {variant.Whole.Min() - variant.Layers.Min(),8:N1} {best,16:N0} {median,7:N0} {limit / best,9:P0} {variant.Prompt.Min() * FullLayers / layers / 1000,9:N1}");
            }
        }
        finally
        {
            variants.ForEach(variant => variant.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>A graph as `mglmm pack` writes it.</summary>
    private static string Own(string graph, CancellationToken cancellationToken)
    {
        string target = Path.ChangeExtension(graph, ".own.onnx");
        return BlockGraph.Write(graph, target, cancellationToken) is not null ? target : throw new InvalidOperationException($"'{graph}' has no products of our own.");
    }

    /// <summary>What a token reads of one layer, its keys and values included, and of the head: as the graph stores it once loaded.</summary>
    private static (double Layer, double Head) BytesPerToken(DecoderDimensions dimensions, int positions)
    {
        int width = dimensions.Heads * dimensions.HeadSize;
        int cached = dimensions.KeyValueHeads * dimensions.HeadSize;
        double weights = ((double)dimensions.Hidden * (width + (2 * cached))) + ((double)width * dimensions.Hidden) + (3.0 * dimensions.Hidden * dimensions.Intermediate);
        return ((weights / 2) + (weights / QuantizationBlock * sizeof(float)) + (2.0 * positions * cached * sizeof(float)), (double)dimensions.Vocabulary * dimensions.Hidden * sizeof(float));
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>One graph loaded with a number of threads.</summary>
    private sealed class Variant : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly DecodingSteps _steps;
        private readonly DecodingSteps _prompt;

        public Variant(string name, string graph, int threads, DecoderSpecification specification, int positions)
        {
            Name = name;
            long clock = Stopwatch.GetTimestamp();
            using SessionOptions settings = ModelSessions.Settings(threads, long.MaxValue, isDecoder: true);
            settings.IntraOpNumThreads = threads;
            if (BlockProductOperator.IsSupported)
            {
                BlockProductOperator.AddTo(settings);
            }

            _session = new InferenceSession(graph, settings);
            LoadSeconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            _steps = new DecodingSteps(_session, specification, 1, positions);
            _prompt = new DecodingSteps(_session, specification, 1, 0, prompt: positions);
        }

        public string Name { get; }

        public double LoadSeconds { get; }

        /// <summary>Milliseconds of a step with its head.</summary>
        public List<double> Whole => _steps.Whole;

        /// <summary>Milliseconds of a step without its head.</summary>
        public List<double> Layers => _steps.Layers;

        public double Scaled(Func<List<double>, double> pick, int layers) => (pick(Layers) * FullLayers / layers) + Math.Max(0, pick(Whole) - pick(Layers));

        /// <summary>Milliseconds of a prompt without its head.</summary>
        public List<double> Prompt => _prompt.Layers;

        public void Measure(bool keep)
        {
            _steps.Measure(keep);
            _prompt.Measure(keep);
        }

        public void Dispose()
        {
            _prompt.Dispose();
            _steps.Dispose();
            _session.Dispose();
        }
    }
}
