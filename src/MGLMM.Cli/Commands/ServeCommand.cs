using System.CommandLine;
using MGLMM.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm serve</c>: the vision tools and the model over HTTP, for assistants, browsers and programs.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "Bundle folder; the embedded scenes model by default.", DefaultValueFactory = _ => DefaultModel.Path };
        Option<string[]> urls = new("--urls")
        {
            Description = "Where to listen, separated by semicolons; addresses that other machines reach need --api-key-file.",
            DefaultValueFactory = _ => [MglmmServer.DefaultUrl],
        };
        Option<string?> data = new("--data") { Description = "A folder that keeps conversations, pictures and files; without it they last as long as the process." };
        Option<string[]> folders = new("--allow-folder") { Description = "A folder whose pictures may be opened, at any depth; may be given several times." };
        Option<string?> keys = new("--api-key-file") { Description = "A file with a line 'owner key' for each who may use the server; it is read again when it changes." };
        Option<int> threads = ThreadsOption.Create();
        Command command = new("serve", "Serves the vision tools and the model over HTTP: MCP, OpenAI-compatible, Label Studio, an API and a page.") { model, urls, data, folders, keys, threads };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(
            () => RunAsync(
                HostArguments.Bundle(parsed.GetRequiredValue(model)),
                [.. parsed.GetRequiredValue(urls).SelectMany(list => list.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
                HostArguments.Writable("--data", parsed.GetValue(data)),
                HostArguments.AllowedFolders(parsed.GetValue(folders)),
                parsed.GetValue(keys),
                parsed.GetRequiredValue(threads),
                cancellationToken),
            whenCancelled: "Stopped."));
        return command;
    }

    private static async Task RunAsync(string bundle, string[] urls, string? data, string[] folders, string? keys, int threads, CancellationToken cancellationToken)
    {
        await using WebApplication application = MglmmServer.Build(
            model =>
            {
                model.BundlePath = bundle;
                model.AllowedFolders = folders;
                model.AllowDataUris = true;
                model.Threads = threads;
            },
            server =>
            {
                server.Urls = urls;
                server.DataFolder = data ?? server.DataFolder;
                server.ApiKeyFile = keys ?? server.ApiKeyFile;
            },
            builder =>
            {
                // Standard output has the addresses alone.
                builder.Logging.ClearProviders();
                builder.Logging.SetMinimumLevel(LogLevel.Warning)
                    .AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning)
                    .AddFilter("ModelContextProtocol.Server.McpServer", LogLevel.Critical)
                    .AddConfiguration(builder.Configuration.GetSection("Logging"))
                    .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            });
        await application.StartAsync(cancellationToken).ConfigureAwait(false);
        foreach (string url in application.Urls)
        {
            Console.WriteLine($"Listening on {url}");
        }

        Console.WriteLine(data is null
            ? "Conversations are kept in memory and go with the process; --data keeps them."
            : $"Conversations are kept in {data}");
        await application.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
    }
}
