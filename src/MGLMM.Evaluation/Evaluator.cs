using System.Diagnostics;
using MGLMM.Data.SegCap;
using MGLMM.Evaluation.Captions;
using MGLMM.Evaluation.Coco;
using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.Official;
using MGLMM.Evaluation.Pictures;
using MGLMM.Evaluation.Predictions;

namespace MGLMM.Evaluation;

/// <summary>Asks a model every question of a SegCap file, free-running, and scores the answers.</summary>
public static class Evaluator
{
    /// <summary>Runs an evaluation.</summary>
    /// <param name="model">Not disposed.</param>
    /// <param name="segCapPath">A <c>segcap.jsonl</c>; pictures are looked for beside it.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="progress">Told of each sample, one call at a time.</param>
    /// <param name="cancellationToken">Observed at every token; answers so far stay in <see cref="EvaluationOptions.Predictions"/>.</param>
    /// <exception cref="InvalidDataException">The file or its predictions are damaged or do not belong together; the message says where.</exception>
    /// <exception cref="FileNotFoundException">A picture is missing; nothing was asked.</exception>
    /// <exception cref="ArgumentException">A file that no evaluation wrote is where one would be written; nothing was asked.</exception>
    public static Task<EvaluationResult> RunAsync(
        IGroundingModel model, string segCapPath, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return RunAsync([model], segCapPath, options, progress, cancellationToken);
    }

