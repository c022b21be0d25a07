using System.Diagnostics;
using MGLMM.Imaging;
using MGLMM.Runtime;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Text;

namespace MGLMM.Benchmarks;

/// <summary>
/// Cold, warm and repeated calls of the same instruction, interleaved so that all see the same machine. A cold call gets a
/// picture that differs in one pixel from every other, so that nothing kept can serve it. A warm call asks an instruction for
/// the first time on a picture that was asked another one before. A repeated call asks it once more.
/// </summary>
internal static class SpeedBenchmark
{
    public static async Task RunAsync(string bundle, Workload workload, int repetitions, int threads, PyTorchReference reference, CancellationToken cancellationToken)
    {
        long clock = Stopwatch.GetTimestamp();
        using MglmmModel model = MglmmModel.Load(bundle, new ModelOptions { Threads = threads }, cancellationToken: cancellationToken);
        Print($"model {model.Manifest.Name}, {model.Manifest.Precision} on {(model.OnCuda ? "CUDA" : "the CPU")}, {Environment.ProcessorCount} cores, loaded in {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:N0} ms");
        RgbImage[] pictures = workload.Images.Select(path => ImageDecoder.DecodeFile(path)).ToArray();
        string[] instructions = Workload.Instructions(model);
        await model.OpenImage(pictures[0]).AskAsync(instructions[0], cancellationToken: cancellationToken).ConfigureAwait(false);
        Print($"memory of the process with one picture: {WorkingSet() / 1e6:N0} MB");

        Print(string.Empty);
        Print($"{"instruction",-52} {"cold ms",8} {"warm ms",8} {"/cold",6} {"repeat",7} {"/cold",6} {"tokens",7} {"runs",6} {"masks",6}");
        (List<GroundedAnswer> cold, List<GroundedAnswer> warm, List<GroundedAnswer> repeated) = (new List<GroundedAnswer>(), new List<GroundedAnswer>(), new List<GroundedAnswer>());
        for (int index = 0; index < instructions.Length; index++)
        {
            Calls calls = await MeasureAsync(model, pictures, instructions[index], instructions[(index + 1) % instructions.Length], repetitions, index, cancellationToken).ConfigureAwait(false);
            Row(instructions[index], calls);
            cold.AddRange(calls.Cold);
            warm.AddRange(calls.Warm);
            repeated.AddRange(calls.Repeated);
        }

        Row("all", new Calls(cold, warm, repeated));
        Stages("cold", cold);
        Stages("warm", warm);
        Stages("repeated", repeated);
        Allocation(model, pictures[0], instructions[0]);
        Print($"peak memory of the process: {PeakWorkingSet() / 1e6:N0} MB, of which kept for {model.Store.Count} pictures: {model.Store.IdleBytes / 1e6:N0} MB");
        await ComparePyTorchAsync(model, workload, instructions, pictures, reference, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Calls> MeasureAsync(
        MglmmModel model, RgbImage[] pictures, string instruction, string other, int repetitions, int seed, CancellationToken cancellationToken)
    {
        Calls calls = new([], [], []);
        for (int repetition = 0; repetition < repetitions; repetition++)
        {
            (RgbImage picture, int change) = (pictures[repetition % pictures.Length], 2 * ((seed * repetitions) + repetition + 1));
            calls.Cold.Add(await model.OpenImage(Differing(picture, change)).AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false));
            OpenedImage image = model.OpenImage(Differing(picture, change + 1));
            await image.AskAsync(other, cancellationToken: cancellationToken).ConfigureAwait(false);
            calls.Warm.Add(await image.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false));
            calls.Repeated.Add(await image.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false));
        }

