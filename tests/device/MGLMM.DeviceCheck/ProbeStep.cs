using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MGLMM.Benchmarks;
using MGLMM.Benchmarks.FullWidth;
using MGLMM.Runtime.Inference;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MGLMM.DeviceCheck;

/// <summary>The libraries, the versions, and what the machine can do at most: memory bandwidth and products.</summary>
internal static class ProbeStep
{
    private const long CopyBytes = 1L << 30;

    public static void Run(CheckContext context, CheckReport report)
    {
        CheckReport.Table libraries = report.NewTable("Libraries", "library", "found");
        foreach (string name in CudaLibraries.Names)
        {
            libraries.Add($"`{name}`", $"{(NativeLibrary.TryLoad(name, out _) ? "yes" : "no")}");
        }

        CheckReport.Table versions = report.NewTable("Versions", "what", "value");
        versions.Add($"ONNX Runtime", $"{OrtEnv.Instance().GetVersionString()}");
        versions.Add($"providers", $"{string.Join(", ", OrtEnv.Instance().GetAvailableProviders())}");
        versions.Add($"processors", $"{Environment.ProcessorCount}");
        if (!context.Cpu)
        {
            versions.Add($"CUDA runtime / driver", $"{CudaRuntime.RuntimeVersion} / {CudaRuntime.DriverVersion}");
            versions.Add($"device memory", $"{CudaRuntime.Memory().Total / 1e9:N1} GB, {CudaRuntime.Memory().Free / 1e9:N1} GB free");
            report.Check("every library is found", CudaLibraries.Missing().Count == 0, $"{string.Join(", ", CudaLibraries.Missing())}");
        }

        CheckReport.Table limits = report.NewTable("Limits", "what", "figure");
        limits.Add($"memory copied, bytes read and written", $"{Bandwidth(context) / 1e9:N0} GB/s");
        using CheckContext.TemporaryFolder folder = CheckContext.NewFolder();
        int side = context.Cpu ? 256 : 8192;
        foreach ((string name, bool half, string tensorFloats) in new[] { ("fp16", true, "0"), ("fp32", false, "0"), ("fp32 as TF32", false, "1") })
        {
            report.Guard("product " + name, () => limits.Add(
                $"{name} product of {side} x {side} x {side}", $"{2.0 * side * side * side / Product(context, folder.Path, side, half, tensorFloats) / 1e9:N1} TFLOP/s"));
        }
    }

    /// <summary>Bytes per second of a copy on the device, read and written ones together.</summary>
    public static double Bandwidth(CheckContext context)
    {
        if (context.Cpu)
        {
            return MemoryBandwidth.Measure(ThreadCount.For(0, long.MaxValue)).Copy * 1e9;
        }

        using DeviceBuffer source = new(CopyBytes, onDevice: true);
        using DeviceBuffer target = new(CopyBytes, onDevice: true);
        (double best, _) = Clock.Repeat(20, () =>
        {
            CudaRuntime.CopyOnDevice(target.Pointer, source.Pointer, CopyBytes);
            CudaRuntime.Synchronize();
        });
        return 2.0 * CopyBytes / best * 1e3;
    }

    /// <summary>Milliseconds of a square product.</summary>
    private static double Product(CheckContext context, string folder, int side, bool half, string tensorFloats)
    {
        string graph = Path.Combine(folder, $"product-{half}.onnx");
        if (!File.Exists(graph))
        {
            FullWidthEncoders.WriteProduct(graph, side, half, CancellationToken.None);
        }

        using InferenceSession session = context.Load(graph, isDecoder: false, new Dictionary<string, string> { ["use_tf32"] = tensorFloats });
        TensorElementType type = half ? TensorElementType.Float16 : TensorElementType.Float;
        long bytes = (long)side * side * (half ? 2 : 4);
        using DeviceBuffer left = new(bytes, !context.Cpu);
        using DeviceBuffer right = new(bytes, !context.Cpu);
        using DeviceBuffer product = new(bytes, !context.Cpu);
        Fill(left, side * side, half);
        Fill(right, side * side, half);
        using OrtIoBinding binding = session.CreateIoBinding();
        using RunOptions options = new();
        binding.BindInput("left", left.Tensor(type, side, side));
        binding.BindInput("right", right.Tensor(type, side, side));
        binding.BindOutput("product", product.Tensor(type, side, side));
        return Clock.Repeat(10, () => session.RunWithBinding(options, binding)).Best;
    }

    private static void Fill(DeviceBuffer buffer, int count, bool half)
    {
        Random random = new(1);
        float[] block = [.. Enumerable.Range(0, Math.Min(count, (1 << 20) + 1)).Select(_ => random.NextSingle() - 0.5f)];
        float[] values = new float[count];
        for (int start = 0; start < count; start += block.Length)
        {
            block.AsSpan(0, Math.Min(block.Length, count - start)).CopyTo(values.AsSpan(start));
        }

        if (half)
        {
            Half[] halves = new Half[count];
            TensorPrimitives.ConvertToHalf(values, halves);
            buffer.Write<Half>(halves);
        }
        else
        {
            buffer.Write<float>(values);
        }
    }
}
