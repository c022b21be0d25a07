using System.Collections.Concurrent;
using MGLMM.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MGLMM.Server.Tests;

/// <summary>Where conversations are kept cannot be reached: the caller is told when to come again, the operator why.</summary>
public sealed class StorageFaultsTests
{
    [Fact]
    public async Task The_caller_is_told_to_come_again_and_the_log_has_the_rest()
    {
        Told told = new();
        await using RunningServer server = await RunningServer.StartAsync(builder =>
        {
            builder.Logging.AddProvider(told);
            builder.Services.AddSingleton<IConversations, Lost>();
        });
        using HttpResponseMessage response = await server.Client.GetAsync("/api/conversations");
        await response.RefusedAsync(503, "failed");
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.DoesNotContain("No route", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        (LogLevel level, string words, Exception? exception) = Assert.Single(told.Lines, line => line.Exception is IOException);
        Assert.Equal((LogLevel.Error, "No route to the disk."), (level, exception!.Message));
        Assert.Contains("GET /api/conversations", words, StringComparison.Ordinal);
    }

    /// <summary>One of the two would keep nothing, and nobody would be told which.</summary>
    [Fact]
    public async Task A_folder_beside_conversations_of_the_hosts_own_is_refused()
    {
        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => RunningServer.StartAsync(
            builder => builder.Services.AddSingleton<IConversations, Lost>(), options => options.DataFolder = "kept"));
        Assert.StartsWith("Mglmm:Server:DataFolder is 'kept'", refused.Message, StringComparison.Ordinal);
    }

    private sealed class Lost : IConversations
    {
        public ValueTask<IConversationLease> BeginAsync(string owner, CancellationToken cancellationToken = default) => throw Fault();

        public ValueTask<IConversationLease?> FindAsync(string owner, string conversation, CancellationToken cancellationToken = default) => throw Fault();

        public ValueTask<IReadOnlyList<ConversationSummary>> ListAsync(string owner, CancellationToken cancellationToken = default) => throw Fault();

        public ValueTask<bool> RemoveAsync(string owner, string conversation, CancellationToken cancellationToken = default) => throw Fault();

        private static IOException Fault() => new("No route to the disk.");
    }

    private sealed class Told : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<(LogLevel Level, string Words, Exception? Exception)> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue((logLevel, formatter(state, exception), exception));

        public void Dispose()
        {
        }
    }
}
