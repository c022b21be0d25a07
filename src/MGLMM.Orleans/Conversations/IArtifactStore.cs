namespace MGLMM.Orleans.Conversations;

/// <summary>
/// Keeps the files of conversations (pictures, what was rendered and exported) by names that are never used again for other bytes. Thread-safe.
/// </summary>
public interface IArtifactStore
{
    /// <summary>Keeps a file. Whole or not at all; the same bytes may be put again.</summary>
    /// <param name="name">Parts of letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, with <c>/</c> between them.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    /// <exception cref="IOException">The store cannot take it.</exception>
    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>
    /// How often the files of a conversation that is being used want to be touched, where files go by themselves; they stay longer after it than the conversation by as much. Null, the
    /// default: they stay until they are removed.
    /// </summary>
    public TimeSpan? TouchInterval => null;

    /// <summary>Says that files are in use, as if they were put now; those that are not there are no error. A store whose files stay does nothing, which is the default.</summary>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    public Task TouchAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>A file's bytes; null where there is none. To read it is to use it.</summary>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Lets files go; those that are not there are no error.</summary>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    public Task RemoveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default);
}
