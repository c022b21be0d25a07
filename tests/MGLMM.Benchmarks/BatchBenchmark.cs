using System.Diagnostics;
using System.Globalization;
using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Families;
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
            DecoderDimensions dimensions = decoder.Dimensions;
            DecoderSpecification specification = new()
            {
                Graph = path,
                Embeddings = string.Empty,
                EmbeddingsPrecision = "fp16",
                HiddenSize = dimensions.Hidden,
                LayerCount = dimensions.Layers,
                HeadCount = dimensions.Heads,
                KeyValueHeadCount = dimensions.KeyValueHeads,
                HeadSize = dimensions.HeadSize,
                VocabularySize = dimensions.Vocabulary,
                MaximumLength = dimensions.MaximumLength,
            };
            Measure($"7 B widths, int4, int8 activations, {layers} layers for {FullLayers}", path, specification, positions, repetitions, ThreadCount.For(threads, long.MaxValue), (double)FullLayers / layers, cancellationToken);
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
        List<Steps> steps = [.. Sequences.Select(count => new Steps(session, specification, count, positions))];
        try
        {
            for (int repetition = 0; repetition <= repetitions; repetition++)
            {
                foreach (Steps step in steps)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    step.Measure(keep: repetition > 0);
                }
            }

            Print($"{name}: {positions} positions, {threads} threads; median of {repetitions}");
            Print($"{"sequences",10} {"step ms",10} {"tokens/s",10} {"of one",8}");
            double one = 0;
            foreach (Steps step in steps)
            {
                double milliseconds = (step.LayersMedian * scale) + step.HeadMedian;
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

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>A step of one token for each of some sequences, with and without the head.</summary>
    private sealed class Steps : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly List<IDisposable> _owned = [];
        private readonly RunGuard _guard = new(RequestQueue.Alone(), CancellationToken.None);
        private readonly OrtIoBinding _whole;
        private readonly OrtIoBinding _layers;
        private readonly List<double> _wholeTimes = [];
        private readonly List<double> _layerTimes = [];

        public Steps(InferenceSession session, DecoderSpecification specification, int count, int positions)
        {
            _session = session;
            Count = count;
            int capacity = positions + 1;
            List<OrtValue> caches = new();
            long elements = (long)count * specification.KeyValueHeadCount * capacity * specification.HeadSize;
            for (int index = 0; index < 2 * specification.LayerCount; index++)
            {
                caches.Add(Keep(Own(new NativeBuffer<float>(elements)).AsTensor(count, specification.KeyValueHeadCount, capacity, specification.HeadSize)));
            }

            NativeBuffer<float> embeddings = Own(new NativeBuffer<float>((long)count * specification.HiddenSize));
            embeddings.Span.Fill(0.5f);
            NativeBuffer<int> lengths = Own(new NativeBuffer<int>(count));
            lengths.Span.Fill(positions);
            NativeBuffer<int> total = Own(new NativeBuffer<int>(1));
            total.Span[0] = capacity;
            OrtValue[] inputs = [Keep(embeddings.AsTensor(count, 1, specification.HiddenSize)), Keep(lengths.AsTensor(count)), Keep(total.AsTensor())];
            OrtValue hidden = Keep(Own(new NativeBuffer<float>((long)count * specification.HiddenSize)).AsTensor(count, 1, specification.HiddenSize));
            NativeBuffer<float> logits = Own(new NativeBuffer<float>((long)count * specification.VocabularySize));
            NativeBuffer<int> row = Own(new NativeBuffer<int>(1));
            _whole = Bind(rows: 1);
            _layers = Bind(rows: 0);

            OrtIoBinding Bind(int rows)
            {
                OrtIoBinding binding = Own(session.CreateIoBinding());
                for (int layer = 0; layer < specification.LayerCount; layer++)
                {
                    foreach ((int kind, string name) in new[] { (0, "key"), (1, "value") })
                    {
                        binding.BindInput(DecoderGraph.PastName(layer, name), caches[(2 * layer) + kind]);
                        binding.BindOutput(DecoderGraph.PresentName(layer, name), caches[(2 * layer) + kind]);
                    }
                }

                binding.BindInput(DecoderGraph.InputsEmbeds, inputs[0]);
                binding.BindInput(DecoderGraph.SequenceLengths, inputs[1]);
                binding.BindInput(DecoderGraph.TotalLength, inputs[2]);
                binding.BindInput(DecoderGraph.LogitsPositions, Keep(row.AsTensor(rows)));
                binding.BindOutput(DecoderGraph.HiddenStates, hidden);
                binding.BindOutput(DecoderGraph.Logits, Keep(logits.AsTensor(count, rows, specification.VocabularySize)));
                return binding;
            }
        }

        public int Count { get; }

        public double LayersMedian => Median(_layerTimes);

        public double HeadMedian => Math.Max(0, Median(_wholeTimes) - LayersMedian);

        public void Measure(bool keep)
        {
            foreach ((OrtIoBinding binding, List<double> times) in new[] { (_whole, _wholeTimes), (_layers, _layerTimes) })
            {
                long clock = Stopwatch.GetTimestamp();
                _guard.Run(_session, binding);
                if (keep)
                {
                    times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
                }
            }
        }

        public void Dispose()
        {
            _guard.Dispose();
            for (int index = _owned.Count - 1; index >= 0; index--)
            {
                _owned[index].Dispose();
            }
        }

        private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

        private OrtValue Keep(OrtValue value) => Own(value);

        private T Own<T>(T owned)
            where T : IDisposable
        {
            _owned.Add(owned);
            return owned;
        }
    }
}
