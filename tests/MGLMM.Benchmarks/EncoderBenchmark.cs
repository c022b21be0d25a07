using System.Diagnostics;
using System.Globalization;
using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Kernels;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.Benchmarks;

/// <summary>
/// Seconds of a picture in the image encoders at full width, in fp32, with products of integers and with our own of these, beside what a plain fp32 product of the same run allows. A few layers
/// are made and run with what stands around them, and that alone; the whole is reckoned from the difference. The variants take turns.
/// </summary>
internal static class EncoderBenchmark
{
    private const int SamBlocks = 32;

    private const int ClipLayers = 24;

    /// <summary>One in so many of SAM's blocks attends globally.</summary>
    private const int SamGroup = 8;

    private const int ProductSide = 2048;

    private static readonly (string Name, ProjectionKind Kind)[] Kinds =
    [
        ("fp32", ProjectionKind.Full), ("int8", ProjectionKind.EightBitRounded),
    ];

    /// <summary>SAM's encoder; layers are rounded up to groups with one global block.</summary>
    public static void RunSam(int layers, int repetitions, int threads, CancellationToken cancellationToken)
    {
        int blocks = (layers + SamGroup - 1) / SamGroup * SamGroup;
        GroundingEncoderDimensions dimensions = FullWidthEncoders.Sam(blocks);
        double cells = (double)dimensions.Grid * dimensions.Grid;
        double products = SamBlocks * 2 * cells * dimensions.Hidden * ((4.0 * dimensions.Hidden) + (2.0 * dimensions.Intermediate));
        Run(
            $"SAM ViT-H at {dimensions.ImageSize} px, {blocks} of {SamBlocks} blocks",
            (path, count, kind) => FullWidthEncoders.Write(path, FullWidthEncoders.Sam(count), half: false, cancellationToken, kind),
            (blocks, SamBlocks), [1, 3, dimensions.ImageSize, dimensions.ImageSize], products, repetitions, threads, cancellationToken);
    }

    /// <summary>CLIP's encoder and the projector.</summary>
    public static void RunClip(int layers, int repetitions, int threads, CancellationToken cancellationToken)
    {
        GlobalEncoderDimensions dimensions = FullWidthEncoders.Clip(layers);
        double tokens = ((double)dimensions.Grid * dimensions.Grid) + 1;
        double products = (ClipLayers * 2 * tokens * dimensions.Hidden * ((4.0 * dimensions.Hidden) + (2.0 * dimensions.Intermediate)))
            + (2 * tokens * dimensions.Output * (dimensions.Hidden + dimensions.Output));
        Run(
            $"CLIP L/14 at {dimensions.ImageSize} px, {layers} of {ClipLayers} layers",
            (path, count, kind) => FullWidthEncoders.Write(path, FullWidthEncoders.Clip(count), half: false, cancellationToken, kind),
            (layers, ClipLayers), [1, 3, dimensions.ImageSize, dimensions.ImageSize], products, repetitions, threads, cancellationToken);
    }