    /// <summary>Runs an evaluation on several copies of a model, which answer about different pictures at the same time.</summary>
    /// <param name="models">The same bundle, loaded several times; not disposed. The results do not depend on how many there are.</param>
    /// <param name="segCapPath">A <c>segcap.jsonl</c>; pictures are looked for beside it.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="progress">Told of each sample, one call at a time.</param>
    /// <param name="cancellationToken">Observed at every token; answers so far stay in <see cref="EvaluationOptions.Predictions"/>.</param>
    /// <exception cref="InvalidDataException">The file or its predictions are damaged or do not belong together; the message says where.</exception>
    /// <exception cref="FileNotFoundException">A picture is missing; nothing was asked.</exception>
    /// <exception cref="ArgumentException">A file that no evaluation wrote is where one would be written; nothing was asked.</exception>
    public static async Task<EvaluationResult> RunAsync(
        IReadOnlyList<IGroundingModel> models, string segCapPath, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentOutOfRangeException.ThrowIfZero(models.Count, nameof(models));
        options ??= new EvaluationOptions();
        IReadOnlyList<SegCapSample> all = SegCapFile.ReadQuestions(segCapPath);
        if (options.Instruction is { } asked)
        {
            all = [.. all.Select(sample => sample with { Instruction = asked(sample) })];
        }

        if (options.Answers is not null && !all.Any(OfficialAnswers.Fits))
        {
            throw new InvalidDataException($"'{Path.GetFileName(segCapPath)}' has no descriptions with masks (tasks panoptic, instance and part), and official answers are such. Give a file that has them.");
        }

        List<SegCapSample> samples = Choose([.. ProtocolSamples.Of(all, options.Protocol).Where(sample => options.Answers is null || OfficialAnswers.Fits(sample))], options);
        ShownPictures pictures = new(Path.GetDirectoryName(Path.GetFullPath(segCapPath))!, models[0].Card.ImageLimits, options.ShuffleImages, all);
        pictures.CheckAllAreThere(samples);
        if (options.Answers is null || options.Sheet is not null)
        {
            // Answers that are given need no look at a picture.
            pictures.CheckSizes(samples);
        }

        CheckOutputs(options, samples);
        OfficialAnswers? given = options.Answers is null ? null : OfficialAnswers.Open(options.Answers, all, samples);
        using PredictionStore predictions = PredictionStore.Open(
            options.Predictions,
            PredictionRun.Of(models[0].Card, options.MaximumNewTokens, isGiven: given is not null),
            samples.ToDictionary(sample => sample.Id, StringComparer.Ordinal),
            pictures);

        List<SegCapSample> open = samples.Where(sample => !predictions.Contains(sample.Id)).ToList();
        long begun = Stopwatch.GetTimestamp();
        if (given is not null)
        {
            TakeGiven(given, samples, pictures, predictions, cancellationToken);
            open = [];
        }

        await AskAllAsync(models, open, samples.Count, pictures, predictions, options, progress, cancellationToken).ConfigureAwait(false);
        EvaluationRun run = new(
            models[0].Card.Name,
            models[0].Card.Precision,
            Path.GetFileName(segCapPath),
            samples.Count,
            samples.Select(sample => sample.Image).Distinct(StringComparer.Ordinal).Count(),
            options.ShuffleImages,
            open.Count,
            Stopwatch.GetElapsedTime(begun))
        {
            Protocol = options.Protocol,
            Datasets = [.. samples.Select(sample => sample.Source?.Dataset).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            TextSimilarity = options.Protocol == EvaluationProtocol.Mglmm ? (options.TextSimilarity ?? new ExactSimilarity()).Name : null,
        };

        Scoring scoring = new(all, options.Protocol, await CompareAsync(samples, predictions, options, cancellationToken).ConfigureAwait(false), samples, options.Synonyms);
        foreach (SegCapSample sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scoring.Add(sample, predictions.Read(sample.Id));
        }

        if (options.Coco is not null)
        {
            // COCOeval goes by the ids that the files give, which follow the order here.
            bool isMglmm = options.Protocol == EvaluationProtocol.Mglmm;
            CocoFiles.Write(options.Coco, isMglmm ? [.. OfficialOrder.Sort(samples)] : samples, pictures.NameFor, predictions, withCrowds: !isMglmm);
        }

        if (options.Official is not null)
        {
            OfficialAnswers.Write(options.Official, all, samples, predictions);
        }

        List<Example> examples = options.Sheet is null ? [] : DrawExamples(options.Sheet, scoring, pictures, predictions);
        return new EvaluationResult(run, scoring.Tasks(), scoring.Granularities(), scoring.Pairs(), examples);
    }

    /// <summary>Scores answers that lie in files (<see cref="EvaluationOptions.Answers"/>), without a model.</summary>
    /// <inheritdoc cref="RunAsync(IGroundingModel, string, EvaluationOptions, IProgress{EvaluationProgress}, CancellationToken)"/>
    public static async Task<EvaluationResult> ScoreAsync(string segCapPath, EvaluationOptions options, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Answers is null)
        {
            throw new ArgumentException("There is no folder of answers to score.", nameof(options));
        }

        using GivenAnswers given = new(options.Answers);
        return await RunAsync(given, segCapPath, options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses folders with files that no evaluation wrote and that this one would replace, before anything is asked.</summary>
    private static void CheckOutputs(EvaluationOptions options, List<SegCapSample> samples)
    {
        if (options.Coco is not null)
        {
            CocoFiles.Check(options.Coco);
        }

        if (options.Official is not null)
        {
            OfficialAnswers.Check(options.Official, options.Answers);
        }

        if (options.Sheet is not null)
        {
            ExampleFiles.Check(options.Sheet, samples.Where(sample => sample.Pair is null).Select(sample => sample.Task));
        }
    }

    /// <summary>Chosen samples, those of one picture together, so that each is encoded once.</summary>
    private static List<SegCapSample> Choose(IReadOnlyList<SegCapSample> samples, EvaluationOptions options)
    {
        HashSet<string>? pictures = options.Pictures is { } most ? Drawn(samples, most, options.Seed) : null;
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        List<SegCapSample> chosen = new();
        foreach (SegCapSample sample in samples)
        {
            if ((options.Tasks.Count > 0 && !options.Tasks.Contains(sample.Task)) || pictures?.Contains(sample.Image) == false)
            {
                continue;
            }

            string task = sample.Pair is null ? sample.Task : "pair " + sample.Pair;
            int count = counts[task] = counts.GetValueOrDefault(task) + 1;
            if (count <= (options.SamplesPerTask ?? int.MaxValue))
            {
                chosen.Add(sample);
            }
        }

        if (chosen.Count == 0)
        {
            throw new InvalidDataException(
                $"No sample{(pictures is null ? string.Empty : " of the pictures drawn")} is of the tasks {string.Join(", ", options.Tasks)}; the file has {string.Join(", ", samples.Select(sample => sample.Task).Distinct().Order(StringComparer.Ordinal))}.");
        }

        return [.. chosen.GroupBy(sample => sample.Image, StringComparer.Ordinal).SelectMany(group => group)];
    }

    /// <summary>Some of the pictures, by chance.</summary>
    private static HashSet<string> Drawn(IReadOnlyList<SegCapSample> samples, int most, int seed)
    {
        string[] pictures = [.. samples.Select(sample => sample.Image).Distinct(StringComparer.Ordinal)];
        new Random(seed).Shuffle(pictures);
        return [.. pictures.Take(most)];
    }

    /// <summary>Makes the phrases of answers and truths comparable, where the protocol compares them.</summary>
    private static async Task<Func<string, string, double>> CompareAsync(
        List<SegCapSample> samples, PredictionStore predictions, EvaluationOptions options, CancellationToken cancellationToken)
    {
        if (options.Protocol != EvaluationProtocol.Mglmm || options.TextSimilarity is null)
        {
            return ExactSimilarity.Compare;
        }

        SortedSet<string> phrases = new(StringComparer.Ordinal);
        foreach (SegCapSample? sample in samples.Where(sample => AnswerKinds.Of(sample) == AnswerKind.Grounded))
        {
            cancellationToken.ThrowIfCancellationRequested();
            phrases.UnionWith(sample.Labels);
            Prediction prediction = predictions.Read(sample.Id);
            phrases.UnionWith(AnswerText.SaidPhrases(prediction.Text, [.. prediction.Segments.Select(segment => segment.Phrase)]));
        }

        return await options.TextSimilarity.PrepareAsync(phrases, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes answers out of their files, where they are not kept yet. What is kept must be what the file says: it may say something else by now.</summary>
    private static void TakeGiven(OfficialAnswers given, IReadOnlyList<SegCapSample> samples, ShownPictures pictures, PredictionStore predictions, CancellationToken cancellationToken)
    {
        foreach (SegCapSample sample in samples)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[] content = given.ContentOf(sample);
            string hash = OfficialAnswers.HashOf(content);
            if (!predictions.Contains(sample.Id))
            {
                predictions.Append(Prediction.From(sample, pictures.NameFor(sample), pictures.HashOf(sample), given.Read(sample, content)) with { Given = hash });
            }
            else if (predictions.Read(sample.Id).Given != hash)
            {
                throw new InvalidDataException($"The kept answer to sample '{sample.Id}' is another one than '{given.PathOf(sample)}' holds now. Name another file to keep these answers in.");
            }
        }
    }

    private static async Task AskAllAsync(
        IReadOnlyList<IGroundingModel> models,
        List<SegCapSample> open,
        int total,
        ShownPictures pictures,
        PredictionStore predictions,
        EvaluationOptions options,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellationToken)
    {
        int kept = total - open.Count;
        (int done, int next) = (kept, -1);
        long begun = Stopwatch.GetTimestamp();
        Lock telling = new();
        SegCapSample[][] groups = open.GroupBy(sample => sample.Image, StringComparer.Ordinal).Select(group => group.ToArray()).ToArray();
        progress?.Report(new EvaluationProgress(kept, total, kept, TimeSpan.Zero));

        // The first failure stops the others at their next token.
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(models.Select(model => Task.Run(() => WorkAsync(model), CancellationToken.None))).ConfigureAwait(false);

        async Task WorkAsync(IGroundingModel model)
        {
            try
            {
                for (int index; (index = Interlocked.Increment(ref next)) < groups.Length;)
                {
                    RgbImage? pixels = null;
                    IOpenedImage? whole = null;
                    foreach (SegCapSample? sample in groups[index])
                    {
                        stop.Token.ThrowIfCancellationRequested();
                        try
                        {
                            if (pixels is null || whole is null || pixels.Width != sample.Width || pixels.Height != sample.Height)
                            {
                                pixels = pictures.Load(sample);
                                whole = await model.OpenImageAsync(pixels, stop.Token).ConfigureAwait(false);
                            }

                            IOpenedImage shown = sample.Region is [var left, var top, var width, var height]
                                ? await model.OpenImageAsync(pixels.Crop(left, top, width, height), stop.Token).ConfigureAwait(false)
                                : whole;
                            predictions.Append(await AskAsync(shown, sample, pictures, options, stop.Token).ConfigureAwait(false));
                        }
                        catch (Exception exception) when (exception is ImageFormatException or PromptTooLongException)
                        {
                            throw new InvalidDataException($"Sample '{sample.Id}' about '{pictures.NameFor(sample)}' cannot be asked: {exception.Message}", exception);
                        }

                        lock (telling)
                        {
                            progress?.Report(new EvaluationProgress(++done, total, kept, Stopwatch.GetElapsedTime(begun)));
                        }
                    }
                }
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private static async Task<Prediction> AskAsync(
        IOpenedImage shown, SegCapSample sample, ShownPictures pictures, EvaluationOptions options, CancellationToken cancellationToken)
    {
        AskOptions ask = new()
        {
            MaximumNewTokens = options.MaximumNewTokens,
            EarlierTurns = [.. sample.History.Select(turn => new EarlierTurn(turn.Instruction, turn.Answer))],
        };
        GroundedAnswer answer = await shown.AskAsync(sample.Instruction, ask, cancellationToken).ConfigureAwait(false);
        return Prediction.From(sample, pictures.NameFor(sample), pictures.HashOf(sample), answer);
    }

    private static List<Example> DrawExamples(string folder, Scoring scoring, ShownPictures pictures, PredictionStore predictions)
    {
        ExampleFiles.Check(folder, scoring.Qualities().Keys);
        Directory.CreateDirectory(folder);
        IReadOnlyDictionary<string, string> names = ExampleFiles.NamesOf(scoring.Qualities().Keys);
        List<Example> examples = new();
        foreach ((string task, List<(SegCapSample Sample, double Quality)> scored) in scoring.Qualities())
        {
            foreach ((ExampleRank rank, int index) in ExampleChoice.Of([.. scored.Select(entry => entry.Quality)]))
            {
                (SegCapSample sample, double quality) = scored[index];
                Prediction prediction = predictions.Read(sample.Id);
                string path = ExampleFiles.PathOf(folder, names[task], rank);
                File.WriteAllBytes(path, PictureMark.Mark(ExamplePicture.Draw(sample, pictures.Load(sample), prediction.Masks(sample))));
                examples.Add(new Example(task, rank, sample.Id, quality, sample.History, sample.Instruction, sample.Answer, prediction.Text, path));
            }
        }

        return examples;
    }

    /// <summary>Stands for whoever gave the answers that lie in files.</summary>
    private sealed class GivenAnswers(string folder) : IGroundingModel
    {
        public ModelCard Card { get; } = new() { Name = "answers in " + Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))), Precision = "as given" };

        public ModelStatus Status => new(ModelState.Ready, "The answers are there.", Card.Name);

        public ValueTask<IOpenedImage> OpenImageAsync(RgbImage image, CancellationToken cancellationToken = default) => throw new ModelUnavailableException("There are answers only, and no model.");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
