using System.CommandLine;
using MGLMM.Benchmarks;
using MGLMM.Benchmarks.Attack;

Option<int> repetitions = new("--repetitions") { Description = "Measured calls per figure.", DefaultValueFactory = _ => 15 };
Option<string> images = new("--images") { Description = "Folder of pictures.", DefaultValueFactory = _ => Workload.DefaultImages };
Option<string> model = new("--model") { Description = "Bundle folder.", DefaultValueFactory = _ => MGLMM.Models.Scenes.ScenesModel.BundlePath };
Option<string> checkpoint = new("--checkpoint") { Description = "The bundle's checkpoint, for other precisions and PyTorch.", DefaultValueFactory = _ => Workload.DefaultCheckpoint };
Option<string> tower = new("--vision-tower") { Description = "The checkpoint's vision tower.", DefaultValueFactory = _ => Workload.DefaultVisionTower };
Option<int> threads = new("--threads") { Description = "Threads of a run; 0 takes one per core.", DefaultValueFactory = _ => 0 };
Option<string> python = new("--python") { Description = "Python with torch, for the comparison.", DefaultValueFactory = _ => "/usr/bin/python3" };

Command speed = new("speed", "Cold and warm calls, tokens per second, stages, allocation, memory; and PyTorch on the same weights.") { repetitions, images, model, threads, checkpoint, tower, python };
speed.SetAction((parsed, cancellationToken) => SpeedBenchmark.RunAsync(
    parsed.GetRequiredValue(model),
    Workload.Load(parsed.GetRequiredValue(images)),
    parsed.GetRequiredValue(repetitions),
    parsed.GetRequiredValue(threads),
    new PyTorchReference(parsed.GetRequiredValue(python), parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(tower)),
    cancellationToken));

Command precision = new("precision", "How far fp16 and int4 agree with fp32: ids until the first difference, mask IoU, size, speed.") { images, checkpoint, tower };
precision.SetAction((parsed, cancellationToken) => PrecisionBenchmark.RunAsync(
    parsed.GetRequiredValue(checkpoint), parsed.GetRequiredValue(tower), Workload.Load(parsed.GetRequiredValue(images)), cancellationToken));

Option<int> layers = new("--layers") { Description = "Layers of the decoder that is made; the figures are scaled to 32.", DefaultValueFactory = _ => 4 };
Option<int> past = new("--positions") { Description = "Positions that each token attends to.", DefaultValueFactory = _ => 670 };
Command decoder = new("decoder", "A decoder of a 7 B model's widths with random weights: milliseconds per token beside what the memory's bandwidth allows.") { layers, past, repetitions, threads };
decoder.SetAction((parsed, cancellationToken) => Task.Run(
    () => DecoderBenchmark.Run(parsed.GetRequiredValue(layers), parsed.GetRequiredValue(past), parsed.GetRequiredValue(repetitions), parsed.GetRequiredValue(threads), cancellationToken), cancellationToken));

Command batch = new("batch", "Decoding steps over several sequences at once: the embedded model, and int4 layers of a 7 B model's widths.") { model, layers, past, repetitions, threads };
batch.SetAction((parsed, cancellationToken) => Task.Run(
    () => BatchBenchmark.Run(
        parsed.GetRequiredValue(model), parsed.GetRequiredValue(layers), parsed.GetRequiredValue(past), parsed.GetRequiredValue(repetitions), parsed.GetRequiredValue(threads), cancellationToken), cancellationToken));

Option<int> mixes = new("--mixes") { Description = "Random mixes of answers whose ids are compared with those alone.", DefaultValueFactory = _ => 1000 };
Option<int> answers = new("--answers") { Description = "Answers of each conversation and round.", DefaultValueFactory = _ => 12 };
Option<int> seed = new("--seed") { Description = "Of the mixes.", DefaultValueFactory = _ => 1 };
Command mix = new("mix", "Conversations at the same time on one device, with and without shared runs: tokens a second, time of an answer, equal ids.") { model, images, answers, mixes, seed };
mix.SetAction((parsed, cancellationToken) => MixBenchmark.RunAsync(
    parsed.GetRequiredValue(model), Workload.Load(parsed.GetRequiredValue(images)), parsed.GetRequiredValue(answers), parsed.GetRequiredValue(mixes), parsed.GetRequiredValue(seed), cancellationToken));

Command byThreads = new("threads", "The embedded model's stages by the number of threads.") { repetitions, images, model };
byThreads.SetAction((parsed, cancellationToken) => ThreadsBenchmark.RunAsync(
    parsed.GetRequiredValue(model), Workload.Load(parsed.GetRequiredValue(images)), parsed.GetRequiredValue(repetitions), cancellationToken));

Command load = new("load", "Graphs of full width: loading them as converted, packing them, loading them packed.") { layers, threads };
load.SetAction((parsed, cancellationToken) => Task.Run(() => LoadBenchmark.Run(parsed.GetRequiredValue(layers), parsed.GetRequiredValue(threads), cancellationToken), cancellationToken));

Command sam = new("sam", "SAM ViT-H's encoder with random weights: milliseconds of a picture in fp32 and with products of integers, beside what the processor's fp32 products allow, and how far the outputs lie apart.") { layers, repetitions, threads };
sam.SetAction((parsed, cancellationToken) => Task.Run(
    () => EncoderBenchmark.RunSam(parsed.GetRequiredValue(layers), parsed.GetRequiredValue(repetitions), parsed.GetRequiredValue(threads), cancellationToken), cancellationToken));

Command clip = new("clip", "The same for CLIP ViT-L/14 at 336 px with the projector of a 7 B model.") { layers, repetitions, threads };
clip.SetAction((parsed, cancellationToken) => Task.Run(
    () => EncoderBenchmark.RunClip(parsed.GetRequiredValue(layers), parsed.GetRequiredValue(repetitions), parsed.GetRequiredValue(threads), cancellationToken), cancellationToken));

RootCommand root = new("Measures the engine on the embedded scenes model, at full width, and under attack.") { speed, precision, byThreads, decoder, batch, mix, load, sam, clip, AttackCommand.Create(model, images) };
return await root.Parse(args.Length == 0 ? ["speed"] : args).InvokeAsync().ConfigureAwait(false);