    private static void Run(
        string title, Action<string, int, ProjectionKind> write, (int Made, int Whole) layers, long[] shape, double products, int repetitions, int threads, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-encoder-").FullName;
        List<Variant> variants = new();
        try
        {
            int cores = ThreadCount.For(threads, long.MaxValue);
            Print($"{title}; {cores} threads");
            foreach ((string name, ProjectionKind kind) in Kinds)
            {
                (string some, string none) = (Path.Combine(folder, $"{kind}.onnx"), Path.Combine(folder, $"{kind}-around.onnx"));
                write(some, layers.Made, kind);
                write(none, 0, kind);
                variants.Add(new Variant(name, some, none, cores, shape));
                if (BlockProductOperator.IsSupported && BlockGraph.Write(some, Path.ChangeExtension(some, ".own.onnx"), cancellationToken) is not null)
                {
                    // What is around the layers may have none.
                    string own = Path.ChangeExtension(none, ".own.onnx");
                    none = BlockGraph.Write(none, own, cancellationToken) is null ? none : own;
                    variants.Add(new Variant("own", Path.ChangeExtension(some, ".own.onnx"), none, cores, shape));
                }
            }

            using Graph product = Product(folder, cores, cancellationToken);
            List<double> rates = new();
            for (int repetition = 0; repetition <= repetitions; repetition++)
            {
                rates.Add(2.0 * ProductSide * ProductSide * ProductSide / product.Run() / 1e6);
                foreach (Variant variant in variants)
                {
                    cancellationToken.ThrowIfCancellationRequested();

                    // The first round warms up.
                    variant.Measure(keep: repetition > 0);
                }
            }

            double rate = rates.Max();
            double limit = products / rate / 1e9;
            Print($"a product of {ProductSide} x {ProductSide}: {rate:N0} GFLOP/s in fp32 (best of {rates.Count}); the encoder's {products / 1e9:N0} GFLOP take {limit:N1} s at that rate");
            Print($"{"variant",-8} {"MB",6} {"load s",7} {"made, s",8} {"whole, s: best",15} {"median",7} {"against fp32",13} {"fp32 limit / best",18} {"error",8}");
            float[] exact = variants[0].Output;
            foreach (Variant variant in variants)
            {
                double best = variant.Whole(times => times.Min(), layers), median = variant.Whole(times => times.Order().ElementAt(times.Count / 2), layers);
                Print(
                    $"{variant.Name,-8} {variant.Megabytes,6:N0} {variant.LoadSeconds,7:N1} {variant.Made,8:N2} {best,15:N1} {median,7:N1} {variants[0].Whole(times => times.Min(), layers) / best,13:N2} {limit / best,18:P0} {Error(exact, variant.Output),8:g2}");
            }

            Console.WriteLine("error: of the output of the layers that were made, its distance from fp32's by its length. Weights are random and have no outliers, as trained ones do.");
        }
        finally
        {
            variants.ForEach(variant => variant.Dispose());
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Graph Product(string folder, int threads, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, "product.onnx");
        FullWidthEncoders.WriteProduct(path, ProductSide, half: false, cancellationToken);
        return new Graph(path, threads, [ProductSide, ProductSide]);
    }

    private static double Error(float[] exact, float[] other)
    {
        double distance = 0, length = 0;
        for (int index = 0; index < exact.Length; index++)
        {
            distance += Math.Pow(exact[index] - other[index], 2);
            length += Math.Pow(exact[index], 2);
        }

        return Math.Sqrt(distance / length);
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private sealed class Variant(string name, string some, string none, int threads, long[] shape) : IDisposable
    {
        private readonly Graph _some = new(some, threads, shape);
        private readonly Graph _none = new(none, threads, shape);
        private readonly List<double> _timesOfSome = new();
        private readonly List<double> _timesOfNone = new();

        public string Name => name;

        public double Megabytes => new FileInfo(some + ".data").Length / 1e6;

        public double LoadSeconds => _some.LoadSeconds;

        public float[] Output => _some.Output;

        public double Made => _timesOfSome.Min() / 1e3;

        /// <summary>Seconds of the whole encoder.</summary>
        public double Whole(Func<List<double>, double> pick, (int Made, int Whole) layers) =>
            (pick(_timesOfNone) + ((pick(_timesOfSome) - pick(_timesOfNone)) * layers.Whole / layers.Made)) / 1e3;

        public void Measure(bool keep)
        {
            (double some, double none) = (_some.Run(), _none.Run());
            if (keep)
            {
                _timesOfSome.Add(some);
                _timesOfNone.Add(none);
            }
        }

        public void Dispose()
        {
            _some.Dispose();
            _none.Dispose();
        }
    }

    /// <summary>A loaded graph with inputs of one shape.</summary>
    private sealed class Graph : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly OrtValue[] _inputs;
        private readonly RunOptions _options = new();

        public Graph(string path, int threads, long[] shape)
        {
            long clock = Stopwatch.GetTimestamp();
            using SessionOptions settings = ModelSessions.Settings(threads, long.MaxValue, isDecoder: false);
            if (BlockProductOperator.IsSupported)
            {
                BlockProductOperator.AddTo(settings);
            }

            _session = new InferenceSession(path, settings);
            LoadSeconds = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            Random random = new(3);
            int count = (int)shape.Aggregate(1L, (product, size) => product * size);
            _inputs = [.. _session.InputMetadata.Keys.Select(_ => OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 4) - 2).ToArray(), shape))];
        }

        public double LoadSeconds { get; }

        public float[] Output { get; private set; } = [];

        /// <summary>Milliseconds of a run.</summary>
        public double Run()
        {
            long clock = Stopwatch.GetTimestamp();
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(_options, [.. _session.InputMetadata.Keys], _inputs, [_session.OutputMetadata.Keys.First()]);
            double time = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
            Output = results[0].GetTensorDataAsSpan<float>().ToArray();
            return time;
        }

        public void Dispose()
        {
            foreach (OrtValue input in _inputs)
            {
                input.Dispose();
            }

            _options.Dispose();
            _session.Dispose();
        }
    }
}
