using MGLMM.Benchmarks.FullWidth;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace MGLMM.DeviceCheck;

/// <summary>
/// Layers of a 7 B model's widths in the layout that the converter writes for CUDA: milliseconds per token beside what the memory allows for the bytes that a
/// token reads, prefill, what CUDA graphs and the int4 kernels bring, and the proof that keys and values are not copied.
/// </summary>
internal static class DecoderStep
{
    private const int FullLayers = 32;

    private const int QuantizationBlock = 32;

    private const int Repetitions = 60;

    /// <summary>Positions of a prompt with a picture, and how the engine cuts it.</summary>
    private const int Prompt = 676;

    private const int Chunk = 512;

    private const int DraftRows = 8;

    public static void Run(CheckContext context, CheckReport report)
    {
        (int small, int large) = context.Cpu ? (128, 256) : (1024, 16384);
        int past = context.Cpu ? 32 : 670;
        DecoderDimensions dimensions = context.Cpu
            ? FullWidthDecoder.SevenBillion(1, large) with { Hidden = 512, Heads = 4, KeyValueHeads = 4, Intermediate = 1024, Vocabulary = 2000 }
            : FullWidthDecoder.SevenBillion(context.Layers, large);
        double bandwidth = ProbeStep.Bandwidth(context);
        report.Say($"memory copied: {bandwidth / 1e9:N0} GB/s");
        using CheckContext.TemporaryFolder folder = CheckContext.NewFolder();
        using FullWidthDecoder decoder = new(folder.Path, dimensions);
        Tables tables = new(
            report.NewTable(
                $"Decoding at {past} positions, {dimensions.Layers} layers made; {FullLayers} layers reckoned; limit: bytes that a token reads at {bandwidth / 1e9:N0} GB/s",
                "variant", "load s", "layers ms", "head ms", $"{FullLayers} layers ms", "tokens/s", "limit ms", "of the limit", $"{DraftRows} rows ms", "memory MB"),
            report.NewTable($"Prefill of {(context.Cpu ? 24 : Prompt)} positions in runs of {(context.Cpu ? 16 : Chunk)}", "variant", $"{dimensions.Layers} layers ms", $"{FullLayers} layers ms", "positions/s"),
            report.NewTable("Keys and values in place: a step with room for few and for many positions", "variant", $"{small} positions ms", $"{large} positions ms", "copying would add ms", "memory that 50 steps took MB"),
            report.NewTable("CUDA graph, all inputs and outputs on the device", "variant", "without ms", "with ms", "largest difference of hidden states", "after a capture at a tenth of the length"),
            report.NewTable("What ran where", "variant", "nodes on CUDA", "on the CPU", "copies", "slowest"));
        foreach ((string file, ProjectionKind kind, bool half) in new[] { ("fp16", ProjectionKind.Full, true), ("int4", ProjectionKind.FourBit, true) })
        {
            string graph = Path.Combine(folder.Path, file + ".onnx");
            string[] variants = kind == ProjectionKind.FourBit ? ["int4", "int4 without fpA_intB"] : [file];
            if (!variants.Any(context.Wants))
            {
                continue;
            }

            report.Say($"making {file}: {Clock.Milliseconds(() => decoder.Write(graph, kind, CancellationToken.None, half)) / 1e3:N1} s");
            foreach (string variant in variants.Where(context.Wants))
            {
                Case one = new(context, report, variant, graph, dimensions, past, small, large, bandwidth, kind == ProjectionKind.FourBit);
                report.Guard(variant, () => Measure(one, tables));
                report.Guard(variant + ", CUDA graph", () => MeasureGraph(one, tables));
                report.Guard(variant + ", placement", () => Place(one, tables, folder.Path));
            }

            File.Delete(graph + ".data");
        }
    }

