using Microsoft.Extensions.Logging;

namespace MGLMM.Cli.Output;

/// <summary>Writes the engine's warnings as notes, a line each. Thread-safe as its writer is.</summary>
internal sealed class WarningLogger(TextWriter output) : ILoggerFactory, ILogger
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The tool has one place for notes.");

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            output.WriteLine($"note: {formatter(state, exception)}");
        }
    }

    public void Dispose()
    {
    }
}
