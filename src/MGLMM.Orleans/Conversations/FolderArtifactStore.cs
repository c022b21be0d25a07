namespace MGLMM.Orleans.Conversations;

/// <summary>Keeps files in a folder, such as one that all gateways share.</summary>
/// <remarks>
/// With an age, the files of conversations that were put, read or touched last so long ago are taken away: in the background, when the store is made and at most once an hour when a file is put.
/// Other files in the folder are left alone.
/// </remarks>
public sealed class FolderArtifactStore : IArtifactStore
{
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromHours(1);

    private readonly string _folder;
    private readonly TimeSpan? _age;
    private readonly TimeProvider _time;
    private long _nextSweep;

    /// <summary>Takes a folder, and makes it where it is not there. Files stay until they are removed.</summary>
    /// <param name="folder">It holds what users showed and asked; protect it like their pictures.</param>
    public FolderArtifactStore(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = Path.GetFullPath(folder);
        _time = TimeProvider.System;
        Directory.CreateDirectory(_folder);
    }

    /// <summary>Takes a folder, and makes it where it is not there. Files go so long after their last use.</summary>
    /// <param name="folder">It holds what users showed and asked; protect it like their pictures.</param>
    /// <param name="age">How long a conversation is kept after its last change; its files stay a tenth longer after their last use.</param>
    /// <param name="time">The clock; null takes the system's.</param>
    public FolderArtifactStore(string folder, TimeSpan age, TimeProvider? time = null)
        : this(folder)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(age, TimeSpan.Zero);
        _age = age;
        _time = time ?? TimeProvider.System;
        SweepIfDue();
    }

    /// <inheritdoc/>
    public TimeSpan? TouchInterval => _age is { } age ? ArtifactAge.TouchInterval(age) : null;

    /// <summary>The last sweep that was begun.</summary>
    internal Task Sweeping { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public async Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        string path = PathOf(name);
        string beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await using (FileStream stream = new(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            Use(beside);
            File.Move(beside, path, overwrite: true);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException("The store of files cannot be written to.", exception);
        }
        finally
        {
            File.Delete(beside);
        }

        SweepIfDue();
    }

    /// <inheritdoc/>
    public async Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        try
        {
            string path = PathOf(name);
            byte[] content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            TryUse(path);
            return content;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException("The store of files cannot be read.", exception);
        }
    }

    /// <inheritdoc/>
    public Task TouchAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        try
        {
            foreach (string name in names)
            {
                Use(PathOf(name));
            }
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException("The store of files cannot be written to.", exception);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        foreach (string name in names)
        {
            string path = PathOf(name);
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Says when a file was last used, where that decides how long it stays.</summary>
    private void Use(string path)
    {
        if (_age is null)
        {
            return;
        }

        try
        {
            File.SetLastWriteTimeUtc(path, _time.GetUtcNow().UtcDateTime);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // What is not there is not kept.
        }
    }

    private void TryUse(string path)
    {
        try
        {
            Use(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What was read was read; that the file stays is said again when its conversation is saved.
        }
    }

    private void SweepIfDue()
    {
        long now = _time.GetUtcNow().UtcTicks;
        long due = Interlocked.Read(ref _nextSweep);
        if (_age is { } age && now >= due && Interlocked.CompareExchange(ref _nextSweep, now + BetweenSweeps.Ticks, due) == due)
        {
            DateTime before = new DateTime(now, DateTimeKind.Utc) - ArtifactAge.Kept(age);
            Sweeping = Task.Run(() => FolderSweep.Run(_folder, before));
        }
    }

    private string PathOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string[] parts = name.Split('/');
        return parts.All(part => part.Length > 0 && part[0] != '.' && part.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.'))
            ? Path.Combine([_folder, .. parts])
            : throw new ArgumentException($"'{name}' is no name of a file here.", nameof(name));
    }
}
