using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MGLMM.Conversion;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using MGLMM.Conversion.Streaming;
using MGLMM.Hub.Cache;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>
/// Fetches a checkpoint and its vision tower from a hub and converts them as they arrive. Every file is checked against its hash before it is converted, and
/// deleted after it (unless it is to be kept), so that the disk holds little more than the bundle and one file. A pull that was stopped at any moment goes
/// on when it is started again: of the file that was being fetched only some kilobytes are lost, and what was converted is not converted again.
/// </summary>
public static class ModelPull
{
    /// <summary>From this size of a checkpoint on, four bits are what a computer without a graphics card can hold.</summary>
    private const long LargeCheckpoint = 4L << 30;

    /// <summary>Fetches and converts a model.</summary>
    /// <param name="options">Which, and what to make of it.</param>
    /// <param name="settings">Where the hub is, who asks, where things are kept.</param>
    /// <param name="progress">Told of every piece, from several threads one after the other.</param>
    /// <param name="cancellationToken">Stops it; what was done stays, and the same call goes on from there.</param>
    /// <exception cref="HubException">It cannot be fetched; the message says what to do.</exception>
    /// <exception cref="ConversionException">It cannot be converted.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static Task<PullReport> RunAsync(PullOptions options, HubSettings settings, IProgress<PullProgress>? progress = null, CancellationToken cancellationToken = default) =>
        RunAsync(options, settings, TimeProvider.System, DiskSpace.Available, progress, cancellationToken);

    /// <inheritdoc cref="RunAsync(PullOptions, HubSettings, IProgress{PullProgress}?, CancellationToken)"/>
    /// <param name="options">Which, and what to make of it.</param>
    /// <param name="settings">Where the hub is, who asks, where things are kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="freeSpace">Free bytes at a folder.</param>
    /// <param name="progress">Told of every piece.</param>
    /// <param name="cancellationToken">Stops it.</param>
    internal static async Task<PullReport> RunAsync(
        PullOptions options, HubSettings settings, TimeProvider time, Func<string, long> freeSpace, IProgress<PullProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        PullReporter reporter = new(progress);
        RetryPolicy retry = new(time, (wait, why) => reporter.Note($"{why} Trying again in {Math.Ceiling(wait.TotalSeconds):0} s."));
        using HubClient? client = settings.Offline ? null : new HubClient(settings, time, retry);
        HubCache cache = new(settings.CacheFolder);

        // What cannot be meant shows before anything is asked or fetched.
        if (options.Output is { } named && File.Exists(named))
        {
            throw new HubException(HubProblem.BadRequest, $"The output '{named}' is a file. Choose another --output.");
        }

        reporter.Doing($"asking about {options.Model}");
        RepositoryFiles checkpoint = await RepositoryFiles.OpenAsync(client, cache, options.Model, reporter, cancellationToken).ConfigureAwait(false);
        CheckpointSelection selection = await CheckpointSelection.ChooseAsync(options.Model, checkpoint.Repository, file => checkpoint.SmallAsync(file, cancellationToken)).ConfigureAwait(false);
        IReadOnlyList<HubFile> weights = await DescribeAsync(checkpoint, selection, cancellationToken).ConfigureAwait(false);
        string precision = options.Precision ?? ChoosePrecision(options, weights.Sum(file => file.Length ?? 0), reporter);
        BundleRegistry registry = new(settings);
        string output = Path.GetFullPath(options.Output ?? Path.Combine(registry.FolderOf(options.Model), DefaultName(checkpoint.Repository.Commit, precision, options)));
        foreach (string recovered in CheckpointConverter.Recover(output))
        {
            reporter.Note(recovered);
        }

        PulledBundle bundle = new(
            options.Model.Id, options.Model.RevisionOrDefault, checkpoint.Repository.Commit, output, precision, options.Accelerator, checkpoint.Repository.Licence, time.GetUtcNow(), ActivationsOf(options, precision), EncodersOf(options, precision), BlockSizeOf(options, precision), Choices: ChoicesOf(options));
        if (!options.Overwrite
            && registry.List().Any(other => other with { Time = bundle.Time, Revision = bundle.Revision, Licence = bundle.Licence, Manifest = null } == bundle))
        {
            registry.Add(bundle with { Manifest = BundleRegistry.ManifestOf(output) });
            return new PullReport(options.Model, bundle.Commit, bundle.Licence, output, precision, null, reporter.ReceivedBytes);
        }

        using WorkFolder work = WorkFolder.Open(output);
        TowerSource tower;
        try
        {
            tower = await TowerAsync(options, client, cache, checkpoint, selection, reporter, cancellationToken).ConfigureAwait(false);
        }
        catch when (!work.IsBegun)
        {
            work.Delete();
            throw;
        }

        string identity = Identity(options, precision, checkpoint, selection, weights, tower);
        for (int attempt = 1; ; attempt++)
        {
            work.Claim(identity);
            try
            {
                PullRun run = new(options, precision, output, work, client, freeSpace, reporter, finished => registry.Add(bundle with { Manifest = BundleRegistry.ManifestOf(finished) }));
                ConversionReport report = await run.ConvertAsync(checkpoint, selection, weights, tower, cancellationToken).ConfigureAwait(false);
                work.Delete();
                return new PullReport(options.Model, bundle.Commit, bundle.Licence, output, precision, report, reporter.ReceivedBytes);
            }
            catch (Exception exception) when (attempt == 1 && exception is ArrivalLostException or DataJournalException)
            {
                reporter.Note($"What an earlier run left behind cannot be gone on with ({exception.Message.TrimEnd('.')}); the conversion begins again.");
                work.Empty();
            }
            catch when (!work.IsBegun)
            {
                // Nothing was converted yet; what was fetched is in the cache.
                work.Delete();
                throw;
            }
        }
    }

