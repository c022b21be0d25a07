using MGLMM.Cli.Commands;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MGLMM.Cli.Tests;

/// <summary>What a worker's log tells of.</summary>
public sealed class WorkerLogTests
{
    [Fact]
    public async Task Warnings_are_told_and_more_where_the_configuration_says_so()
    {
        await using ServiceProvider usual = Services();
        Assert.Equal((false, true, false), Told(usual));
        await using ServiceProvider asked = Services(("Logging:LogLevel:MGLMM", "Debug"), ("Logging:LogLevel:Orleans.Runtime.Silo", "Warning"));
        Assert.Equal((true, true, true), Told(asked));
    }

    private static (bool Debug, bool Warning, bool Silo) Told(ServiceProvider services)
    {
        ILoggerFactory loggers = services.GetRequiredService<ILoggerFactory>();
        ILogger own = loggers.CreateLogger("MGLMM.Runtime");
        return (own.IsEnabled(LogLevel.Debug), own.IsEnabled(LogLevel.Warning), loggers.CreateLogger("Orleans.Runtime.Silo").IsEnabled(LogLevel.Warning));
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return new ServiceCollection().AddLogging(logging => WorkerCommand.Log(logging, configuration)).BuildServiceProvider();
    }
}
