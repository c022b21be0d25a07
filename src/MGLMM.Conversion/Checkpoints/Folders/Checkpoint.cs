namespace MGLMM.Conversion.Checkpoints.Folders;

/// <summary>
/// The tensors of a checkpoint on disk: a Hugging Face folder, or one safetensors or PyTorch zip file.
/// </summary>
/// <remarks>
/// Opening reads headers only; the elements are read from mapped windows when asked for, so a checkpoint of any size takes
/// little memory. Nothing in a file is ever executed. Symbolic links are followed for the files of the folder that the
/// user names, because the Hugging Face cache is made of them; shard names inside an index must be plain file names.
/// Reads are thread-safe. Tensors are usable until the checkpoint is disposed.
/// </remarks>
internal sealed class Checkpoint : IDisposable
{
    /// <summary>What a folder may hold, in the order of preference of Hugging Face's own loader.</summary>
    private static readonly (string Single, string Index)[] Layouts =
    [
        ("model.safetensors", "model.safetensors.index.json"),
        ("pytorch_model.bin", "pytorch_model.bin.index.json"),
    ];

    private readonly List<MappedFile> _files = [];
    private readonly Dictionary<string, CheckpointTensor> _tensors = new(StringComparer.Ordinal);
    private readonly List<IgnoredEntry> _ignoredEntries = [];
    private readonly List<string> _unlistedTensors = [];
    private readonly HashSet<string> _doubles = new(StringComparer.Ordinal);
    private string[] _unreadFiles = [];

    private readonly Func<string, MappedFile> _open;
    private readonly bool _isArriving;

    private Checkpoint(string path, Func<string, MappedFile>? open)
    {
        Location = path;
        _open = open ?? MappedFile.Open;
        _isArriving = open is not null;
    }

    /// <summary>The folder or file that was opened.</summary>
    public string Location { get; }

    /// <summary>Every tensor by its name in the state dict, in the order of the files.</summary>
    public IReadOnlyDictionary<string, CheckpointTensor> Tensors => _tensors;

    /// <summary>Entries that are not tensors: epochs, optimiser states, settings.</summary>
    public IReadOnlyList<IgnoredEntry> IgnoredEntries => _ignoredEntries;

    /// <summary>
    /// Names of tensors that a shard holds though the index does not list them. They are among <see cref="Tensors"/>,
    /// because Hugging Face's loader takes them too.
    /// </summary>
    public IReadOnlyList<string> UnlistedTensors => _unlistedTensors;

    /// <summary>Files of a folder that hold weights too, but come after the ones that were read.</summary>
    public IReadOnlyList<string> UnreadFiles => _unreadFiles;

    /// <summary>Names of the files that hold the tensors, without their folder.</summary>
    public IEnumerable<string> FileNames => _files.Select(file => file.Name);

