using System.Security.Cryptography.X509Certificates;
using MGLMM.Hosting;
using MGLMM.Orleans.Conversations;
using MGLMM.Orleans.Pictures;
using MGLMM.Orleans.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;
using StackExchange.Redis;

namespace MGLMM.Orleans;

/// <summary>Joins a host to a cluster: as a worker with a model, or as a gateway without one.</summary>
/// <remarks>
/// <para>
/// Membership, placement, messages and the storage of conversations are Microsoft Orleans over Redis. Workers and gateways speak to each other directly, so a
/// worker's address must be reachable from all of them.
/// </para>
/// <para>
/// Whoever reaches a worker's ports or the Redis can ask, read and write everything: keep them in a network of their own, give Redis a password, and give every member the
/// same certificate, without which no connection is taken (<see cref="ClusterMembership.Certificate"/>).
/// </para>
/// </remarks>
public static class MglmmCluster
{
    /// <summary>Adds a worker to a silo that is configured otherwise: its model, the placement of pictures, and what it tells the cluster.</summary>
    /// <param name="silo">The silo. It needs grain storage named <c>mglmm</c>, which <see cref="AddMglmmWorker(IHostApplicationBuilder, IGroundingModel, ClusterMembership, Action{WorkerOptions}?)"/> adds over Redis.</param>
    /// <param name="model">The loaded model; the host disposes it.</param>
    /// <param name="configure">Sets options; null takes the defaults.</param>
    public static ISiloBuilder AddMglmmWorker(this ISiloBuilder silo, IGroundingModel model, Action<WorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(model);
        WorkerOptions options = new();
        configure?.Invoke(options);
        options.Validate();
        silo.Services.AddSingleton(options);
        silo.Services.AddSingleton<WorkerTable>();

        // Made by the services, so that they dispose it.
        silo.Services.AddSingleton(_ => new Worker(model, options.PictureBytes));
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddPlacementDirector<PicturePlacement, PictureDirector>();
        silo.AddActivityPropagation();

        // Behind the silo, which the host's services have by now, so that it begins after it and ends before.
        silo.Services.AddHostedService<WorkerReporter>();
        return silo;
    }

    /// <summary>Makes a host a worker of a cluster: a silo with one model. It tells the cluster that it is there when the host starts.</summary>
    /// <param name="builder">The host.</param>
    /// <param name="model">The loaded model; the host disposes it.</param>
    /// <param name="membership">Which cluster, and where this worker listens.</param>
    /// <param name="configure">Sets options; null takes the defaults.</param>
    public static IHostApplicationBuilder AddMglmmWorker(
        this IHostApplicationBuilder builder, IGroundingModel model, ClusterMembership membership, Action<WorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(membership);
        membership.Validate();
        ConfigurationOptions redis = membership.Address.ToOptions();
        builder.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(membership.Configure);
            silo.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis);
            silo.AddRedisGrainStorage(ClusterStorage.Name, storage =>
            {
                storage.ConfigurationOptions = redis;
                storage.EntryExpiry = membership.ConversationAge;
                storage.DeleteStateOnClear = true;
            });
            silo.Configure<EndpointOptions>(membership.Configure);
            silo.Configure<ClusterMembershipOptions>(ClusterMembership.Configure);
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = ClusterMembership.CallTime);
            if (membership.Certificate is { } certificate)
            {
                silo.UseTls(tls => Secure(tls, certificate));
            }

            silo.AddMglmmWorker(model, worker =>
            {
                worker.ConversationAge = membership.ConversationAge;
                configure?.Invoke(worker);
            });
        });
        return builder;
    }

    /// <summary>
    /// Makes a host a gateway: its model is the cluster's, and its conversations are kept there. Call it before or after <c>AddMglmm</c>, which it needs; it takes the place of
    /// a bundle and of a folder of conversations.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="membership">Which cluster.</param>
    /// <param name="model">How the cluster is asked; null takes the defaults.</param>
    /// <param name="configure">Sets how conversations are kept; null takes the defaults.</param>
    public static IHostApplicationBuilder AddMglmmGateway(
        this IHostApplicationBuilder builder, ClusterMembership membership, ClusterModelOptions? model = null, Action<ClusterConversationsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(membership);
        membership.Validate();
        model ??= new ClusterModelOptions();
        model.Validate();
        ConfigurationOptions redis = membership.Address.ToOptions();
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(membership.Configure);
            client.UseRedisClustering(clustering => clustering.ConfigurationOptions = redis);
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = ClusterMembership.CallTime);
            client.UseConnectionRetryFilter(new PatientConnection());
            client.AddActivityPropagation();
            if (membership.Certificate is { } certificate)
            {
                client.UseTls(tls => Secure(tls, certificate));
            }
        });
        builder.Services.TryAddSingleton<IConnectionMultiplexer>(_ => ConnectionMultiplexer.Connect(redis));
        builder.Services.TryAddSingleton<IArtifactStore>(provider => new RedisArtifactStore(
            provider.GetRequiredService<IConnectionMultiplexer>(), $"{membership.ClusterId}/files", membership.ConversationAge));
        builder.Services.AddMglmmClusterClient(model, configure);

        // The client waits for the first worker; what else the host has need not wait with it.
        builder.Services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
        return builder;
    }

    /// <summary>The cluster's model and conversations for a host that has an Orleans client and an <see cref="IArtifactStore"/> already.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="model">How the cluster is asked; null takes the defaults.</param>
    /// <param name="configure">Sets how conversations are kept; null takes the defaults.</param>
    public static IServiceCollection AddMglmmClusterClient(
        this IServiceCollection services, ClusterModelOptions? model = null, Action<ClusterConversationsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ClusterConversationsOptions conversations = new();
        configure?.Invoke(conversations);
        conversations.Validate();
        services.Replace(ServiceDescriptor.Singleton<ModelFactory>(provider => new ClusterModelFactory(
            provider.GetRequiredService<IGrainFactory>(), model, provider.GetService<TimeProvider>() ?? TimeProvider.System, provider.GetRequiredService<ILogger<ClusterModel>>()).ConnectAsync));
        services.AddSingleton(provider => new ClusterConversations(
            provider.GetRequiredService<IVisionToolsets>(),
            provider.GetRequiredService<IGrainFactory>(),
            provider.GetRequiredService<IArtifactStore>(),
            conversations,
            provider.GetRequiredService<IOptions<MglmmOptions>>().Value,
            provider.GetService<TimeProvider>() ?? TimeProvider.System,
            provider.GetRequiredService<ILogger<ClusterConversations>>()));
        services.Replace(ServiceDescriptor.Singleton<IConversations>(provider => provider.GetRequiredService<ClusterConversations>()));
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<ClusterConversations>());
        return services;
    }

    /// <summary>Both ends show the cluster's own certificate: whoever has it is a member, and nobody else is.</summary>
    private static void Secure(TlsOptions tls, X509Certificate2 certificate)
    {
        tls.LocalCertificate = certificate;
        tls.LocalClientCertificateSelector = (_, _, _, _, _) => certificate;
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (shown, _, _) => shown.RawDataMemory.Span.SequenceEqual(certificate.RawDataMemory.Span);
        tls.OnAuthenticateAsClient = (_, authentication) => authentication.TargetHost = certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false);
    }

    /// <summary>A gateway may start before the first worker: it goes on trying.</summary>
    private sealed class PatientConnection : IClientConnectionRetryFilter
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

        public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
        {
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }
}
