using System.CommandLine;
using MGLMM.Hosting;
using MGLMM.Mcp;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MGLMM.Cli.Commands;

/// <summary><c>mglmm mcp</c>: the vision tools for one assistant, as an MCP server over standard input and output.</summary>
internal static class McpCommand
{
    public static Command Create()
    {
        Option<string> model = new("--model") { Description = "Bundle folder, or the <org>/<name> of a pulled model; the embedded scenes model by default.", DefaultValueFactory = _ => DefaultModel.Path };
        Option<string[]> folders = new("--allow-folder") { Description = "A folder whose pictures may be opened, at any depth; may be given several times." };
        Option<string?> output = new("--output") { Description = "A folder that rendered pictures and exports are written to as well." };
        Option<int> threads = ThreadsOption.Create();
        Command command = new("mcp", "Serves the vision tools to an assistant: the Model Context Protocol over standard input and output.") { model, folders, output, threads };
        command.SetAction((parsed, cancellationToken) => ExitCodes.Guard(
            () => RunAsync(
                HostArguments.Bundle(parsed.GetRequiredValue(model)),
                HostArguments.AllowedFolders(parsed.GetValue(folders)),
                HostArguments.Writable("--output", parsed.GetValue(output)),
                parsed.GetRequiredValue(threads),
                cancellationToken),
            whenCancelled: "Stopped."));
        return command;
    }

    private static async Task RunAsync(string bundle, string[] folders, string? output, int threads, CancellationToken cancellationToken)
    {
        HugePages.UseFor(bundle);

        // Standard output is the protocol's alone: whatever else writes to the console goes where the log goes.
        Console.SetOut(Console.Error);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "mglmm" });
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"))
            .SetMinimumLevel(LogLevel.Warning)

            // A caller's mistake is the caller's to read; the protocol's library logs each with its stack.
            .AddFilter("ModelContextProtocol.Server.McpServer", LogLevel.Critical)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddMglmm(options =>
        {
            options.BundlePath = bundle;
            options.AllowedFolders = folders;
            options.AllowDataUris = true;
            options.OutputFolder = output;
            options.Threads = threads;
        });
        builder.Services.AddMglmmMcpStdio();
        using IHost host = builder.Build();
        await host.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