    /// <summary>Opens a checkpoint.</summary>
    /// <param name="path">
    /// A folder with <c>model.safetensors</c> or <c>pytorch_model.bin</c> (whole or sharded with an index; safetensors
    /// first), or one such file under any name.
    /// </param>
    /// <param name="open">Opens a file of tensors; files on the disk by default. A folder of files that are still arriving holds an empty one in the place of each.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or the folder holds no checkpoint.</exception>
    /// <exception cref="CheckpointFormatException">A file is damaged, hostile, or of a kind that is not read.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Checkpoint Open(string path, Func<string, MappedFile>? open = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Checkpoints are little-endian; reading them on a big-endian computer is not supported.");
        }

        Checkpoint checkpoint = new(path, open);
        try
        {
            if (Directory.Exists(path))
            {
                checkpoint.OpenFolder(path);
            }
            else if (path.EndsWith(".index.json", StringComparison.Ordinal))
            {
                checkpoint.OpenShards(Path.GetDirectoryName(Path.GetFullPath(path))!, ShardIndex.Read(path));
            }
            else
            {
                checkpoint.OpenFile(path);
            }

            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MappedFile file in _files)
        {
            file.Dispose();
        }
    }

    private void OpenFolder(string folder)
    {
        foreach ((string single, string index) in Layouts)
        {
            string singlePath = Path.Combine(folder, single);
            if (File.Exists(singlePath))
            {
                OpenFile(singlePath);
                NoteUnread(folder, single);
                return;
            }

            string indexPath = Path.Combine(folder, index);
            if (File.Exists(indexPath))
            {
                OpenShards(folder, ShardIndex.Read(indexPath));
                NoteUnread(folder, index);
                return;
            }
        }

        throw new FileNotFoundException($"The folder '{folder}' holds no checkpoint: {MissingWeights.Describe(folder, Layouts)}");
    }

    private void NoteUnread(string folder, string read) => _unreadFiles = [.. Layouts
        .SelectMany(layout => new[] { layout.Single, layout.Index })
        .Where(name => name != read && File.Exists(Path.Combine(folder, name)))];

    /// <summary>What else in the folder holds the weights, as a sentence; empty if nothing does.</summary>
    private static string OtherWeights(string folder, string indexName)
    {
        string[] others = [.. Layouts
            .Where(layout => layout.Index != indexName)
            .SelectMany(layout => new[] { layout.Single, layout.Index })
            .Where(name => File.Exists(Path.Combine(folder, name)))];
        return others.Length == 0 ? string.Empty : $" Or, if '{indexName}' is left from an older save, delete it: '{others[0]}' beside it is then read.";
    }

    private void OpenShards(string folder, ShardIndex index)
    {
        foreach (string shard in index.ShardNames)
        {
            string path = Path.Combine(folder, shard);
            if (!File.Exists(path))
            {
                throw new CheckpointFormatException(
                    index.FileName, $"The index lists the shard {CheckpointFormatException.Quote(shard)}, which is not in the folder. Download it too.{OtherWeights(folder, index.FileName)}");
            }

            OpenFile(path);
        }

        foreach ((string name, string shard) in index.Files)
        {
            if (!_tensors.TryGetValue(name, out CheckpointTensor? tensor) || (tensor.FileName != shard && !_doubles.Contains(name)))
            {
                throw new CheckpointFormatException(
                    index.FileName,
                    $"The index says that tensor {CheckpointFormatException.Quote(name)} is in {CheckpointFormatException.Quote(shard)}, but it is not. " +
                    "The index and the shards are not of one save; download all of them again.");
            }
        }

        _unlistedTensors.AddRange(_tensors.Keys.Where(name => !index.Files.ContainsKey(name)));
    }

    private void OpenFile(string path)
    {
        MappedFile file = _open(path);
        _files.Add(file);
        CheckpointFileContents contents = CheckpointFileReader.Read(file);
        foreach (CheckpointTensor tensor in contents.Tensors)
        {
            if (_tensors.TryAdd(tensor.Name, tensor))
            {
                continue;
            }

            // Which of two shards is read last decides in PyTorch; where both hold the same, nothing does.
            CheckpointTensor first = _tensors[tensor.Name];
            bool isAlike = first.Kind == tensor.Kind && first.Shape.SequenceEqual(tensor.Shape);
            if (isAlike && !_isArriving && HoldTheSame(first, tensor))
            {
                _doubles.Add(tensor.Name);
            }
            else
            {
                throw new CheckpointFormatException(
                    file.Name,
                    $"Tensor {CheckpointFormatException.Quote(tensor.Name)} is also in {CheckpointFormatException.Quote(first.FileName)}. "
                    + (isAlike && _isArriving
                        ? "Whether both hold the same cannot be seen while the files arrive: fetch all of them with the hub's own tool (hf download) and use 'mglmm convert', which compares the two."
                        : "The shards are not of one save; download all of them again."));
            }
        }

        _ignoredEntries.AddRange(contents.IgnoredEntries);
    }

    private static bool HoldTheSame(CheckpointTensor one, CheckpointTensor other)
    {
        const int Band = 1 << 20;
        int size = one.Kind.ByteSize();
        (byte[] left, byte[] right) = (new byte[Math.Min(Band, one.ElementCount) * size], new byte[Math.Min(Band, one.ElementCount) * size]);
        for (long start = 0L; start < one.ElementCount; start += Band)
        {
            int count = (int)Math.Min(Band, one.ElementCount - start) * size;
            one.ReadRaw(start, left.AsSpan(0, count));
            other.ReadRaw(start, right.AsSpan(0, count));
            if (!left.AsSpan(0, count).SequenceEqual(right.AsSpan(0, count)))
            {
                return false;
            }
        }

        return true;
    }
}