    /// <summary>The vision tower: a folder of the user's own, or a model of the hub.</summary>
    private static async Task<TowerSource> TowerAsync(
        PullOptions options, HubClient? client, HubCache cache, RepositoryFiles checkpoint, CheckpointSelection selection, PullReporter reporter, CancellationToken cancellationToken)
    {
        if (options.VisionTower is { } given && (Directory.Exists(given) || !HubModel.TryParse(given, out _)))
        {
            return Directory.Exists(given)
                ? new TowerSource(given, null, null, [])
                : throw new HubException(HubProblem.BadRequest, $"The vision tower '{given}' is neither a folder nor a model of a hub (<org>/<name>).");
        }

        RepositoryFiles? tower = null;
        if (options.VisionTower is { } model)
        {
            tower = await Open(HubModel.Parse(model)).ConfigureAwait(false);
        }
        else
        {
            string path = await checkpoint.SmallAsync(selection.Small.First(file => file.Name == "config.json"), cancellationToken).ConfigureAwait(false);
            TowerChoice choice = TowerChoice.Read(options.Model, CheckpointConfiguration.Load(path), checkpoint.Repository);
            if (choice.Note is not null)
            {
                reporter.Note(choice.Note);
            }

            tower = choice.Folder is not null ? checkpoint.Below(choice.Folder) : await FirstAsync(choice.Models, Open).ConfigureAwait(false);
        }

        CheckpointSelection chosen = await CheckpointSelection.ChooseAsync(tower.Model, tower.Repository, file => tower.SmallAsync(file, cancellationToken)).ConfigureAwait(false);
        return new TowerSource(null, tower, chosen, await DescribeAsync(tower, chosen, cancellationToken).ConfigureAwait(false));

        Task<RepositoryFiles> Open(HubModel name)
        {
            reporter.Doing($"asking about {name}, the vision tower");
            return RepositoryFiles.OpenAsync(client, cache, name, reporter, cancellationToken);
        }
    }

    /// <summary>Opens the first of several models that there is.</summary>
    private static async Task<RepositoryFiles> FirstAsync(IReadOnlyList<HubModel> models, Func<HubModel, Task<RepositoryFiles>> open)
    {
        HubException? missing = null;
        foreach (HubModel model in models)
        {
            try
            {
                return await open(model).ConfigureAwait(false);
            }
            catch (HubException exception) when (exception.Problem is HubProblem.NotFound or HubProblem.Offline && models.Count > 1)
            {
                missing ??= exception;
            }
        }

        throw new HubException(
            HubProblem.NotFound,
            $"The vision tower was found under none of the names that config.json may mean ({string.Join(", ", models)}). Give it with --vision-tower, a folder or <org>/<name>. {missing!.Message}",
            missing);
    }

