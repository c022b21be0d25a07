using MGLMM.Conversion;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Streaming;
using MGLMM.Hub.Fetching;
using MGLMM.Hub.Http;

namespace MGLMM.Hub.Pulling;

/// <summary>Fetches the files of one pull one after the other, while a conversion takes what it can from each.</summary>
internal sealed class PullRun(
    PullOptions options, string precision, string output, WorkFolder work, HubClient? client, Func<string, long> freeSpace, PullReporter reporter, Action<string> onPublish)
{
    /// <summary>Two files are on the disk at a time only where they are small against the bundle.</summary>
    private const int BundleShareOfTwoFiles = 4;

    /// <summary>Room for what is small, and for the file system's own needs.</summary>
    private const long SpareBytes = 16 << 20;

    public async Task<ConversionReport> ConvertAsync(
        RepositoryFiles checkpoint, CheckpointSelection selection, IReadOnlyList<HubFile> weights, TowerSource tower, CancellationToken cancellationToken)
    {
        using CancellationTokenSource stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using ArrivingFiles arrivals = new(work.Carry);
        List<WeightFile> files = new();
        files.AddRange(await PlaceAsync(arrivals, checkpoint, selection, weights, work.Checkpoint, stopping.Token).ConfigureAwait(false));
        if (tower.Files is { } towerFiles)
        {
            files.AddRange(await PlaceAsync(arrivals, towerFiles, tower.Selection!, tower.Weights, work.Tower, stopping.Token).ConfigureAwait(false));
        }

        reporter.Doing("reading headers");
        ConversionOptions conversionOptions = new()
        {
            Checkpoint = work.Checkpoint,
            VisionTower = tower.Folder ?? work.Tower,
            Output = output,
            Precision = precision,
            Activations = options.Activations,
            Encoders = options.Encoders,
            BlockSize = options.BlockSize,
            Accelerator = options.Accelerator,
            Family = options.Family,
            FallbackName = options.Model.Name,
            Licence = options.Licence,
            FallbackLicence = checkpoint.Repository.Licence,
            Overwrite = options.Overwrite,
            AllowLeftOver = options.AllowLeftOver,
            OpenFile = arrivals.Open,
        };

        // Opening reads headers from the hub and blocks; it has a thread of its own.
        using CheckpointConverter.ArrivingConversion conversion = await Task.Run(() => CheckpointConverter.OpenArriving(conversionOptions, arrivals, stopping.Token), stopping.Token).ConfigureAwait(false);
        List<WeightFile> ordered = conversion.FilesInOrder.Select(file => files.First(weight => weight.Arriving == file)).ToList();
        if (options.Keep)
        {
            // Whoever keeps a checkpoint wants all of it.
            ordered.AddRange(files.Except(ordered));
        }

        RequireSpace(conversion.Plan, ordered);
        Task<ConversionReport> converting = Task.Factory.StartNew(
            () => conversion.Run(work.Path, reporter, onPublish, stopping.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task fetching = FetchAllAsync(arrivals, ordered, conversion.Plan.BundleBytes, stopping.Token);
        try
        {
            await foreach (Task? done in Task.WhenEach(converting, fetching).ConfigureAwait(false))
            {
                await done.ConfigureAwait(false);
            }
        }
        catch
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            arrivals.Stop();
            await ((Task)converting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await fetching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();

            // The one that failed first stopped the other.
            throw new[] { (Task)converting, fetching }.Where(task => task.IsFaulted).SelectMany(task => task.Exception!.InnerExceptions).FirstOrDefault(failure => failure is not OperationCanceledException)
                ?? new OperationCanceledException();
        }

        foreach (WeightFile? file in files.Where(file => file.Cached is null))
        {
            // Headers of files that nothing was read from, or that an earlier run had left.
            file.Files.DeletePart(file.File);
        }

        return await converting.ConfigureAwait(false);
    }

    /// <summary>Puts small files into a folder, and empty ones in the place of weights.</summary>
    private async Task<List<WeightFile>> PlaceAsync(
        ArrivingFiles arrivals, RepositoryFiles files, CheckpointSelection selection, IReadOnlyList<HubFile> weights, string folder, CancellationToken cancellationToken)
    {
        foreach (HubFile file in selection.Small)
        {
            File.Copy(await files.SmallAsync(file, cancellationToken).ConfigureAwait(false), Path.Combine(folder, file.Name), overwrite: true);
        }

        List<WeightFile> placed = new();
        foreach (HubFile file in weights)
        {
            string path = Path.Combine(folder, file.Name);
            await File.WriteAllBytesAsync(path, [], cancellationToken).ConfigureAwait(false);
            string? cached = await files.CachedAsync(file, cancellationToken).ConfigureAwait(false);
            HubFile described = cached is null ? file : file with { Length = LinkedFile.Follow(cached).Length };
            RemoteHeader? header = cached is null ? new RemoteHeader(files, described, cancellationToken) : null;
            ArrivingFile arriving = arrivals.Add(path, described.Length!.Value, (offset, destination) => header!.Read(offset, destination));
            if (cached is not null)
            {
                arrivals.Arrive(arriving, cached);
            }

            placed.Add(new WeightFile(files, described, cached, header, arriving));
        }

        return placed;
    }

    private async Task FetchAllAsync(ArrivingFiles arrivals, IReadOnlyList<WeightFile> files, long bundleBytes, CancellationToken cancellationToken)
    {
        WeightFile[] open = files.Where(IsAwaited).ToArray();
        long present = 0L;
        foreach (WeightFile? file in open)
        {
            using PartFile part = file.Files.OpenPart(file.File);
            present += part.DoneBytes;
        }

        reporter.Fetch(files.Sum(file => file.File.Length!.Value), files.Except(open).Sum(file => file.File.Length!.Value) + present);
        Task leaving = Task.CompletedTask;
        long? before = null;
        foreach (WeightFile? file in open)
        {
            if (before is { } length && !FitsBeside(length, file.File.Length!.Value, bundleBytes))
            {
                await leaving.ConfigureAwait(false);
            }

            PartFile? part = file.Files.OpenPart(file.File);
            try
            {
                if (!part.IsVerified)
                {
                    await file.Files.FetchAsync(file.File, part, cancellationToken).ConfigureAwait(false);
                }

                if (file.Header is { } header && !header.Matches(part))
                {
                    part.Reset();
                    throw new HubException(
                        HubProblem.Damaged, $"'{file.File.Path}' of '{file.Files.Model.Id}' was changed while it was fetched. Run the same command again; it asks for the list anew.");
                }

                // Never more than one that waits to be left beside the one that is fetched.
                await leaving.ConfigureAwait(false);
                reporter.Doing($"converting {file.File.Path}");
                if (options.Keep)
                {
                    part.Dispose();
                    arrivals.Arrive(file.Arriving, file.Files.Keep(file.File));
                }
                else
                {
                    arrivals.Arrive(file.Arriving, part.Path);
                    leaving = LeaveAsync(arrivals, file, part, cancellationToken);
                    before = file.File.Length;
                    part = null;
                }
            }
            finally
            {
                part?.Dispose();
            }
        }

        await leaving.ConfigureAwait(false);
    }

    /// <summary>Deletes a file when the conversion has taken from it what it can take now; what else it needs is carried along.</summary>
    private static async Task LeaveAsync(ArrivingFiles arrivals, WeightFile file, PartFile part, CancellationToken cancellationToken)
    {
        using (part)
        {
            await arrivals.IdleAsync(file.Arriving, cancellationToken).ConfigureAwait(false);
            if (!arrivals.Leave(file.Arriving))
            {
                return;
            }
        }

        file.Files.DeletePart(file.File);
    }

    private bool FitsBeside(long one, long other, long bundleBytes) => options.Keep || (one + other) * BundleShareOfTwoFiles <= bundleBytes;

    private static bool IsAwaited(WeightFile file) => file.Cached is null && file.Arriving.Carried is null;

    /// <summary>Looks for room for what is fetched at a time, for what is carried along, and for the bundle.</summary>
    private void RequireSpace(ConversionPlan plan, IReadOnlyList<WeightFile> files)
    {
        WeightFile[] open = files.Where(IsAwaited).ToArray();
        long Missing(WeightFile file)
        {
            using PartFile part = file.Files.OpenPart(file.File);
            return file.File.Length!.Value - part.DoneBytes;
        }

        long fetching = open.Length == 0 ? 0 : options.Keep
            ? open.Sum(Missing)
            : Math.Max(
                Missing(open[0]),
                open.Skip(1).Select((file, index) => file.File.Length!.Value + (FitsBeside(open[index].File.Length!.Value, file.File.Length!.Value, plan.BundleBytes) ? open[index].File.Length!.Value : 0)).DefaultIfEmpty().Max());
        long there = Directory.EnumerateFiles(work.Path, "*", SearchOption.AllDirectories).Sum(path => new FileInfo(path).Length);
        long converting = Math.Max(0, plan.BundleBytes + (options.Keep ? 0 : plan.LargestCarry([.. files.Select(file => file.Arriving)])) - there) + SpareBytes;
        string cacheFolder = client?.Settings.CacheFolder ?? work.Path;
        if (DiskSpace.IsSame(cacheFolder, work.Path))
        {
            Require(work.Path, fetching + converting, $"{DiskSpace.Text(fetching)} for what is fetched at a time and {DiskSpace.Text(converting)} for the bundle", "--output and HF_HUB_CACHE may lie on other disks");
        }
        else
        {
            Require(cacheFolder, fetching, "for what is fetched at a time", "HF_HUB_CACHE may lie on another disk");
            Require(work.Path, converting, "for the bundle", "--output may lie on another disk");
        }
    }

    private void Require(string folder, long bytes, string what, string way)
    {
        long free = freeSpace(folder);
        if (free < bytes)
        {
            throw new HubException(
                HubProblem.NoSpace, $"'{options.Model}' needs {DiskSpace.Text(bytes)} at '{folder}' ({what}), and {DiskSpace.Text(free)} are free. Make room, or choose another place: {way}. Nothing that was fetched is lost.");
        }
    }
}
