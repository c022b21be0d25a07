using MGLMM.Orleans.Workers;
using Microsoft.Extensions.Logging;

namespace MGLMM.Orleans.Tests;

/// <summary>Why a cluster cannot be reached is in the log, once.</summary>
public sealed class ClusterContactTests
{
    [Fact]
    public async Task Why_the_cluster_cannot_be_reached_is_logged_when_it_changes()
    {
        Lines lines = new();
        ClusterContact contact = new(lines);
        Assert.False(await contact.TryAsync(() => throw new InvalidOperationException("Not connected yet.")));
        Assert.True(await contact.TryAsync(() => Task.CompletedTask));
        Assert.True(contact.Holds);
        for (int time = 0; time < 3; time++)
        {
            Assert.False(await contact.TryAsync(() => Task.FromException(new TimeoutException($"Call {time} was not answered."))));
            Assert.False(contact.Holds);
        }

        Assert.False(await contact.TryAsync(() => throw new IOException("Refused.")));
        Assert.True(await contact.TryAsync(() => Task.CompletedTask));
        Assert.True(contact.Holds);
        Assert.Equal(
            [
                (LogLevel.Information, "Not connected yet."), (LogLevel.Information, null), (LogLevel.Warning, "Call 0 was not answered."), (LogLevel.Warning, "Refused."),
                (LogLevel.Information, null),
            ],
            lines.Written);

        // What is no fault of the cluster's is not taken for one.
        await Assert.ThrowsAsync<FormatException>(() => contact.TryAsync(() => throw new FormatException()));
    }

    private sealed class Lines : ILogger
    {
        public List<(LogLevel Level, string? Reason)> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add((logLevel, exception?.Message));
    }
}