    private static InferenceSession Load(Case one, bool graphs, Action<SessionOptions>? adjust = null) => one.Context.Load(
        one.Graph,
        isDecoder: true,
        graphs ? new Dictionary<string, string> { ["enable_cuda_graph"] = "1" } : null,
        settings =>
        {
            settings.AddSessionConfigEntry("ep.cuda.fpa_intb_gemm", one.Variant == "int4" ? "1" : "0");
            adjust?.Invoke(settings);
        });

    private static void Measure(Case one, Tables tables)
    {
        InferenceSession? session = null;
        double load;
        long peak;

        // Nothing watches while times are taken.
        using (MemoryWatch memory = new(one.Context.Cpu))
        {
            load = Clock.Milliseconds(() => session = Load(one, graphs: false)) / 1e3;
            Prefill(one, session!, null);
            peak = memory.Peak;
        }

        using InferenceSession loaded = session!;
        using DecoderRun whole = new(one, loaded, one.Small, rows: 1, kept: 1, onDevice: false);
        whole.SetPast(one.Past);
        (double best, double median) = whole.Time(Repetitions);
        double bare = Bare(one, loaded) ?? best;
        using DecoderRun draft = new(one, loaded, one.Small, rows: DraftRows, kept: DraftRows, onDevice: false);
        draft.SetPast(one.Past);
        (double drafted, _) = draft.Time(Repetitions / 4);
        double head = Math.Max(0, best - bare);
        double full = (bare * FullLayers / one.Dimensions.Layers) + head;
        double limit = Bytes(one) / one.Bandwidth * 1e3;
        tables.Decoding.Add(
            $"{one.Variant}", $"{load:N1}", $"{bare:N3}", $"{head:N3}", $"{full:N2}", $"{1e3 / full:N0}", $"{limit:N2}", $"{limit / full:P0}", $"{drafted:N3}", $"{peak / 1e6:N0}");
        Prefill(one, loaded, tables);
        InPlace(one, loaded, tables, median);
    }

    /// <summary>Milliseconds of a step whose logits nobody wants; null where such a step does not run.</summary>
    private static double? Bare(Case one, InferenceSession session)
    {
        double? bare = null;
        one.Report.Guard(one.Variant + " without its head", () =>
        {
            using DecoderRun run = new(one, session, one.Small, rows: 1, kept: 0, onDevice: false);
            run.SetPast(one.Past);
            bare = run.Time(Repetitions).Best;
        });
        return bare;
    }

    private static void Prefill(Case one, InferenceSession session, Tables? tables)
    {
        (int first, int second) = one.Context.Cpu ? (16, 8) : (Chunk, Prompt - Chunk);
        using DecoderRun head = new(one, session, one.Small, rows: first, kept: 1, onDevice: false);
        using DecoderRun tail = new(one, session, one.Small, rows: second, kept: 1, onDevice: false);
        head.SetPast(0);
        tail.SetPast(first);
        (double best, _) = Clock.Repeat(tables is null ? 1 : one.Context.Cpu ? 2 : 10, () =>
        {
            head.Run();
            tail.Run();
        });
        double full = best * FullLayers / one.Dimensions.Layers;
        tables?.Prefill.Add($"{one.Variant}", $"{best:N2}", $"{full:N1}", $"{(first + second) / full * 1e3:N0}");
    }

    /// <summary>Were keys and values copied, a step would take longer the more room there is; and it would take memory.</summary>
    private static void InPlace(Case one, InferenceSession session, Tables tables, double few)
    {
        using DecoderRun run = new(one, session, one.Large, rows: 1, kept: 1, onDevice: false);
        run.SetPast(one.Past);
        (_, double many) = run.Time(Repetitions);
        using MemoryWatch memory = new(one.Context.Cpu);
        for (int step = 0; step < 50; step++)
        {
            run.Run();
        }

        double copying = 2.0 * run.CacheBytes / one.Bandwidth * 1e3;
        tables.InPlace.Add($"{one.Variant}", $"{few:N3}", $"{many:N3}", $"{copying:N3}", $"{memory.Peak / 1e6:N1}");
        if (!one.Context.Cpu)
        {
            one.Report.Check($"{one.Variant}: keys and values are not copied", many - few < copying / 4, $"{many - few:N3} ms more with room for {one.Large} positions; one copy of them would take {copying:N3} ms");
        }
    }

