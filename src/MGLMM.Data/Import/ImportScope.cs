using System.Globalization;
using System.Text;
using System.Text.Json;
using MGLMM.Data.Imaging;
using MGLMM.Data.Input;
using MGLMM.Data.SegCap;

namespace MGLMM.Data.Import;

/// <summary>What a reader works with: the options, its files, where pictures are, chance, and what has to be closed at the end. Not thread-safe.</summary>
internal sealed class ImportScope(ImportOptions options, IProgress<ImportProgress>? progress) : IDisposable
{
    private const string NotFound = "the picture was not found where its authors put it nor in --images; the sample names the first place";

    private const string OfAnother = "the picture was not found but by the last part of its name in --images, where another one's picture is; the sample names the first place";

    private const int BetweenReports = 1 << 12;

    private readonly List<IDisposable> _owned = [];

    /// <summary>Of pictures that were found by the last part of their names: which name each file was taken for.</summary>
    private readonly Dictionary<string, string> _takenByLastPart = new(StringComparer.Ordinal);
    private readonly ImportFingerprint _fingerprint = new(options);
    private readonly string _output = Path.GetFullPath(options.Output);
    private readonly string _outputFolder = Path.GetDirectoryName(Path.GetFullPath(options.Output))!;

    public ImportOptions Options => options;

    public string Folder => options.Folder;

    public string Kind => options.Kind;

    public bool ForEvaluation => options.Purpose == ImportPurpose.Evaluation;

    /// <summary>What is left out while the data set is looked through.</summary>
    public ImportLog Log { get; } = new();

    /// <summary>Whether a picture was found by the last part of its name: whether another one is then follows from that.</summary>
    public bool TookByLastPart => _takenByLastPart.Count > 0;

    /// <summary>What the import is made of, as far as readers looked for it. What is planned follows from that: with something else it is another import.</summary>
    public string Fingerprint() => _fingerprint.ToString();

    /// <summary>The split that was asked for, or the kind's own.</summary>
    public string SplitOr(string training, string evaluation) => options.Split ?? (ForEvaluation ? evaluation : training);