        return calls;
    }

    private static RgbImage Differing(RgbImage picture, int change)
    {
        byte[] pixels = picture.Pixels.ToArray();
        pixels[0] ^= (byte)change;
        pixels[1] ^= (byte)(change >> 8);
        return RgbImage.FromPixels(pixels, picture.Width, picture.Height);
    }

    private static void Row(string name, Calls calls)
    {
        (double cold, double warm, double repeated) = (Median(calls.Cold, Total), Median(calls.Warm, Total), Median(calls.Repeated, Total));
        Print($"{(name.Length > 52 ? name[..51] + "…" : name),-52} {cold,8:N1} {warm,8:N1} {warm / cold,6:P0} {repeated,7:N1} {repeated / cold,6:P0} {calls.Warm.Average(answer => answer.TokenIds.Count),7:N1} {calls.Warm.Average(answer => answer.Timings.DecodeRuns),6:N1} {calls.Warm.Average(answer => answer.Segments.Count),6:N1}");
    }

    private static void Stages(string name, List<GroundedAnswer> answers)
    {
        (string Name, Func<AnswerTimings, TimeSpan> Time)[] stages =
        [
            ("global encoder", timings => timings.GlobalEncoder),
            ("prefill", timings => timings.Prefill),
            ("decode", timings => timings.Decode),
            ("grounding encoder", timings => timings.GroundingEncoder),
            ("mask decoder", timings => timings.MaskDecoder),
            ("post-processing", timings => timings.Postprocessing),
        ];
        double total = answers.Sum(Total);
        Print($"{name} calls spend: " + string.Join(", ", stages.Select(stage =>
            $"{stage.Name} {answers.Sum(answer => stage.Time(answer.Timings).TotalMilliseconds) / total:P0}")));
    }

    private static void Allocation(MglmmModel model, RgbImage picture, string instruction)
    {
        using RequestQueue.Place place = RequestQueue.Alone();
        using RunGuard guard = new(place, CancellationToken.None);
        float[] tokens = model.Vision.EncodeTokens(model.Vision.PreprocessGlobal(picture), guard);
        int[] positions = model.Generator.Expand(model.GroundingTokenizer.EncodePrompt(ConversationPrompt.Start(model.Manifest.Conversation, instruction).Text));
        using DecodingState state = model.Decoder.CreateState(model.Manifest.Decoder.MaximumLength);
        state.Prefill(positions, GroundingTokenizer.ImagePlaceholder, tokens, model.Options.PrefillChunk, guard);
        state.Cache.Tokens.EnsureCapacity(model.Manifest.Decoder.MaximumLength);
        for (int step = 0; step < 50; step++)
        {
            state.Step(state.NextToken, guard);
        }

        const int Steps = 200;
        long before = GC.GetAllocatedBytesForCurrentThread();
        long clock = Stopwatch.GetTimestamp();
        for (int step = 0; step < Steps; step++)
        {
            state.Step(state.NextToken, guard);
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(clock);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Print($"steady decoding: {elapsed.TotalMilliseconds / Steps:N3} ms per token, {(double)allocated / Steps:N1} managed bytes allocated per token");
    }

    private static async Task ComparePyTorchAsync(
        MglmmModel model, Workload workload, string[] instructions, RgbImage[] pictures, PyTorchReference reference, CancellationToken cancellationToken)
    {
        Print(string.Empty);
        if (reference.Obstacle() is { } obstacle)
        {
            Print($"PyTorch comparison left out: {obstacle}");
            return;
        }

        // Blocks of both runtimes alternate, so that a busy spell of the machine hits both.
        (List<PyTorchCall> ours, List<PyTorchCall> theirs) = (new List<PyTorchCall>(), new List<PyTorchCall>());
        const int Blocks = 3;
        for (int block = 0; block < Blocks; block++)
        {
            theirs.AddRange(await reference.RunAsync(workload.Images, instructions, cancellationToken).ConfigureAwait(false));
            for (int image = 0; image < pictures.Length; image++)
            {
                foreach (string instruction in instructions)
                {
                    OpenedImage opened = model.OpenImage(Differing(pictures[image], 1000 + (block * 100) + (image * 10) + Array.IndexOf(instructions, instruction)));
                    GroundedAnswer cold = await opened.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
                    GroundedAnswer warm = await opened.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
                    ours.Add(new PyTorchCall(Total(cold), Total(warm), cold.Timings.Decode.TotalMilliseconds, [.. warm.TokenIds]));
                }
            }
        }

        Print($"same weights, same pictures, medians of {ours.Count} calls   {"this engine",12} {"PyTorch",12} {"ratio",7}");
        Compare("cold call, ms", ours.Select(call => call.ColdMs), theirs.Select(call => call.ColdMs));
        Compare("the same call again, ms", ours.Select(call => call.WarmMs), theirs.Select(call => call.WarmMs));
        Compare(
            "decoding of the cold call, ms per token",
            ours.Where(call => call.Ids.Length > 1).Select(call => call.DecodeMs / (call.Ids.Length - 1)),
            theirs.Where(call => call.Ids.Length > 1).Select(call => call.DecodeMs / (call.Ids.Length - 1)));
        Print($"ids equal in {ours.Zip(theirs).Count(pair => pair.First.Ids.SequenceEqual(pair.Second.Ids))} of {ours.Count} answers (PyTorch keeps a KV cache and the picture's embeddings too; the official code does neither)");
    }

    private static void Compare(string name, IEnumerable<double> ours, IEnumerable<double> theirs)
    {
        (double mine, double other) = (Median(ours), Median(theirs));
        Print($"{name,-50} {mine,12:N2} {other,12:N2} {other / mine,6:N1}x");
    }

    private static long WorkingSet()
    {
        using Process process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static long PeakWorkingSet()
    {
        using Process process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }

    private static double Total(GroundedAnswer answer) => answer.Timings.Total.TotalMilliseconds;

    private static double Median(IEnumerable<GroundedAnswer> answers, Func<GroundedAnswer, double> value) => Median(answers.Select(value));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Print(string text) => Console.WriteLine(text);

    private sealed record Calls(List<GroundedAnswer> Cold, List<GroundedAnswer> Warm, List<GroundedAnswer> Repeated);
}
