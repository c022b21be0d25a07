using System.Diagnostics;
using System.Globalization;
using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Runtime.Inference;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.Benchmarks;

internal static class LoadBenchmark
{
    public static void Run(int layers, int threads, CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-load-").FullName;
        try
        {
            string clip = Path.Combine(folder, "clip.onnx"), sam = Path.Combine(folder, "sam.onnx"), int4 = Path.Combine(folder, "int4.onnx"), int8 = Path.Combine(folder, "int4r.onnx");
            FullWidthEncoders.Write(clip, FullWidthEncoders.Clip(layers), half: false, cancellationToken);
            FullWidthEncoders.Write(sam, FullWidthEncoders.Sam(layers), half: false, cancellationToken);
            using (FullWidthDecoder decoder = new(folder, FullWidthDecoder.SevenBillion(layers, 700)))
            {
                decoder.Write(int4, ProjectionKind.FourBit, cancellationToken);
                decoder.Write(int8, ProjectionKind.FourBitRounded, cancellationToken);
            }
            foreach (string graph in new[] { clip, sam, int4, int8 }.Where(graph => layers < 3 || graph == int8))
            {
                One(folder, graph, threads);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void One(string folder, string graph, int threads)
    {
        string name = Path.GetFileNameWithoutExtension(graph);
        float[] plain = Load($"{name} plain", graph, threads, _ => { });
        string packed = Path.Combine(folder, name + ".packed.onnx");
        Load($"{name} saving", graph, threads, settings =>
        {
            settings.OptimizedModelFilePath = packed;
            settings.AddSessionConfigEntry("session.optimized_model_external_initializers_file_name", name + ".packed.onnx.data");
            settings.AddSessionConfigEntry("session.optimized_model_external_initializers_min_size_in_bytes", "1024");
            settings.AddSessionConfigEntry("session.save_external_prepacked_constant_initializers", "1");
        });
        Console.WriteLine($"   original {new FileInfo(graph + ".data").Length / 1e6:N0} MB, packed {new FileInfo(packed + ".data").Length / 1e6:N0} MB, graph {new FileInfo(packed).Length / 1e6:N2} MB");
        float[] again = Load($"{name} packed", packed, threads, settings => settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL);
        float[] again2 = Load($"{name} packed 2", packed, threads, settings => { settings.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL; settings.AddSessionConfigEntry("session.disable_prepacking", "0"); });
        Console.WriteLine($"   largest difference {plain.Zip(again, (a, b) => Math.Abs(a - b)).Max():g3} of {plain.Max(Math.Abs):g3}");
        GC.KeepAlive(again2);
        File.Delete(packed + ".data");
    }

    private static float[] Load(string name, string graph, int threads, Action<SessionOptions> adjust)
    {
        long before = Anonymous();
        using SessionOptions settings = ModelSessions.Settings(threads, long.MaxValue, isDecoder: graph.Contains("int4", StringComparison.Ordinal));
        adjust(settings);
        long clock = Stopwatch.GetTimestamp();
        TimeSpan busy = Environment.CpuUsage.TotalTime;
        using InferenceSession session = new(graph, settings);
        busy = Environment.CpuUsage.TotalTime - busy;
        double load = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        long after = Anonymous();
        List<double> times = new();
        float[] result = [];
        for (int run = 0; run < 4; run++)
        {
            clock = Stopwatch.GetTimestamp();
            result = Once(session);
            times.Add(Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-20} load {load,6:N2} s, {busy.TotalSeconds,6:N2} s of a core, anonymous memory {(after - before) / 1e6,7:N0} MB, run first {times[0]:N0} best {times.Skip(1).Min():N1} ms"));
        return result;
    }

    private static float[] Once(InferenceSession session)
    {
        List<OrtValue> values = [];
        Random random = new(3);
        foreach ((string name, NodeMetadata data) in session.InputMetadata)
        {
            long[] shape = [.. data.Dimensions.Select((size, axis) => size > 0 ? size : data.SymbolicDimensions[axis] == "capacity" ? 64L : 1L)];
            int count = (int)shape.Aggregate(1L, (product, size) => product * size);
            if (data.ElementDataType == TensorElementType.Float)
            {
                values.Add(OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, count).Select(_ => name.StartsWith("past", StringComparison.Ordinal) ? 0f : random.NextSingle() - 0.5f).ToArray(), shape));
            }
            else
            {
                values.Add(OrtValue.CreateTensorValueFromMemory(Enumerable.Range(0, count).Select(_ => name.StartsWith("total", StringComparison.Ordinal) ? 1 : 0).ToArray(), shape));
            }
        }

        using RunOptions options = new();
        string output = session.OutputMetadata.Keys.First(name => !name.StartsWith("present", StringComparison.Ordinal));
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [.. session.InputMetadata.Keys], values, [output]);
        float[] result = results[0].GetTensorDataAsSpan<float>().ToArray();
        values.ForEach(value => value.Dispose());
        return result;
    }

    private static long Anonymous() => long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
}
