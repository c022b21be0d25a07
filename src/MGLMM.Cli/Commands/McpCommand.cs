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
                new HostSettings(
                    HostSettings.Given(parsed, model) is { } named ? HostArguments.Bundle(named) : null,
                    HostSettings.Given(parsed, threads),
                    HostArguments.AllowedFolders(parsed.GetValue(folders)),
                    HostArguments.Writable("--output", parsed.GetValue(output))),
                cancellationToken),
            whenCancelled: "Stopped."));
        return command;
    }

    private static async Task RunAsync(HostSettings settings, CancellationToken cancellationToken)
    {
        // Standard output is the protocol's alone: whatever else writes to the console goes where the log goes.
        Console.SetOut(Console.Error);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "mglmm" });
        builder.Configuration.AddEnvironmentVariables();
        HugePages.UseFor(settings.BundleIn(builder.Configuration));
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"))
            .SetMinimumLevel(LogLevel.Warning)

            // A caller's mistake is the caller's to read; the protocol's library logs each with its stack.
            .AddFilter("ModelContextProtocol.Server.McpServer", LogLevel.Critical)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddMglmm(options => settings.ApplyTo(options, builder.Configuration));
        builder.Services.AddMglmmMcpStdio();
        using IHost host = builder.Build();
        await host.RunAsync(cancellationToken).ConfigureAwait(false);
    }
}