    private static async Task<IReadOnlyList<HubFile>> DescribeAsync(RepositoryFiles files, CheckpointSelection selection, CancellationToken cancellationToken)
    {
        List<HubFile> described = new();
        foreach (HubFile file in selection.Weights)
        {
            described.Add(await files.DescribeAsync(file, cancellationToken).ConfigureAwait(false));
        }

        return described;
    }

    private static string ChoosePrecision(PullOptions options, long bytes, PullReporter reporter)
    {
        if (options.Accelerator != "cpu" || bytes < LargeCheckpoint)
        {
            return "fp16";
        }

        reporter.Note($"The weights have {DiskSpace.Text(bytes)}: they are stored in int4 (--precision fp16 keeps all their digits and needs some {DiskSpace.Text(2 * bytes)} of memory on the CPU).");
        return "int4";
    }

    /// <summary>The commit and everything that makes one bundle of it differ from another: a, e and the bits of activations and encoders that are rounded, b and the weights that share a scale, x and the rest.</summary>
    private static string DefaultName(string commit, string precision, PullOptions options) =>
        $"{(commit.Length > 12 ? commit[..12] : commit)}-{precision}"
        + (ActivationsOf(options, precision) == "int8" ? "-a8" : string.Empty)
        + (EncodersOf(options, precision) == "int8" ? "-e8" : string.Empty)
        + (BlockSizeOf(options, precision) is var block and not ConversionOptions.StandardBlockSize ? string.Create(CultureInfo.InvariantCulture, $"-b{block}") : string.Empty)
        + (options.Accelerator == "cpu" ? string.Empty : "-" + options.Accelerator)
        + (ChoicesOf(options) is { } choices ? "-x" + choices : string.Empty);

    /// <summary>What makes another bundle of a commit and is no member of <see cref="PulledBundle"/>, as a short hash; null where nothing of it is asked for.</summary>
    private static string? ChoicesOf(PullOptions options)
    {
        const int Digits = 12;
        string? tower = options.VisionTower is { } folder && Directory.Exists(folder) ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) : options.VisionTower;
        string?[] asked = [tower, options.Family, options.Licence, options.AllowLeftOver ? "left over" : null];
        return asked.All(part => part is null) ? null : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', asked))))[..Digits];
    }

    private static string ActivationsOf(PullOptions options, string precision) => ConversionOptions.ActivationsFor(options.Activations, precision, options.Accelerator);

    private static int BlockSizeOf(PullOptions options, string precision) => ConversionOptions.BlockSizeFor(options.BlockSize, precision);

    private static string EncodersOf(PullOptions options, string precision) => ConversionOptions.EncodersFor(options.Encoders, precision, options.Accelerator);

    /// <summary>Everything on which the bundle depends.</summary>
    private static string Identity(
        PullOptions options, string precision, RepositoryFiles checkpoint, CheckpointSelection selection, IReadOnlyList<HubFile> weights, TowerSource tower)
    {
        IEnumerable<string> files = weights.Concat(selection.Small).Concat(tower.Weights).Concat(tower.Selection?.Small ?? [])
            .Select(file => string.Create(CultureInfo.InvariantCulture, $"{file.Path} {file.Length} {file.Hash}"));
        string?[] parts =
        [
            typeof(CheckpointConverter).Module.ModuleVersionId.ToString(),
            options.Model.Id,
            weights.Any(file => file.Hash is null) ? checkpoint.Repository.Commit : null,
            precision,
            options.Accelerator,
            ActivationsOf(options, precision),
            EncodersOf(options, precision),
            BlockSizeOf(options, precision).ToString(CultureInfo.InvariantCulture),
            options.Family,
            options.Licence,
            options.AllowLeftOver ? "left over" : null,
            tower.Folder,
            .. files,
        ];
        return string.Join('\n', parts);
    }
}