    private static void MeasureGraph(Case one, Tables tables)
    {
        float[] expected;
        double without;
        using (InferenceSession session = Load(one, graphs: false))
        using (DecoderRun run = new(one, session, one.Small, rows: 1, kept: 1, onDevice: !one.Context.Cpu))
        {
            run.SetPast(one.Past);
            (without, _) = run.Time(Repetitions);
            expected = run.Hidden();
        }

        if (one.Context.Cpu)
        {
            tables.Graphs.Add($"{one.Variant}", $"{without:N3}", $"-", $"-", $"-");
            return;
        }

        using InferenceSession captured = Load(one, graphs: true);
        using DecoderRun replay = new(one, captured, one.Small, rows: 1, kept: 1, onDevice: true);
        replay.SetPast(one.Past);
        (double with, _) = replay.Time(Repetitions);
        double difference = Difference(expected, replay.Hidden());

        // The length is an input on the CPU, which a replay does not read again: does a graph that was captured early still hold later?
        using InferenceSession early = Load(one, graphs: true);
        using DecoderRun later = new(one, early, one.Small, rows: 1, kept: 1, onDevice: true);
        later.SetPast(one.Past / 10);
        later.Time(5);
        later.SetPast(one.Past);
        later.Time(5);
        tables.Graphs.Add($"{one.Variant}", $"{without:N3}", $"{with:N3}", $"{difference:g2}", $"{Difference(expected, later.Hidden()):g2}");
        one.Report.Check($"{one.Variant}: a CUDA graph gives the same hidden states", difference <= 1e-2, $"relative difference {difference:g2}");
    }

    private static void Place(Case one, Tables tables, string folder)
    {
        string profile;
        using (InferenceSession session = Load(one, graphs: false, settings =>
        {
            // In this order: switching on takes the name that is set.
            settings.ProfileOutputPathPrefix = Path.Combine(folder, "profile");
            settings.EnableProfiling = true;
        }))
        {
            using DecoderRun run = new(one, session, one.Small, rows: 1, kept: 1, onDevice: false);
            run.SetPast(one.Past);
            run.Run();
            run.Run();
            profile = session.EndProfiling();
        }

        GraphPlacement placement = GraphPlacement.Read(profile);
        tables.Placement.Add($"{one.Variant}", $"{placement.OnDevice}", $"{placement.Elsewhere}", $"{placement.Copies}", $"{placement.Slowest}");
    }

    private static double Difference(float[] expected, float[] actual)
    {
        double scale = expected.Max(value => Math.Abs((double)value));
        return expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max() / scale;
    }

    /// <summary>What a token reads of the whole model: weights with their scales, keys and values, the head.</summary>
    private static double Bytes(Case one)
    {
        DecoderDimensions dimensions = one.Dimensions;
        double weights = dimensions.Hidden * ((4.0 * dimensions.Hidden) + (3.0 * dimensions.Intermediate));
        double layer = one.FourBit ? (weights / 2) + (weights / QuantizationBlock * 2) : weights * 2;
        double cached = 2.0 * one.Past * dimensions.KeyValueHeads * dimensions.HeadSize * 2;
        return (FullLayers * (layer + cached)) + ((double)dimensions.Vocabulary * dimensions.Hidden * 2);
    }

    internal sealed record Case(
        CheckContext Context, CheckReport Report, string Variant, string Graph, DecoderDimensions Dimensions, int Past, int Small, int Large, double Bandwidth, bool FourBit);

    private sealed record Tables(CheckReport.Table Decoding, CheckReport.Table Prefill, CheckReport.Table InPlace, CheckReport.Table Graphs, CheckReport.Table Placement);
}
