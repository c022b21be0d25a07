using System.Collections.Concurrent;
using MGLMM.Hosting;
using MGLMM.Orleans.Conversations;
using MGLMM.Orleans.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Configuration;
using Orleans.TestingHost;

namespace MGLMM.Orleans.Tests;

/// <summary>Workers in this process, each with a scripted model of its own, and a client.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly ConcurrentDictionary<string, CountedModel> _models = new(StringComparer.Ordinal);

    private TestCluster(int workers, Func<int, CountedModel> model)
    {
        InProcessTestClusterBuilder builder = new((short)workers);
        int made = 0;
        builder.ConfigureHost(host => host.Logging.SetMinimumLevel(LogLevel.Error));
        builder.ConfigureSilo((options, silo) =>
        {
            CountedModel own = _models[options.SiloName] = model(Interlocked.Increment(ref made) - 1);
            silo.AddMemoryGrainStorage(ClusterStorage.Name);
            silo.AddMglmmWorker(own, worker => worker.DrainTime = TimeSpan.FromSeconds(20));

            // As in a real cluster, so that one that was lost is missed as soon.
            silo.Configure<ClusterMembershipOptions>(ClusterMembership.Configure);
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ClusterMembership.CallTime);
        });
        builder.ConfigureClient(client => client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ClusterMembership.CallTime));
        _cluster = builder.Build();
    }

    public InProcessTestCluster Silos => _cluster;

    public global::Orleans.IGrainFactory Grains => _cluster.Client;

    /// <summary>The workers' models.</summary>
    public IReadOnlyList<CountedModel> Models => [.. _models.Values];

    public CountedModel ModelOf(InProcessSiloHandle silo) => _models[silo.Name];

    public IServiceProvider ServicesOf(InProcessSiloHandle silo) => _cluster.GetSiloServiceProvider(silo.SiloAddress);

    public static async Task<TestCluster> StartAsync(int workers, Func<int, CountedModel>? model = null)
    {
        TestCluster cluster = new(workers, model ?? (_ => new CountedModel()));
        await cluster._cluster.DeployAsync();

        // A worker hears of the others within a second; what these tests ask is where pictures go from then on.
        await ClusterModelTests.Until(() => cluster._cluster.Silos.All(
            silo => cluster.ServicesOf(silo).GetRequiredService<WorkerTable>().All.Count == workers));
        return cluster;
    }

    /// <summary>A gateway's services over this cluster.</summary>
    /// <param name="store">Where files are kept.</param>
    /// <param name="scratch">The folder for its own.</param>
    /// <param name="time">Its clock; null takes the system's.</param>
    /// <param name="configure">How it keeps conversations; null takes the defaults.</param>
    /// <param name="host">Its other options; null takes the defaults.</param>
    public ServiceProvider Gateway(IArtifactStore store, string scratch, TimeProvider? time = null, Action<ClusterConversationsOptions>? configure = null, Action<MglmmOptions>? host = null)
    {
        ServiceCollection services = new();
        services.AddLogging();
        services.AddSingleton(Grains);
        services.AddSingleton(store);
        if (time is not null)
        {
            services.AddSingleton(time);
        }

        services.AddMglmmClusterClient(configure: options =>
        {
            options.ScratchFolder = scratch;
            configure?.Invoke(options);
        });
        services.AddMglmm(options =>
        {
            options.WarmUp = false;
            host?.Invoke(options);
        });
        return services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();
}
