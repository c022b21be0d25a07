using MGLMM.Imaging;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Inputs;
using MGLMM.Vision.Tools;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting;

/// <summary>Adds the model and its tools to a host's services.</summary>
public static class MglmmServices
{
    /// <summary>
    /// Adds the model, loaded once and warmed in the background when the host starts, <see cref="IVisionToolsets"/> for the tools of each
    /// conversation, <see cref="IConversations"/> to begin and find them by handle, and <see cref="VisionScope"/> for those of a service scope. Options come from the configuration section <c>Mglmm</c>
    /// and are checked when the host starts.
    /// </summary>
    /// <remarks>
    /// What else the host's services hold is taken too: its own tools (<see cref="VisionTool"/>), sources of pictures
    /// (<see cref="IImageSource"/>), formats beside ours (<see cref="IExportFormat"/>) and decoder (<see cref="IImageDecoder"/>).
    /// </remarks>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options after the configuration did; null sets none.</param>
    public static IServiceCollection AddMglmm(this IServiceCollection services, Action<MglmmOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<MglmmOptions> options = services.AddOptions<MglmmOptions>().Configure<IServiceProvider>(
            (bound, provider) => provider.GetService<IConfiguration>()?.GetSection(MglmmOptions.SectionName).Bind(bound));
        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        return services.AddServices();
    }

    /// <summary>Adds the model and its tools, with options from a section of the host's choice.</summary>
    /// <inheritdoc cref="AddMglmm(IServiceCollection, Action{MglmmOptions}?)"/>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The configuration section.</param>
    public static IServiceCollection AddMglmm(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(section);
        services.AddOptions<MglmmOptions>().Bind(section).ValidateOnStart();
        return services.AddServices();
    }

    /// <summary>
    /// Adds a health check of the model: healthy once it is ready, unhealthy where it could not be loaded. It never waits for the model, and
    /// its words name no paths.
    /// </summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="whileLoading">What it says while the model is being loaded.</param>
    /// <param name="tags">Its tags; null takes <c>ready</c>, for it is no sign of a dead process.</param>
    public static IHealthChecksBuilder AddMglmm(
        this IHealthChecksBuilder builder, string name = "mglmm", HealthStatus whileLoading = HealthStatus.Degraded, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => new MglmmHealthCheck(provider.GetRequiredService<IVisionToolsets>(), whileLoading),
            HealthStatus.Unhealthy,
            tags ?? ["ready"]));
    }

    /// <summary>
    /// Keeps conversations (<see cref="IConversations"/>) in a folder instead of in memory alone: they survive the process, however it ends.
    /// Options come from the configuration section <c>Mglmm:Conversations</c>. Needs <c>AddMglmm</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options after the configuration did; null sets none.</param>
    public static IServiceCollection AddMglmmConversationFolder(this IServiceCollection services, Action<ConversationFolderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<ConversationFolderOptions> options = services.AddOptions<ConversationFolderOptions>().Configure<IServiceProvider>(
            (bound, provider) =>
            {
                if (provider.GetService<IConfiguration>()?.GetSection(ConversationFolderOptions.SectionName) is not { } section)
                {
                    return;
                }

                if (section.GetSection(nameof(bound.WorkspaceLimits)).Exists())
                {
                    // Limits that are not named beside one that is are the defaults of a host, not of a lone workspace.
                    bound.WorkspaceLimits = bound.WorkspaceLimits with { };
                }

                section.Bind(bound);
            });
        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ConversationFolderOptions>, ConversationFolderOptionsValidator>());
        services.TryAddSingleton(provider => new FolderConversations(
            provider.GetRequiredService<VisionToolsets>(),
            provider.GetRequiredService<IOptions<ConversationFolderOptions>>(),
            provider.GetRequiredService<IOptions<MglmmOptions>>(),
            LoggerFactoryOf(provider),
            provider.GetService<TimeProvider>()));
        services.Replace(ServiceDescriptor.Singleton<IConversations>(provider => provider.GetRequiredService<FolderConversations>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, FolderConversations>(provider => provider.GetRequiredService<FolderConversations>()));
        return services;
    }

    private static IServiceCollection AddServices(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MglmmOptions>, MglmmOptionsValidator>());
        services.TryAddSingleton<ModelFactory>(provider => new BundleModelFactory(LoggerFactoryOf(provider)).LoadAsync);
        services.TryAddSingleton(provider => new ModelLoader(
            provider.GetRequiredService<ModelFactory>(),
            provider.GetRequiredService<IOptions<MglmmOptions>>(),
            LoggerFactoryOf(provider),
            provider.GetService<TimeProvider>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ModelLoader>(provider => provider.GetRequiredService<ModelLoader>()));
        services.TryAddSingleton(provider => new VisionWorkspaces(
            provider.GetRequiredService<IOptions<MglmmOptions>>().Value.ToWorkspacesOptions(), provider.GetService<TimeProvider>()));
        services.TryAddSingleton(provider =>
        {
            IOptions<MglmmOptions> options = provider.GetRequiredService<IOptions<MglmmOptions>>();
            ImageDecoder.MaximumMemory = options.Value.MaximumDecodingBytes ?? ImageDecoder.MaximumMemory;
            return new VisionToolsets(
                provider.GetRequiredService<ModelLoader>(),
                provider.GetRequiredService<VisionWorkspaces>(),
                options,
                LoggerFactoryOf(provider),
                [.. provider.GetServices<VisionTool>()],
                [.. provider.GetServices<IImageSource>()],
                [.. provider.GetServices<IExportFormat>()],
                provider.GetService<IImageDecoder>());
        });
        services.TryAddSingleton<IVisionToolsets>(provider => provider.GetRequiredService<VisionToolsets>());
        services.TryAddSingleton<IConversations>(provider => new MemoryConversations(
            provider.GetRequiredService<VisionWorkspaces>(), provider.GetRequiredService<VisionToolsets>(), provider.GetRequiredService<IOptions<MglmmOptions>>()));
        services.TryAddScoped<VisionScope>();
        return services;
    }

    private static ILoggerFactory LoggerFactoryOf(IServiceProvider provider) => provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;
}
