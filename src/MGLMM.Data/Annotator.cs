using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using MGLMM.Data.Annotation;
using MGLMM.Data.Annotation.Runs;
using MGLMM.Data.Export;
using MGLMM.Data.SegCap;

namespace MGLMM.Data;

/// <summary>Annotates a folder of pictures.</summary>
/// <remarks>
/// <para>
/// <c>steps.jsonl</c> in the output gets a line for each step of each picture when it is done; a run that was stopped, however, goes on behind the last
/// whole line and gives the same bytes as one that was not. At the end <c>segcap.jsonl</c>, <c>mgsc/</c>, <c>coco/</c> and <c>report.json</c> are written,
/// in place of an earlier run's; where no run has begun, nothing may lie under these names.
/// </para>
/// <para>Thread-safe, but for two runs into one folder, of which the second is refused.</para>
/// </remarks>
public static class Annotator
{
    /// <summary>The SegCap file in the output.</summary>
    public const string SegCapName = AnnotationOutput.SegCap;

    /// <summary>The page that <c>mglmm annotate</c> draws into the output; a run does not.</summary>
    public const string SheetName = AnnotationOutput.Sheet;

    private const int MostUnreadable = 100;

    private static readonly string[] Endings = [".png", ".jpg", ".jpeg", ".webp"];

