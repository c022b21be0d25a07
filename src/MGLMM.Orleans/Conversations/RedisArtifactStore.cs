using StackExchange.Redis;

namespace MGLMM.Orleans.Conversations;

/// <summary>Keeps files in Redis, one string each; a file that was put, read or touched last so long ago goes by itself.</summary>
/// <param name="connection">The connection; its maker closes it.</param>
/// <param name="prefix">What the keys begin with.</param>
/// <param name="age">How long a conversation is kept after its last change; its files stay a tenth longer after their last use.</param>
public sealed class RedisArtifactStore(IConnectionMultiplexer connection, string prefix, TimeSpan age) : IArtifactStore
{
    private readonly TimeSpan _kept = ArtifactAge.Kept(age);

    /// <inheritdoc/>
    public TimeSpan? TouchInterval { get; } = ArtifactAge.TouchInterval(age);

    /// <inheritdoc/>
    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        GuardAsync(async database => await database.StringSetAsync(Key(name), content, _kept).ConfigureAwait(false), cancellationToken);

    /// <inheritdoc/>
    public Task TouchAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        return GuardAsync(database => Task.WhenAll(names.Select(name => database.KeyExpireAsync(Key(name), _kept))), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken = default) =>
        GuardAsync(async database => (byte[]?)await database.StringGetSetExpiryAsync(Key(name), _kept).ConfigureAwait(false), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.Count == 0
            ? Task.CompletedTask
            : GuardAsync(database => database.KeyDeleteAsync([.. names.Select(name => Key(name))]), cancellationToken);
    }

    private RedisKey Key(string name) => $"{prefix}/{name}";

    private async Task<T> GuardAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work(connection.GetDatabase()).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            throw new IOException("The store of files cannot be reached.", exception);
        }
    }
}
