using System.CommandLine;
using MGLMM.Cli.Output;
using MGLMM.Hosting;
using MGLMM.Orleans;
using MGLMM.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm worker</c>: one model on this machine's device, for a cluster.</summary>
internal static class WorkerCommand
{
    public static Command Create()
    {
        Option<string?> cluster = ClusterArguments.Cluster();
        Option<string> model = new("--model") { Description = "Bundle folder; the embedded scenes model by default.", DefaultValueFactory = _ => DefaultModel.Path };
        Option<string> id = ClusterArguments.ClusterId();
        Option<string?> certificate = ClusterArguments.Certificate();
        Option<TimeSpan?> age = ClusterArguments.ConversationAge();
        Option<string?> listen = new("--listen") { Description = "The IP address of this machine that the other members reach; another one than the loopback's needs --certificate." };
        Option<int> siloPort = new("--silo-port") { Description = "The port for other workers; 0 takes a free one." };
        Option<int> gatewayPort = new("--gateway-port") { Description = "The port for gateways; 0 takes a free one." };
        Option<int> threads = ThreadsOption.Create();
        Command command = new("worker", "Answers for a cluster with one model: pictures stay with the worker that knows them. 'mglmm serve --cluster' is the way in.")
        {
            cluster, model, id, certificate, age, listen, siloPort, gatewayPort, threads,
        };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(
            () => RunAsync(
                ClusterArguments.Membership(
                    ClusterArguments.AddressOf(parsed, cluster) ?? throw new ArgumentException("--cluster is missing: give the cluster's Redis, such as redis://127.0.0.1:6379."),
                    parsed.GetRequiredValue(id),
                    parsed.GetValue(certificate),
                    parsed.GetValue(age),
                    parsed.GetValue(listen),
                    parsed.GetValue(siloPort),
                    parsed.GetValue(gatewayPort)),
                new HostSettings(HostSettings.Given(parsed, model) is { } named ? HostArguments.Bundle(named) : null, HostSettings.Given(parsed, threads), []),
                cancellationToken),
            whenCancelled: "Stopped."));
        return command;
    }

    private static async Task RunAsync(ClusterMembership membership, HostSettings settings, CancellationToken cancellationToken)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });

        // As a server's: Mglmm__ImageCacheBytes and the other limits of the engine.
        builder.Configuration.AddEnvironmentVariables();
        MglmmOptions options = builder.Configuration.GetSection(MglmmOptions.SectionName).Get<MglmmOptions>() ?? new MglmmOptions();
        settings.ApplyTo(options, builder.Configuration);
        HugePages.UseFor(options.BundlePath);
        using WarningLogger notes = new(Console.Error);
        MglmmModel model = await MglmmModel.LoadAsync(options.BundlePath, options.ToModelOptions(), notes, cancellationToken).ConfigureAwait(false);
        Log(builder.Logging, builder.Configuration);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMinutes(1));
        WorkerTelemetry.Add(builder.Services, builder.Configuration);
        builder.AddMglmmWorker(model, membership);
        using IHost host = builder.Build();
        await host.StartAsync(cancellationToken).ConfigureAwait(false);
        Console.WriteLine($"Answering with {model.Card.Name} for the cluster {membership.ClusterId} at {membership.Address}");
        await host.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Warnings on standard error; what else is to be told says the configuration (<c>Logging__LogLevel__...</c>), as a server's.</summary>
    internal static void Log(ILoggingBuilder logging, IConfiguration configuration) => logging.SetMinimumLevel(LogLevel.Warning)
        .AddFilter("Orleans.Runtime.Silo", LogLevel.Error)
        .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error)
        .AddConfiguration(configuration.GetSection("Logging"))
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}