    /// <summary>Annotates the pictures.</summary>
    /// <param name="pipeline">The steps.</param>
    /// <param name="options">Which pictures, and where it goes.</param>
    /// <param name="progress">Told of each step, one call at a time.</param>
    /// <param name="cancellationToken">Observed within steps; what is done stays.</param>
    /// <exception cref="DirectoryNotFoundException">There are no such pictures.</exception>
    /// <exception cref="InvalidDataException">There is no picture in the folder, what lies in the output is of another run or of none, or nothing was found.</exception>
    public static async Task<AnnotationReport> RunAsync(
        AnnotationPipeline pipeline, AnnotationRunOptions options, IProgress<AnnotationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(options);
        (string root, string[] pictures) = Pictures(options);
        CheckOutput(options.Output);
        Directory.CreateDirectory(options.Output);
        RunLine run = new()
        {
            Annotation = RunLine.CurrentVersion,
            Tool = options.Tool,
            Model = options.Model,
            Chat = options.Chat,
            Steps = [.. pipeline.Steps.Select(step => new StepSettings(step.Name, step.Settings))],
        };
        RunTally tally = new(run);
        using StepJournal journal = StepJournal.Open(options.Output, run);
        Queue<StepLine> kept = new(journal.Lines);
        string segCap = Path.Combine(options.Output, SegCapName);
        int before = kept.Select(line => line.Picture).Distinct(StringComparer.Ordinal).Count();
        long begun = Stopwatch.GetTimestamp();
        int skipped = 0;
        SegCapWriterPart part = new(segCap);
        using (part)
        {
            foreach ((int index, string picture) in pictures.Index())
            {
                cancellationToken.ThrowIfCancellationRequested();
                string path = Path.Combine(root, picture);
                string sha256 = await HashAsync(path, cancellationToken).ConfigureAwait(false);
                PictureAnnotation? annotation = null;
                AnnotationScene? scene = null;
                string? unreadable = null;
                bool all = true;
                foreach (IAnnotationStep step in pipeline.Steps)
                {
                    AnnotationStepResult result;
                    string? inputs = step.FingerprintOf(picture);
                    if (kept.TryDequeue(out StepLine? line))
                    {
                        result = Taken(line, picture, step.Name, sha256, inputs, annotation, options.Output);
                        unreadable = line.Unreadable;
                    }
                    else
                    {
                        all = false;
                        (scene, unreadable) = scene is null ? Opened(picture, path, options, cancellationToken) : (scene, null);
                        if (scene is null)
                        {
                            journal.Append(new StepLine { Picture = picture, Step = step.Name, Width = 0, Height = 0, Sha256 = sha256, Inputs = inputs, Unreadable = unreadable });
                            break;
                        }

                        PictureAnnotation known = annotation ?? new PictureAnnotation { Width = scene.Image.Width, Height = scene.Image.Height };
                        result = Rounded(await step.RunAsync(scene, known, cancellationToken).ConfigureAwait(false));
                        journal.Append(StepLine.Of(picture, sha256, step.Name, annotation ?? known, result) with { Inputs = inputs });
                    }

                    if (unreadable is not null)
                    {
                        break;
                    }

                    tally.Add(step.Name, annotation?.Regions.Count ?? 0, result);
                    annotation = result.Annotation;
                    progress?.Report(new AnnotationProgress(picture, step.Name, index, pictures.Length, Math.Min(skipped, index), Stopwatch.GetElapsedTime(begun)));
                }

                skipped += all ? 1 : 0;
                if (unreadable is not null)
                {
                    tally.Unreadable(picture, unreadable);
                }
                else if (annotation is not null)
                {
                    tally.Finished(annotation);
                    string image = Path.GetRelativePath(Path.GetFullPath(options.Output), Path.GetFullPath(path)).Replace('\\', '/');
                    foreach (SegCapSample sample in AnnotatedSamples.Of(picture, image, sha256, annotation))
                    {
                        part.Append(sample);
                    }
                }

                progress?.Report(new AnnotationProgress(picture, string.Empty, index + 1, pictures.Length, Math.Min(skipped, before), Stopwatch.GetElapsedTime(begun)));
            }

            if (kept.Count > 0)
            {
                throw new InvalidDataException(
                    $"'{Path.Combine(options.Output, StepJournal.FileName)}' has annotated pictures beyond those asked for, '{kept.Peek().Picture}' the first. Raise the limit, or give another output folder.");
            }
        }

        return await FinishAsync(options, tally, part, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<AnnotationReport> FinishAsync(AnnotationRunOptions options, RunTally tally, SegCapWriterPart part, CancellationToken cancellationToken)
    {
        string segCap = Path.Combine(options.Output, SegCapName);
        SortedDictionary<string, string> files = new(StringComparer.Ordinal) { [StepJournal.FileName] = await HashAsync(Path.Combine(options.Output, StepJournal.FileName), cancellationToken).ConfigureAwait(false) };
        if (part.Count > 0)
        {
            part.Complete();
            files.Add(SegCapName, await HashAsync(segCap, cancellationToken).ConfigureAwait(false));
            foreach ((ExportFormat format, string folder) in ((ExportFormat, string)[])[(ExportFormat.Mgsc, AnnotationOutput.Mgsc), (ExportFormat.Coco, AnnotationOutput.Coco)])
            {
                string target = Path.Combine(options.Output, folder);
                ExportReport exported = SegCapExporter.Run(segCap, format, target, cancellationToken);
                foreach (string file in exported.Files)
                {
                    files.Add($"{folder}/{file}", await HashAsync(Path.Combine(target, file), cancellationToken).ConfigureAwait(false));
                }
            }
        }

        AnnotationReport report = tally.Report(files);
        string path = Path.Combine(options.Output, AnnotationOutput.Report);
        await File.WriteAllBytesAsync(path + ".part", JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Default.AnnotationReport), cancellationToken).ConfigureAwait(false);
        File.Move(path + ".part", path, overwrite: true);
        return report;
    }

    /// <summary>What a run replaces is an earlier run's.</summary>
    private static void CheckOutput(string output)
    {
        if (!File.Exists(Path.Combine(output, StepJournal.FileName)) && AnnotationOutput.Results.FirstOrDefault(name => Path.Exists(Path.Combine(output, name))) is { } there)
        {
            throw new InvalidDataException($"'{Path.Combine(output, there)}' is there already, and no run has begun in '{output}': it is not replaced. Give another output folder, or move it away.");
        }
    }

    private static (string Root, string[] Pictures) Pictures(AnnotationRunOptions options)
    {
        if (options.Limit is < 1)
        {
            throw new ArgumentException($"The limit is {options.Limit}; it must be at least 1.");
        }

        if (File.Exists(options.Images))
        {
            string full = Path.GetFullPath(options.Images);
            return (Path.GetDirectoryName(full)!, [Path.GetFileName(full)]);
        }

        if (!Directory.Exists(options.Images))
        {
            throw new DirectoryNotFoundException($"There is no folder or picture '{options.Images}'.");
        }

        // A run writes no picture. In a folder for the output alone, within the pictures', somebody may have drawn a page of samples.
        (string images, string output) = (FolderPath(options.Images), FolderPath(options.Output));
        StringComparison comparison = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        bool apart = !output.Equals(images, comparison) && output.StartsWith(images, comparison);
        string[] found = [.. Directory.EnumerateFiles(options.Images, "*", SearchOption.AllDirectories).Where(path => Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))];
        string[] names =
        [
            .. found.Where(path => !apart || !Path.GetFullPath(path).StartsWith(output, comparison))
                .Select(path => Path.GetRelativePath(options.Images, path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
                .Take(options.Limit ?? int.MaxValue),
        ];
        if (names.Length == 0 && found.Length > 0)
        {
            throw new InvalidDataException($"All pictures of '{options.Images}' lie in the output '{options.Output}', which is not looked through. Give another output folder.");
        }

        string? twice = names.GroupBy(name => Path.ChangeExtension(name, null), StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is not null
            ? throw new InvalidDataException($"Two pictures are called '{twice}' and differ in their endings only; samples are named by it. Rename one.")
            : names.Length > 0 ? (options.Images, names) : throw new InvalidDataException($"'{options.Images}' holds no picture ({string.Join(", ", Endings)}).");
    }

    private static string FolderPath(string folder) => Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar;

    private static AnnotationStepResult Taken(StepLine line, string picture, string step, string sha256, string? inputs, PictureAnnotation? before, string output)
    {
        if (line.Picture != picture || line.Step != step)
        {
            throw new InvalidDataException(
                $"'{StepJournal.FileName}' goes on with the step '{line.Step}' of '{line.Picture}', where '{step}' of '{picture}' belongs: pictures came or went since. {AnnotationOutput.BeginAnew(output)}");
        }

        if (line.Sha256 != sha256)
        {
            throw new InvalidDataException($"'{picture}' has changed since it was annotated. {AnnotationOutput.BeginAnew(output)}");
        }

        if (line.Inputs != inputs)
        {
            throw new InvalidDataException(
                $"What the step '{step}' of '{picture}' takes besides the picture, such as its file of masks, has changed since it was annotated. {AnnotationOutput.BeginAnew(output)}");
        }

        try
        {
            return line.Restored(before);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new InvalidDataException($"The line of the step '{step}' of '{picture}' in '{StepJournal.FileName}' is damaged: {exception.Message} {AnnotationOutput.BeginAnew(output)}", exception);
        }
    }

    private static (AnnotationScene? Scene, string? Unreadable) Opened(string picture, string path, AnnotationRunOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return (new AnnotationScene(picture, options.Decoder.Decode(File.ReadAllBytes(path), options.Limits, cancellationToken).Pixels), null);
        }
        catch (ImageFormatException exception)
        {
            return (null, exception.Message);
        }
    }

    /// <summary>Evidence as the journal keeps it, so that a step sees the same whether the one before was taken now or earlier.</summary>
    private static AnnotationStepResult Rounded(AnnotationStepResult result) => result with
    {
        Annotation = result.Annotation with
        {
            Regions = [.. result.Annotation.Regions.Select(region => region with { Evidence = region.Evidence.ToDictionary(entry => entry.Key, entry => Math.Round(entry.Value, 4), StringComparer.Ordinal) })],
        },
    };

    private static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        // The journal is still open for writing when its hash is taken.
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>A SegCap file on its way.</summary>
    private sealed class SegCapWriterPart(string path) : IDisposable
    {
        private readonly FileStream _file = File.Create(path + ".part");

        public long Count { get; private set; }

        public void Append(SegCapSample sample)
        {
            _file.Write(SegCapWriter.ToUtf8(sample));
            _file.WriteByte((byte)'\n');
            Count++;
        }

        public void Complete() => File.Move(path + ".part", path, overwrite: true);

        public void Dispose() => _file.Dispose();
    }

    /// <summary>Counts what steps do.</summary>
    private sealed class RunTally(RunLine run)
    {
        private readonly Dictionary<string, (long Before, long After, SortedDictionary<string, long> Dropped, SortedDictionary<string, long> Notes)> _steps = run.Steps.ToDictionary(
            step => step.Name, _ => (0L, 0L, new SortedDictionary<string, long>(StringComparer.Ordinal), new SortedDictionary<string, long>(StringComparer.Ordinal)), StringComparer.Ordinal);

        private readonly List<UnreadablePicture> _unreadable = [];
        private int _pictures;
        private int _regions;
        private int _captions;

        public void Add(string step, int before, AnnotationStepResult result)
        {
            (long Before, long After, SortedDictionary<string, long> Dropped, SortedDictionary<string, long> Notes) entry = _steps[step];
            Count(entry.Dropped, result.Dropped);
            Count(entry.Notes, result.Notes);
            _steps[step] = (entry.Before + before, entry.After + result.Annotation.Regions.Count, entry.Dropped, entry.Notes);
        }

        public void Unreadable(string picture, string reason)
        {
            if (_unreadable.Count < MostUnreadable)
            {
                _unreadable.Add(new UnreadablePicture(picture, reason));
            }
        }

        public void Finished(PictureAnnotation annotation)
        {
            _pictures++;
            _regions += annotation.Regions.Count;
            _captions += annotation.Captions.Count;
        }

        public AnnotationReport Report(IReadOnlyDictionary<string, string> files) => new()
        {
            Tool = run.Tool,
            Model = run.Model,
            Chat = run.Chat,
            Pictures = _pictures,
            Unreadable = _unreadable,
            Steps = [.. run.Steps.Select(step => new StepYield(step.Name, step.Settings, _steps[step.Name].Before, _steps[step.Name].After, _steps[step.Name].Dropped, _steps[step.Name].Notes))],
            Regions = _regions,
            Captions = _captions,
            Files = files,
        };

        private static void Count(SortedDictionary<string, long> counts, IReadOnlyList<AnnotationDrop> drops)
        {
            foreach (AnnotationDrop drop in drops)
            {
                counts[drop.Reason] = counts.GetValueOrDefault(drop.Reason) + 1;
            }
        }
    }
}
