using StackExchange.Redis;

namespace MGLMM.Orleans.Conversations;

/// <summary>Keeps files in Redis, one string each; a file that was put or read last so long ago goes by itself.</summary>
/// <param name="connection">The connection; its maker closes it.</param>
/// <param name="prefix">What the keys begin with.</param>
/// <param name="age">How long a file stays after its last use.</param>
public sealed class RedisArtifactStore(IConnectionMultiplexer connection, string prefix, TimeSpan age) : IArtifactStore
{
    /// <inheritdoc/>
    public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        GuardAsync(async database => await database.StringSetAsync(Key(name), content, age).ConfigureAwait(false), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken = default) =>
        GuardAsync(async database => (byte[]?)await database.StringGetSetExpiryAsync(Key(name), age).ConfigureAwait(false), cancellationToken);

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
