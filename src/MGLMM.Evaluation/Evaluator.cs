using MGLMM.Evaluation.Metrics;
using MGLMM.Evaluation.SegCap;
using MGLMM.Masks;
using MGLMM.Runtime;
using MGLMM.Runtime.Answers;
using MGLMM.Runtime.Imaging;

namespace MGLMM.Evaluation;

/// <summary>How an evaluation is run.</summary>
public sealed class EvaluationOptions
{
    /// <summary>Only these tasks; empty takes all.</summary>
    public IReadOnlyCollection<string> Tasks { get; init; } = [];

    /// <summary>At most so many samples of each task; null takes all.</summary>
    public int? SamplesPerTask { get; init; }

    /// <summary>
    /// Asks every question about another sample's picture. Whatever is still right then was answered without looking.
    /// </summary>
    public bool ShuffleImages { get; init; }

    /// <summary>A file to which answers are appended as they come; answers already in it are not asked again. Null keeps none.</summary>
    public string? Predictions { get; init; }

    /// <summary>Tokens to generate at most.</summary>
    public int MaximumNewTokens { get; init; } = 512;
}

/// <summary>How far an evaluation has come.</summary>
/// <param name="Done">Samples answered.</param>
/// <param name="Total">Samples in all.</param>
public readonly record struct EvaluationProgress(int Done, int Total);

/// <summary>Metrics of one task.</summary>
/// <param name="Count">Samples.</param>
/// <param name="Metrics">Those that apply.</param>
public sealed record TaskResult(int Count, IReadOnlyList<Metric> Metrics);

/// <summary>Asks a model every question of a SegCap file, free-running, and scores the answers.</summary>
public static class Evaluator
{
    /// <summary>Runs an evaluation.</summary>
    /// <param name="model">Not disposed.</param>
    /// <param name="segCapPath">A <c>segcap.jsonl</c>; pictures are looked for beside it.</param>
    /// <param name="options">Null takes the defaults.</param>
    /// <param name="progress">Told of each sample.</param>
    /// <param name="cancellationToken">Observed at every token; answers so far stay in <see cref="EvaluationOptions.Predictions"/>.</param>
    /// <returns>Results by task; minimal pairs count as tasks of their own, <c>pair_kind</c> and <c>pair_colour</c>.</returns>
    /// <exception cref="InvalidDataException">The file or its predictions are damaged; the message names the line.</exception>
    public static async Task<IReadOnlyDictionary<string, TaskResult>> RunAsync(
        MglmmModel model, string segCapPath, EvaluationOptions? options = null, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new EvaluationOptions();
        var all = SegCapFile.Read(segCapPath);
        var samples = Choose(all, options);
        var others = NextImages(all);
        if (options.ShuffleImages && others.Count < 2)
        {
            throw new InvalidDataException("Shuffling needs samples of at least two pictures.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(segCapPath))!;
        using var predictions = PredictionFile.Open(options.Predictions);
        var scores = new SortedDictionary<string, TaskScores>(StringComparer.Ordinal);
        var done = 0;
        foreach (var sample in samples)
        {
            var prediction = predictions.Find(sample.Id)
                ?? predictions.Append(await AskAsync(model, folder, sample, options.ShuffleImages ? others[sample.Image] : sample.Image, options, cancellationToken).ConfigureAwait(false));
            var task = sample.Pair is null ? sample.Task : "pair_" + sample.Pair;
            if (!scores.TryGetValue(task, out var score))
            {
                scores.Add(task, score = new TaskScores());
            }

            score.Add(sample, prediction.Text, prediction.Segments(sample));
            progress?.Report(new EvaluationProgress(++done, samples.Count));
        }

        return scores.ToDictionary(entry => entry.Key, entry => new TaskResult(entry.Value.Count, entry.Value.Values()), StringComparer.Ordinal);
    }

    private static async Task<Prediction> AskAsync(
        MglmmModel model, string folder, SegCapSample sample, string imageName, EvaluationOptions options, CancellationToken cancellationToken)
    {
        var picture = ImageDecoder.DecodeFile(Path.Combine(folder, imageName), model.Options.ImageLimits);
        if (picture.Width != sample.Width || picture.Height != sample.Height)
        {
            if (!options.ShuffleImages)
            {
                throw new InvalidDataException($"The picture of sample '{sample.Id}' is {picture.Width}x{picture.Height} instead of {sample.Width}x{sample.Height}.");
            }

            picture = PillowResize.Resize(picture, sample.Width, sample.Height, ResampleFilter.Bilinear);
        }

        if (sample.Region is { Count: 4 } region)
        {
            picture = picture.Crop(region[0], region[1], region[2], region[3]);
        }

        var dialogue = model.OpenImage(picture).StartDialogue([.. sample.History.Select(turn => new EarlierTurn(turn.Instruction, turn.Answer))]);
        var answer = await dialogue.AskAsync(sample.Instruction, new AskOptions { MaximumNewTokens = options.MaximumNewTokens }, cancellationToken).ConfigureAwait(false);
        return Prediction.From(sample, answer);
    }

    private static List<SegCapSample> Choose(IReadOnlyList<SegCapSample> samples, EvaluationOptions options)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var chosen = new List<SegCapSample>();
        foreach (var sample in samples)
        {
            if (options.Tasks.Count > 0 && !options.Tasks.Contains(sample.Task))
            {
                continue;
            }

            var task = sample.Pair is null ? sample.Task : "pair_" + sample.Pair;
            var count = counts[task] = counts.GetValueOrDefault(task) + 1;
            if (count <= (options.SamplesPerTask ?? int.MaxValue))
            {
                chosen.Add(sample);
            }
        }

        return chosen;
    }

    private static Dictionary<string, string> NextImages(IReadOnlyList<SegCapSample> samples)
    {
        var images = samples.Select(sample => sample.Image).Distinct().ToArray();
        return Enumerable.Range(0, images.Length).ToDictionary(index => images[index], index => images[(index + 1) % images.Length], StringComparer.Ordinal);
    }
}
