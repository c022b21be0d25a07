using System.Diagnostics;
using System.Globalization;
using MGLMM.Runtime;
using MGLMM.Runtime.Answers;
using MGLMM.Runtime.Imaging;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Text;

namespace MGLMM.Benchmarks;

/// <summary>
/// Cold and warm calls on the same instruction and picture, interleaved so that both see the same machine. A cold call gets a
/// picture that differs in one pixel, so that nothing kept can serve it; a warm call follows on the very same picture, after
/// another instruction, so that it must still run its own tokens.
/// </summary>
internal static class SpeedBenchmark
{
    public static async Task RunAsync(string bundle, Workload workload, int repetitions, PyTorchReference reference, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.GetTimestamp();
        using var model = MglmmModel.Load(bundle, cancellationToken: cancellationToken);
        Print($"model {model.Manifest.Name}, {model.Manifest.Precision} on {(model.OnCuda ? "CUDA" : "the CPU")}, {Environment.ProcessorCount} cores, loaded in {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:N0} ms");
        var pictures = workload.Images.Select(path => ImageDecoder.DecodeFile(path)).ToArray();
        var instructions = Workload.Instructions(model);
        await model.OpenImage(pictures[0]).AskAsync(instructions[0], cancellationToken: cancellationToken).ConfigureAwait(false);

        Print(string.Empty);
        Print($"{"instruction",-58} {"cold ms",9} {"warm ms",9} {"warm/cold",9} {"tokens",7} {"tokens/s",9} {"masks",6}");
        var cold = new List<GroundedAnswer>();
        var warm = new List<GroundedAnswer>();
        for (var index = 0; index < instructions.Length; index++)
        {
            var (coldOnes, warmOnes) = await MeasureAsync(model, pictures, instructions[index], instructions[(index + 1) % instructions.Length], repetitions, index, cancellationToken).ConfigureAwait(false);
            Row(instructions[index], coldOnes, warmOnes);
            cold.AddRange(coldOnes);
            warm.AddRange(warmOnes);
        }

        Row("all", cold, warm);
        Stages("cold", cold);
        Stages("warm", warm);
        Allocation(model, pictures[0], instructions[0]);
        using var process = Process.GetCurrentProcess();
        Print($"peak memory of the process: {process.PeakWorkingSet64 / 1e6:N0} MB");
        await ComparePyTorchAsync(model, workload, instructions, pictures, repetitions, reference, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<(List<GroundedAnswer> Cold, List<GroundedAnswer> Warm)> MeasureAsync(
        MglmmModel model, RgbImage[] pictures, string instruction, string other, int repetitions, int seed, CancellationToken cancellationToken)
    {
        var (cold, warm) = (new List<GroundedAnswer>(), new List<GroundedAnswer>());
        for (var repetition = 0; repetition < repetitions; repetition++)
        {
            var image = model.OpenImage(Differing(pictures[repetition % pictures.Length], (seed * repetitions) + repetition + 1));
            cold.Add(await image.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false));
            await image.AskAsync(other, cancellationToken: cancellationToken).ConfigureAwait(false);
            warm.Add(await image.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false));
        }

        return (cold, warm);
    }

    private static RgbImage Differing(RgbImage picture, int change)
    {
        var pixels = picture.Pixels.ToArray();
        pixels[0] ^= (byte)change;
        pixels[1] ^= (byte)(change >> 8);
        return RgbImage.FromPixels(pixels, picture.Width, picture.Height);
    }

    private static void Row(string name, List<GroundedAnswer> cold, List<GroundedAnswer> warm)
    {
        var (coldTime, warmTime) = (Median(cold, Total), Median(warm, Total));
        var tokens = warm.Average(answer => answer.TokenIds.Count);
        var rate = warm.Sum(answer => answer.TokenIds.Count - 1) / warm.Sum(answer => answer.Timings.Decode.TotalSeconds);
        Print($"{(name.Length > 58 ? name[..57] + "…" : name),-58} {coldTime,9:N1} {warmTime,9:N1} {warmTime / coldTime,9:P0} {tokens,7:N1} {rate,9:N0} {warm.Average(answer => answer.Segments.Count),6:N1}");
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
        var total = answers.Sum(Total);
        Print($"{name} calls spend: " + string.Join(", ", stages.Select(stage =>
            $"{stage.Name} {answers.Sum(answer => stage.Time(answer.Timings).TotalMilliseconds) / total:P0}")));
    }

