using System.CommandLine;
using System.Globalization;
using MGLMM.Hosting;
using MGLMM.Orleans;
using MGLMM.Orleans.Conversations;
using MGLMM.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm serve</c>: the vision tools and the model over HTTP, for assistants, browsers and programs.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "Bundle folder; the embedded scenes model by default. With --cluster, the name of one of its models.", DefaultValueFactory = _ => DefaultModel.Path };
        Option<string[]> urls = new("--urls")
        {
            Description = "Where to listen, separated by semicolons; addresses that other machines reach need --api-key-file.",
            DefaultValueFactory = _ => [MglmmServer.DefaultUrl],
        };
        Option<string?> data = new("--data")
        {
            Description = "A folder that keeps conversations, pictures and files. "
                + $"Without it they are in memory, {InMemory(new MglmmOptions { ConversationIdleTime = MglmmServer.IdleTimeInMemory })} "
                + "(Mglmm__ConversationIdleTime, Mglmm__MaximumConversationsPerOwner, Mglmm__MaximumConversations, Mglmm__MaximumConversationBytes). Not with --cluster, which keeps them.",
        };
        Option<string[]> folders = new("--allow-folder") { Description = "A folder whose pictures may be opened, at any depth; may be given several times." };
        Option<string?> keys = new("--api-key-file") { Description = "A file with a line 'owner key' for each who may use the server; it is read again when it changes." };
        Option<int> threads = ThreadsOption.Create();
        Option<string?> files = new("--files") { Description = "With --cluster: a folder that all gateways share, for the pictures and files of conversations; without it Redis holds them in its memory." };
        Option<string?> cluster = ClusterArguments.Cluster();
        Option<string> id = ClusterArguments.ClusterId();
        Option<string?> certificate = ClusterArguments.Certificate();
        Option<TimeSpan?> age = ClusterArguments.ConversationAge();
        Command command = new("serve", "Serves the vision tools and the model over HTTP: MCP, OpenAI-compatible, Label Studio, an API and a page.")
        {
            model, urls, data, folders, keys, threads, cluster, id, certificate, age, files,
        };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(
            () => RunAsync(
                new HostSettings(
                    ClusterArguments.AddressOf(parsed, cluster) is not null ? string.Empty : HostSettings.Given(parsed, model) is { } named ? HostArguments.Bundle(named) : null,
                    HostSettings.Given(parsed, threads),
                    HostArguments.AllowedFolders(parsed.GetValue(folders))),
                ClusterArguments.AddressOf(parsed, cluster) is { } address
                    ? new Gateway(
                        ClusterArguments.Membership(address, parsed.GetRequiredValue(id), parsed.GetValue(certificate), parsed.GetValue(age)),
                        HostArguments.Writable("--files", parsed.GetValue(files)),
                        HostSettings.Given(parsed, model))
                    : parsed.GetValue(files) is not null ? throw new ArgumentException("--files needs --cluster; a server of its own keeps everything in --data.")
                    : parsed.GetValue(age) is not null ? throw new ArgumentException("--conversation-age needs --cluster; a server of its own has the setting Mglmm:Conversations:MaximumAge.")
                    : null,
                HostSettings.Given(parsed, urls)?.SelectMany(list => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToArray(),
                HostArguments.Writable("--data", parsed.GetValue(data)),
                parsed.GetValue(keys),
                cancellationToken),
            whenCancelled: "Stopped."));
        return command;
    }

    /// <summary>A server whose model and conversations are a cluster's.</summary>
    private sealed record Gateway(ClusterMembership Membership, string? Files, string? Model);

    private static async Task RunAsync(HostSettings settings, Gateway? gateway, string[]? urls, string? data, string? keys, CancellationToken cancellationToken)
    {
        string? folder = null;
        IConfiguration? configuration = null;
        await using WebApplication application = MglmmServer.Build(
            model => settings.ApplyTo(model, configuration!),
            server =>
            {
                server.Urls = urls ?? server.Urls;
                server.DataFolder = folder = data ?? server.DataFolder;
                if (gateway is not null && folder is not null)
                {
                    throw new ArgumentException("--data and --cluster do not go together: the cluster keeps the conversations. Of either, the environment may say it (Mglmm__Server__DataFolder, MGLMM_CLUSTER).");
                }

                server.ApiKeyFile = keys ?? server.ApiKeyFile;
            },
            builder =>
            {
                configuration = builder.Configuration;
                if (gateway is null)
                {
                    HugePages.UseFor(settings.BundleIn(configuration));
                }

                // Standard output has the addresses alone.
                builder.Logging.ClearProviders();
                builder.Logging.SetMinimumLevel(LogLevel.Warning)
                    .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
                    .AddFilter("ModelContextProtocol.Server.McpServer", LogLevel.Critical)
                    .AddFilter("Orleans.Messaging.GatewayManager", LogLevel.Error)
                    .AddConfiguration(builder.Configuration.GetSection("Logging"))
                    .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
                if (gateway is not null)
                {
                    if (gateway.Files is { } shared)
                    {
                        builder.Services.AddSingleton<IArtifactStore>(_ => new FolderArtifactStore(shared, gateway.Membership.ConversationAge));
                    }

                    builder.AddMglmmGateway(
                        gateway.Membership, new ClusterModelOptions { Model = gateway.Model }, kept => Bind(kept, builder.Configuration.GetSection(ConversationFolderOptions.SectionName)));
                }
            });
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        foreach (string url in application.Urls)
        {
            Console.WriteLine($"Listening on {url}");
        }

        Console.WriteLine((folder, gateway) switch
        {
            (_, not null) => $"Pictures are asked and conversations kept by the cluster {gateway.Membership.ClusterId} at {gateway.Membership.Address}",
            (null, _) => $"Conversations are kept in memory, {InMemory(application.Services.GetRequiredService<IOptions<MglmmOptions>>().Value)}; --data keeps them.",
            _ => $"Conversations are kept in {folder}",
        });
        await application.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What a cluster takes of the settings of a folder's conversations. The others have a place of their own there, and going without a word would keep conversations otherwise than they say.</summary>
    private static void Bind(ClusterConversationsOptions kept, IConfigurationSection section)
    {
        foreach ((string name, string instead) in ((string, string)[])
        [
            (nameof(ConversationFolderOptions.MaximumAge), "give every member the same --conversation-age"),
            (nameof(ConversationFolderOptions.MaximumBytes), "bound Redis' memory or the disk of --files"),
            (nameof(ConversationFolderOptions.Folder), "leave it out, for the cluster keeps the conversations"),
        ])
        {
            if (section[name] is not null)
            {
                throw new ArgumentException($"{section.Path}:{name} does not go together with --cluster; {instead}.");
            }
        }

        if (section.GetSection(nameof(kept.WorkspaceLimits)).Exists())
        {
            // As a folder's: limits that are not named beside one that is are the defaults of a host.
            kept.WorkspaceLimits = kept.WorkspaceLimits with { };
        }

        section.Bind(kept);
    }

    /// <summary>How long conversations last where no folder keeps them.</summary>
    private static string InMemory(MglmmOptions options)
    {
        string time = options.ConversationIdleTime == Timeout.InfiniteTimeSpan ? "until the process ends" : $"until nobody has used them for {Words(options.ConversationIdleTime)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time}, {options.MaximumConversationsPerOwner} of one owner, {options.MaximumConversations} and {options.MaximumConversationBytes / (double)(1 << 30):0.##} GiB in all");
    }

    private static string Words(TimeSpan time) => time >= TimeSpan.FromHours(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.##} h")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.##} min");
}
