using System.Diagnostics;
using System.Globalization;
using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Graphs;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Kernels;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.Benchmarks;

/// <summary>
/// Graphs of full width as they are converted and as <c>mglmm pack</c> leaves them: seconds of loading by the clock and of a core (which another program's load
/// changes less), anonymous memory, size on disk, milliseconds of a run, and that both compute the same.
/// </summary>
internal static class LoadBenchmark
{
    private const int Runs = 4;

    public static void Run(int layers, int threads, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-load-").FullName;
        try
        {
            (string clip, string sam, string int4) = (Path.Combine(folder, "clip.onnx"), Path.Combine(folder, "sam.onnx"), Path.Combine(folder, "decoder.onnx"));
            FullWidthEncoders.Write(clip, FullWidthEncoders.Clip(layers), half: false, cancellationToken);
            FullWidthEncoders.Write(sam, FullWidthEncoders.Sam(layers), half: false, cancellationToken);
            using (FullWidthDecoder decoder = new(folder, FullWidthDecoder.SevenBillion(layers, 700)))
            {
                decoder.Write(int4, ProjectionKind.FourBitRounded, cancellationToken);
            }

            Console.WriteLine($"{layers} layers of CLIP L/14 at 336 px, of SAM ViT-H at 1024 px, and of an int4 decoder of a 7 B model's widths");
            foreach (string graph in new[] { clip, sam, int4 })
            {
                Compare(folder, graph, threads);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Compare(string folder, string graph, int threads)
    {
        string name = Path.GetFileNameWithoutExtension(graph);
        string packed = Path.Combine(folder, name + ".packed.onnx");
        float[] plain = Load($"{name}, as converted", graph, threads, _ => { });
        Load($"{name}, being packed", graph, threads, settings => ModelSessions.SavePacked(settings, packed));
        float[] again = [];
        for (int start = 2; start <= 3; start++)
        {
            again = Load($"{name}, packed", packed, threads, settings => settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"   {new FileInfo(graph + ".data").Length / 1e6:N0} MB as converted, {new FileInfo(packed + ".data").Length / 1e6:N0} MB packed; largest difference of the output {plain.Zip(again, (a, b) => Math.Abs(a - b)).Max():g3}"));
        File.Delete(packed + ".data");
        if (!BlockProductOperator.IsSupported || !BlockGraph.Fits(graph))
        {
            return;
        }

        // What `mglmm pack` makes of it here.
        string own = Path.Combine(folder, name + ".own.onnx");
        BlockGraph.Write(graph, own, CancellationToken.None);
        for (int start = 2; start <= 3; start++)
        {
            again = Load($"{name}, own products", own, threads, BlockProductOperator.AddTo);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"   {new FileInfo(own + ".data").Length / 1e6:N0} MB; largest difference of the output {plain.Zip(again, (a, b) => Math.Abs(a - b)).Max():g3} beside {plain.Max(Math.Abs):g3}"));
        File.Delete(own + ".data");
    }

    private static float[] Load(string name, string graph, int threads, Action<SessionOptions> adjust)
    {
        long before = AnonymousMemory();
        using SessionOptions settings = ModelSessions.Settings(threads, long.MaxValue, isDecoder: false);
        adjust(settings);
        (long clock, TimeSpan busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        using InferenceSession session = new(graph, settings);
        (double load, busy) = (Stopwatch.GetElapsedTime(clock).TotalSeconds, Environment.CpuUsage.TotalTime - busy);
        long memory = AnonymousMemory() - before;
        float[] result = [];
        double[] times = [.. Enumerable.Range(0, Runs).Select(_ =>
        {
            clock = Stopwatch.GetTimestamp();
            result = RunOnce(session);
            return Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        })];
        Console.WriteLine(FormattableString.Invariant(
            $"{name,-24} load {load,6:N2} s, {busy.TotalSeconds,6:N2} s of a core, {memory / 1e6,6:N0} MB of anonymous memory; run {times[0],6:N0} ms at first, {times.Skip(1).Min(),6:N0} ms at best"));
        return result;
    }

    private static float[] RunOnce(InferenceSession session)
    {
        List<OrtValue> values = [];
        Random random = new(3);
        foreach ((string name, NodeMetadata data) in session.InputMetadata)
        {
            const long Capacity = 64;
            long[] shape = [.. data.Dimensions.Select((size, axis) => size > 0 ? size : data.SymbolicDimensions[axis] == "capacity" ? Capacity : 1L)];
            int count = (int)shape.Aggregate(1L, (product, size) => product * size);
            bool past = name.StartsWith("past", StringComparison.Ordinal);
            values.Add(data.ElementDataType == TensorElementType.Float
                ? OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, count).Select(_ => past ? 0f : random.NextSingle() - 0.5f).ToArray(), shape)
                : OrtValue.CreateTensorValueFromMemory(Enumerable.Repeat(name == DecoderGraph.TotalLength ? 1 : 0, count).ToArray(), shape));
        }

        using RunOptions options = new();
        string output = session.OutputMetadata.Keys.First(name => !name.StartsWith("present", StringComparison.Ordinal));
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [.. session.InputMetadata.Keys], values, [output]);
        float[] result = results[0].GetTensorDataAsSpan<float>().ToArray();
        values.ForEach(value => value.Dispose());
        return result;
    }

    /// <summary>Bytes of this process that no file stands behind; what is mapped can be dropped and shared.</summary>
    private static long AnonymousMemory() => long.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
}