    /// <summary>Closes something when the import is over.</summary>
    public T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }

    /// <summary>Tells how much of a file has been read.</summary>
    public Action<long, long>? Reading(string path)
    {
        if (progress is null)
        {
            return null;
        }

        string stage = "reading " + Path.GetFileName(path);
        return (done, total) => progress.Report(new ImportProgress(stage, done, total));
    }

    /// <summary>Tells of items.</summary>
    public void Wrote(long items, long? total) => progress?.Report(new ImportProgress("writing samples", items, total));

    /// <summary>Chance for one sample: the same for the same seed and sample, whatever else is imported.</summary>
    public Random RandomOf(string sample)
    {
        // FNV-1a: string hashes of .NET differ from run to run.
        uint hash = 2166136261u;
        foreach (byte value in Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{options.Seed}/{Kind}/{sample}")))
        {
            hash = (hash ^ value) * 16777619;
        }

        return new Random((int)hash);
    }

    /// <summary>The first of these paths below the data set's folder that is there.</summary>
    /// <exception cref="FileNotFoundException">None is.</exception>
    public string File(string what, params ReadOnlySpan<string> names) => FindFile(names) ?? throw Missing(what, names);

    /// <summary>The first of these paths below the data set's folder that is there; null where none is.</summary>
    public string? FindFile(params ReadOnlySpan<string> names)
    {
        string? found = FirstOf(System.IO.File.Exists, names);
        if (found is not null)
        {
            _fingerprint.AddFile(found);
        }

        return found;
    }

    /// <summary>The first of these folders below the data set's folder that is there.</summary>
    /// <exception cref="FileNotFoundException">None is.</exception>
    public string FolderOf(string what, params ReadOnlySpan<string> names) => FirstOf(Directory.Exists, names) ?? throw Missing(what, names);

    /// <summary>The files of a folder, in the order of their names, without those that an import keeps there for itself.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="pattern">What they are called.</param>
    /// <param name="subfolders">Whether those in folders below count.</param>
    /// <param name="cancellationToken">Observed at every file.</param>
    public IReadOnlyList<string> FilesOf(string folder, string pattern, bool subfolders, CancellationToken cancellationToken)
    {
        string stage = "listing " + Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        (List<string> files, long listed) = ([], 0L);
        foreach (string file in Directory.EnumerateFiles(folder, pattern, subfolders ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (listed++ % BetweenReports == 0)
            {
                progress?.Report(new ImportProgress(stage, listed, null));
            }

            if (!ImportPart.IsOwn(file, _output))
            {
                files.Add(file);
            }
        }

        files.Sort(StringComparer.Ordinal);
        _fingerprint.AddNames(folder, files);
        return files;
    }

    /// <summary>Notes which files there are of those that are looked for one by one, so that it is another import where some came or went.</summary>
    /// <param name="folders">Where they are looked for.</param>
    /// <param name="pattern">What they are called.</param>
    /// <param name="cancellationToken">Observed at every file.</param>
    public void NoteFilesOf(IEnumerable<string> folders, string pattern, CancellationToken cancellationToken)
    {
        foreach (string folder in folders.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).Where(Directory.Exists))
        {
            FilesOf(folder, pattern, subfolders: false, cancellationToken);
        }
    }

    /// <summary>A plan of one item a file, in the order of their names.</summary>
    /// <param name="folder">Where they lie.</param>
    /// <param name="pattern">What they are called.</param>
    /// <param name="subfolders">Whether those in folders below count.</param>
    /// <param name="make">Makes a sample of a file, or none.</param>
    /// <param name="cancellationToken">Observed at every file that is listed.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public ImportPlan PlanOfFiles(string folder, string pattern, bool subfolders, Func<string, ImportLog, SegCapSample?> make, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> files = FilesOf(folder, pattern, subfolders, cancellationToken);
        return files.Count > 0
            ? new ImportPlan(files.Count, files.Select(file => ImportItem.Of(log => make(file, log))))
            : throw Fault.Missing("A file of the data set", [subfolders ? Path.Combine(folder, "**", pattern) : Path.Combine(folder, pattern)]);
    }

    /// <summary>A plan of one item an entry of a JSON file that is a list; entries are read when their turn comes.</summary>
    /// <param name="path">The file.</param>
    /// <param name="of">What it is a list of, for a message.</param>
    /// <param name="make">Makes a sample of an entry with its number from 0, or none.</param>
    /// <param name="cancellationToken">Observed while the file is looked through.</param>
    /// <exception cref="InvalidDataException">It is no list.</exception>
    public ImportPlan PlanOfList(string path, string of, Func<JsonPlace, int, ImportLog, SegCapSample?> make, CancellationToken cancellationToken)
    {
        JsonFile file = Own(JsonFile.Open(path));
        List<(long Offset, int Length)> places = [];
        file.Walk(
            value => places.Add(value is { Property.Length: 0, Index: >= 0 } ? (value.Offset, value.Json.Length) : throw Fault.At(path, value.Property, $"it is no list of {of}.")),
            Reading(path),
            cancellationToken);
        return new ImportPlan(places.Count, places.Select((place, index) => ImportItem.Of(log =>
        {
            using JsonFileElement parsed = file.Read(string.Empty, index, place.Offset, place.Length);
            return make(parsed.Value, index, log);
        })));
    }

    /// <summary>Where a picture is, relative to the output; told of where it is not there.</summary>
    /// <param name="name">Its name in the data set.</param>
    /// <param name="log">Told of a picture that is not there.</param>
    /// <param name="folders">Where its authors put it, relative to the data set's folder, the likeliest first.</param>
    public Picture PictureOf(string name, ImportLog log, params ReadOnlySpan<string> folders)
    {
        if (!PictureName.IsSafe(name))
        {
            throw new InvalidDataException($"'{name}' is no name of a picture within a data set.");
        }

        (string? first, string reason) = (default(string), NotFound);
        foreach ((string candidate, bool isLastPart) in Candidates(name, folders))
        {
            string path = Path.GetFullPath(candidate);
            if (System.IO.File.Exists(path))
            {
                // cam1/0001.jpg and cam2/0001.jpg are two pictures, of which a folder that is not named by their folders can hold one.
                if (!isLastPart || TakeByLastPart(path, name))
                {
                    return new Picture(Relative(path), path, IsThere: true);
                }

                reason = OfAnother;
            }

            first ??= path;
        }

        log.Note(reason, name);
        return new Picture(Relative(first!), first!, IsThere: false);
    }

    /// <summary>A picture whose place is known; told of where it is not there.</summary>
    public Picture PictureAt(string path, ImportLog log)
    {
        string full = Path.GetFullPath(path);
        if (!System.IO.File.Exists(full))
        {
            log.Note(NotFound, path);
        }

        return new Picture(Relative(full), full, System.IO.File.Exists(full));
    }

    /// <summary>A sample of one question, or of several.</summary>
    public SegCapSample Sample(string id, Picture picture, int width, int height, string task, IReadOnlyList<SegCapQuestion> questions, string? split, Dictionary<string, JsonElement> ids)
    {
        SegCapSample sample = new()
        {
            Version = SegCapSample.CurrentVersion,
            Id = id,
            Image = picture.Name,
            Width = width,
            Height = height,
            Task = task,
            Instruction = string.Empty,
            Answer = string.Empty,
            Source = new SegCapSource { Dataset = Kind, Split = split, Ids = ids },
        };
        if (questions is [var only])
        {
            foreach ((string name, JsonElement value) in only.Ids ?? new Dictionary<string, JsonElement>())
            {
                ids[name] = value;
            }

            return sample with
            {
                Task = only.Task ?? task,
                Instruction = only.Instruction,
                Answer = only.Answer,
                Masks = only.Masks,
                Labels = only.Labels,
                Parents = only.Parents,
                Target = only.Target,
                Ignore = only.Ignore,
                References = only.References,
                Expression = only.Expression,
            };
        }

        return sample with { Turns = [.. questions.Select(question => question.Task == task ? question with { Task = null } : question)] };
    }

    public void Dispose()
    {
        for (int index = _owned.Count - 1; index >= 0; index--)
        {
            _owned[index].Dispose();
        }

        _fingerprint.Dispose();
    }

    private string? FirstOf(Func<string, bool> isThere, ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            string path = Path.Combine(Folder, name);
            if (isThere(path))
            {
                return path;
            }
        }

        return null;
    }

    private FileNotFoundException Missing(string what, ReadOnlySpan<string> names) => Fault.Missing(what, names.ToArray().Select(name => Path.Combine(Folder, name)));

    /// <summary>Takes a file for a name; false where it was taken for another one.</summary>
    private bool TakeByLastPart(string path, string name) => _takenByLastPart.TryAdd(path, name) || _takenByLastPart[path] == name;

    /// <summary>Where a picture can be, and whether only the last part of its name says so.</summary>
    private List<(string Path, bool IsLastPart)> Candidates(string name, ReadOnlySpan<string> folders)
    {
        List<(string Path, bool IsLastPart)> places = new();
        if (options.Images is { } images)
        {
            // Somebody who names a folder means that one, its subfolders of the data set's layout, or the picture right in it.
            places.Add((Path.Combine(images, name), false));
            foreach (string folder in folders)
            {
                places.Add((Path.Combine(images, folder, name), false));
                places.Add((Path.Combine(images, Path.GetFileName(folder.TrimEnd('/')), name), false));
            }

            places.Add((Path.Combine(images, Path.GetFileName(name)), Path.GetFileName(name) != name));
            return places;
        }

        foreach (string folder in folders)
        {
            places.Add((Path.Combine(Folder, folder, name), false));
        }

        places.Add((Path.Combine(Folder, name), false));
        return places;
    }

    private string Relative(string path) => Path.GetRelativePath(_outputFolder, path).Replace('\\', '/');
}

/// <summary>A picture of a data set.</summary>
/// <param name="Name">Its path relative to the output.</param>
/// <param name="FullPath">Its path.</param>
/// <param name="IsThere">Whether the file exists.</param>
internal readonly record struct Picture(string Name, string FullPath, bool IsThere)
{
    /// <summary>Its size, as far as its first bytes tell.</summary>
    public (int Width, int Height)? Size() => IsThere ? PictureSize.TryRead(FullPath) : null;
}
