using System.CommandLine;
using MGLMM.Hosting;
using Microsoft.Extensions.Configuration;

namespace MGLMM.Cli.Commands;

/// <summary>
/// What a command line says of a model that serves others. What it leaves out is the configuration's (<c>Mglmm__BundlePath</c>, <c>Mglmm__Threads</c>, ...), and a default of the tool's own only
/// where that says nothing either.
/// </summary>
/// <param name="Bundle">The bundle's folder; null where none was named, empty where none is asked for, as by a gateway.</param>
/// <param name="Threads">Threads of one run.</param>
/// <param name="AllowedFolders">Folders that pictures may be read from; empty for none given.</param>
/// <param name="OutputFolder">The folder that files are written to.</param>
internal sealed record HostSettings(string? Bundle, int? Threads, IReadOnlyList<string> AllowedFolders, string? OutputFolder = null)
{
    /// <summary>What was typed for an option; null where it was not.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="option">The option.</param>
    public static string? Given(ParseResult parsed, Option<string> option) => IsGiven(parsed, option) ? parsed.GetValue(option) : null;

    /// <inheritdoc cref="Given(ParseResult, Option{string})"/>
    public static int? Given(ParseResult parsed, Option<int> option) => IsGiven(parsed, option) ? parsed.GetValue(option) : null;

    /// <inheritdoc cref="Given(ParseResult, Option{string})"/>
    public static string[]? Given(ParseResult parsed, Option<string[]> option) => IsGiven(parsed, option) ? parsed.GetValue(option) : null;

    /// <summary>The model that is meant: the one that was named, else the configuration's, else the embedded one.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <returns>The full path of its folder.</returns>
    public string BundleIn(IConfiguration configuration) => Bundle
        ?? (configuration[Key(nameof(MglmmOptions.BundlePath))] is { Length: > 0 } configured ? HostArguments.Bundle(configured, Key(nameof(MglmmOptions.BundlePath))) : HostArguments.Bundle(DefaultModel.Path));

    /// <summary>Sets what was typed over what the configuration has set.</summary>
    /// <param name="options">The options, bound already.</param>
    /// <param name="configuration">The host's configuration.</param>
    public void ApplyTo(MglmmOptions options, IConfiguration configuration)
    {
        options.BundlePath = BundleIn(configuration);
        options.Threads = Threads ?? options.Threads;
        options.AllowedFolders = AllowedFolders.Count > 0 ? [.. AllowedFolders] : options.AllowedFolders;
        options.OutputFolder = OutputFolder ?? options.OutputFolder;

        // A picture within a message reaches nothing that its sender does not have.
        options.AllowDataUris = configuration[Key(nameof(options.AllowDataUris))] is null || options.AllowDataUris;
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static string Key(string name) => $"{MglmmOptions.SectionName}:{name}";
}
