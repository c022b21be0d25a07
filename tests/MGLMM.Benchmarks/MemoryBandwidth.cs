using System.Diagnostics;
using System.Numerics.Tensors;
using MGLMM.Runtime.Inference;

namespace MGLMM.Benchmarks;

/// <summary>What the memory gives to a number of threads at once, in GB/s: the limit of whatever reads each weight once.</summary>
/// <param name="Read">Reading alone, as decoding does.</param>
/// <param name="Copy">Bytes read and written by a copy, as STREAM counts them.</param>
internal sealed record MemoryBandwidth(double Read, double Copy)
{
    /// <summary>Far beyond any cache.</summary>
    private const int Elements = 64 << 20;

    private const int Repetitions = 5;

    /// <summary>The best of a few runs: other programs only ever slow one down.</summary>
    public static MemoryBandwidth Measure(int threads)
    {
        using NativeBuffer<float> source = new(Elements);
        using NativeBuffer<float> target = new(Elements);
        source.Span.Fill(1);
        target.Span.Fill(2);
        int part = Elements / threads;
        double bytes = (double)part * threads * sizeof(float);
        double read = Best(threads, thread => TensorPrimitives.Sum<float>(source.Slice((long)thread * part, part)));
        double copy = Best(threads, thread =>
        {
            source.Slice((long)thread * part, part).CopyTo(target.Slice((long)thread * part, part));
            return 0;
        });
        return new MemoryBandwidth(bytes / read / 1e9, 2 * bytes / copy / 1e9);
    }

    private static double Best(int threads, Func<int, float> work)
    {
        double best = double.MaxValue;
        for (int repetition = 0; repetition < Repetitions; repetition++)
        {
            long clock = Stopwatch.GetTimestamp();
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, thread => GC.KeepAlive(work(thread)));
            best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalSeconds);
        }

        return best;
    }
}
