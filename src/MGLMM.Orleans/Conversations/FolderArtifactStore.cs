namespace MGLMM.Orleans.Conversations;

/// <summary>Keeps files in a folder, such as one that all gateways share.</summary>
/// <remarks>
/// <para>
/// With an age, the files of conversations that were put, read or touched last so long ago are taken away: in the background, at most once an hour when a file is put. Other files in the
/// folder are left alone. All stores over a folder must have the age, and the longest counts for all: one without it writes no times down.
/// </para>
/// <para>
/// None is taken away before times were written down for as long as files are kept: small files whose names begin with <c>.mglmm-</c> say since when, and for which ages. A store
/// without an age that is used begins that time anew.
/// </para>
/// </remarks>
public sealed class FolderArtifactStore : IArtifactStore
{
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    private readonly string _folder;
    private readonly TimeSpan? _age;
    private readonly TimeProvider _time;
    private readonly Action<string, DateTime> _setTime;
    private readonly FolderTimes _times;
    private readonly DateTime _begun;
    private readonly long _begunAt;
    private long _nextSweep;

    /// <summary>Takes a folder, and makes it where it is not there. Files stay until they are removed.</summary>
    /// <param name="folder">It holds what users showed and asked; protect it like their pictures.</param>
    public FolderArtifactStore(string folder)
        : this(folder, age: null, TimeProvider.System, File.SetLastWriteTimeUtc)
    {
    }

    /// <summary>Takes a folder, and makes it where it is not there. Files go so long after their last use.</summary>
    /// <param name="folder">It holds what users showed and asked; protect it like their pictures.</param>
    /// <param name="age">How long a conversation is kept after its last change; its files stay a tenth longer after their last use.</param>
    /// <param name="time">The clock; null takes the system's.</param>
    public FolderArtifactStore(string folder, TimeSpan age, TimeProvider? time = null)
        : this(folder, age, time ?? TimeProvider.System, File.SetLastWriteTimeUtc)
    {
    }

    /// <summary>As the others, with a disk of a test's making.</summary>
    internal FolderArtifactStore(string folder, TimeSpan? age, TimeProvider time, Action<string, DateTime> setTime)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (age is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(given, TimeSpan.Zero, nameof(age));
        }

        _folder = Path.GetFullPath(folder);
        _age = age;
        _time = time;
        _setTime = setTime;
        _times = new FolderTimes(_folder);
        (_begun, _begunAt) = (time.GetUtcNow().UtcDateTime, time.GetTimestamp());
        Directory.CreateDirectory(_folder);
    }

    /// <inheritdoc/>
    public TimeSpan? TouchInterval => _age is { } age ? ArtifactAge.TouchInterval(age) : null;

    /// <summary>The last sweep that was begun.</summary>
    internal Task Sweeping { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public async Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        string path = PathOf(name);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await WriteAsync(path, content, cancellationToken).ConfigureAwait(false);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw NotWritten(exception);
        }

        SweepIfDue();
    }

    /// <inheritdoc/>
    public async Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        string path = PathOf(name);
        byte[] content;
        try
        {
            content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException("The store of files cannot be read.", exception);
        }

        try
        {
            await UseAsync(path, content, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What was read was read; that the file stays is said again when its conversation is saved.
        }

        if (_age is null)
        {
            SweepIfDue();
        }

        return content;
    }

    /// <inheritdoc/>
    public async Task TouchAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        List<Exception> faults = [];
        foreach (string path in names.Select(PathOf).ToArray())
        {
            try
            {
                await UseAsync(path, content: null, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The others are in use as well.
                faults.Add(exception);
            }
        }

        if (faults.Count > 0)
        {
            throw NotWritten(faults[0]);
        }
    }

    /// <inheritdoc/>
    public Task RemoveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        try
        {
            foreach (string path in names.Select(PathOf).Where(File.Exists))
            {
                File.Delete(path);
            }
        }
        catch (UnauthorizedAccessException exception)
        {
            throw NotWritten(exception);
        }

        return Task.CompletedTask;
    }

    private static IOException NotWritten(Exception exception) => new("The store of files cannot be written to.", exception);

    private async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            await using (FileStream stream = new(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            if (_age is not null)
            {
                _setTime(beside, _time.GetUtcNow().UtcDateTime);
            }

            File.Move(beside, path, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Says when a file was last used, where that decides how long it stays.</summary>
    private async Task UseAsync(string path, byte[]? content, CancellationToken cancellationToken)
    {
        if (_age is null)
        {
            return;
        }

        try
        {
            try
            {
                _setTime(path, _time.GetUtcNow().UtcDateTime);
            }
            catch (UnauthorizedAccessException)
            {
                // A time is its owner's alone to set, and another gateway may run as another user: the same bytes as a file of this one's, for which the folder is enough.
                await WriteAsync(path, content ?? await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // What is not there is not kept.
        }
    }

    /// <summary>The time that sweeps go by: a clock that was set forward since this store was made makes no file old.</summary>
    private DateTime SweepTime()
    {
        (DateTime clock, DateTime passed) = (_time.GetUtcNow().UtcDateTime, _begun + _time.GetElapsedTime(_begunAt));
        return clock < passed ? clock : passed;
    }

    private void SweepIfDue()
    {
        DateTime now = SweepTime();
        long due = Interlocked.Read(ref _nextSweep);
        if (now.Ticks >= due && Interlocked.CompareExchange(ref _nextSweep, now.Ticks + BetweenSweeps.Ticks, due) == due)
        {
            Sweeping = Task.Run(() => Sweep(now));
        }
    }

    private void Sweep(DateTime now)
    {
        if (_age is not { } age)
        {
            _times.AreNotKept(now);
        }
        else if (_times.OldestToKeep(age, now) is { } before)
        {
            FolderSweep.Run(_folder, before);
        }
    }

    /// <summary>Where a file lies.</summary>
    internal string PathOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string[] parts = name.Split('/');
        return parts.All(part => part.Length > 0 && part[0] != '.' && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            ? Path.Combine([_folder, .. parts])
            : throw new ArgumentException($"'{name}' is no name of a file here.", nameof(name));
    }
}