    private static void Allocation(MglmmModel model, RgbImage picture, string instruction)
    {
        using var guard = new RunGuard(CancellationToken.None);
        var tokens = model.Vision.EncodeTokens(model.Vision.PreprocessGlobal(picture), guard);
        var positions = model.Generator.Expand(model.Tokenizer.EncodePrompt(ConversationPrompt.Start(model.Manifest.Conversation, instruction).Text));
        using var state = model.Decoder.CreateState(model.Manifest.Decoder.MaximumLength);
        state.Prefill(positions, GroundingTokenizer.ImagePlaceholder, tokens, model.Options.PrefillChunk, guard);
        state.Cache.Tokens.EnsureCapacity(model.Manifest.Decoder.MaximumLength);
        for (var step = 0; step < 50; step++)
        {
            state.Step(state.NextToken, guard);
        }

        const int Steps = 200;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.GetTimestamp();
        for (var step = 0; step < Steps; step++)
        {
            state.Step(state.NextToken, guard);
        }

        var elapsed = Stopwatch.GetElapsedTime(clock);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Print($"steady decoding: {elapsed.TotalMilliseconds / Steps:N3} ms per token, {(double)allocated / Steps:N1} managed bytes allocated per token");
    }

    private static async Task ComparePyTorchAsync(
        MglmmModel model, Workload workload, string[] instructions, RgbImage[] pictures, int repetitions, PyTorchReference reference, CancellationToken cancellationToken)
    {
        Print(string.Empty);
        if (reference.Obstacle() is { } obstacle)
        {
            Print($"PyTorch comparison left out: {obstacle}");
            return;
        }

        // Blocks of both runtimes alternate, so that a busy spell of the machine hits both.
        var (ours, theirs) = (new List<PyTorchCall>(), new List<PyTorchCall>());
        const int Blocks = 3;
        for (var block = 0; block < Blocks; block++)
        {
            theirs.AddRange(await reference.RunAsync(workload.Images, instructions, cancellationToken).ConfigureAwait(false));
            for (var image = 0; image < pictures.Length; image++)
            {
                foreach (var instruction in instructions)
                {
                    var opened = model.OpenImage(Differing(pictures[image], 1000 + (block * 100) + (image * 10) + Array.IndexOf(instructions, instruction)));
                    var cold = await opened.AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
                    var warm = await model.OpenImage(pictures[image]).AskAsync(instruction, cancellationToken: cancellationToken).ConfigureAwait(false);
                    ours.Add(new PyTorchCall(Total(cold), Total(warm), warm.Timings.Decode.TotalMilliseconds, [.. warm.TokenIds]));
                }
            }
        }

        Print($"same weights, same pictures, medians of {ours.Count} calls   {"this engine",12} {"PyTorch",12} {"ratio",7}");
        Compare("cold call, ms", ours.Select(call => call.ColdMs), theirs.Select(call => call.ColdMs));
        Compare("warm call, ms", ours.Select(call => call.WarmMs), theirs.Select(call => call.WarmMs));
        Compare(
            "decoding, ms per token",
            ours.Where(call => call.Ids.Length > 1).Select(call => call.DecodeMs / (call.Ids.Length - 1)),
            theirs.Where(call => call.Ids.Length > 1).Select(call => call.DecodeMs / (call.Ids.Length - 1)));
        Print($"ids equal in {ours.Zip(theirs).Count(pair => pair.First.Ids.SequenceEqual(pair.Second.Ids))} of {ours.Count} answers (PyTorch keeps a KV cache and the picture's embeddings too; the official code does neither)");
    }

    private static void Compare(string name, IEnumerable<double> ours, IEnumerable<double> theirs)
    {
        var (mine, other) = (Median(ours), Median(theirs));
        Print($"{name,-50} {mine,12:N2} {other,12:N2} {other / mine,6:N1}x");
    }

    private static double Total(GroundedAnswer answer) => answer.Timings.Total.TotalMilliseconds;

    private static double Median(IEnumerable<GroundedAnswer> answers, Func<GroundedAnswer, double> value) => Median(answers.Select(value));

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static void Print(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    private static void Print(string text) => Console.WriteLine(text);
}
