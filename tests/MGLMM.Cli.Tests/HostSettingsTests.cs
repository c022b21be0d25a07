using MGLMM.Cli.Commands;
using MGLMM.Hosting;
using Microsoft.Extensions.Configuration;

namespace MGLMM.Cli.Tests;

/// <summary>Of a host's settings the command line comes first, then the configuration, then the tool's own defaults.</summary>
public sealed class HostSettingsTests(OracleFixture oracle)
{
    private static readonly HostSettings Nothing = new(null, null, []);

    [Fact]
    public void What_nobody_types_is_the_configurations()
    {
        MglmmOptions options = Apply(
            Nothing, ("BundlePath", oracle.BundleFolder), ("Threads", "3"), ("AllowedFolders:0", "/kept"), ("AllowDataUris", "false"), ("OutputFolder", "/out"));
        Assert.Equal((oracle.BundleFolder, 3, false, "/out"), (options.BundlePath, options.Threads, options.AllowDataUris, options.OutputFolder));
        Assert.Equal(["/kept"], options.AllowedFolders);
    }

    [Fact]
    public void What_is_typed_comes_before_the_configuration()
    {
        MglmmOptions options = Apply(
            new HostSettings(oracle.BundleFolder, 0, ["/typed"], "/typed-out"), ("BundlePath", "nowhere"), ("Threads", "3"), ("AllowedFolders:0", "/kept"), ("OutputFolder", "/out"));
        Assert.Equal((oracle.BundleFolder, 0, "/typed-out"), (options.BundlePath, options.Threads, options.OutputFolder));
        Assert.Equal(["/typed"], options.AllowedFolders);
    }

    [Fact]
    public void Where_neither_says_anything_the_tool_has_its_defaults()
    {
        MglmmOptions options = Apply(Nothing);
        Assert.Equal((Path.GetFullPath(DefaultModel.Path), 0, true, null), (options.BundlePath, options.Threads, options.AllowDataUris, options.OutputFolder));
        Assert.Empty(options.AllowedFolders);
    }

    private static MglmmOptions Apply(HostSettings typed, params (string Name, string Value)[] configured)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(configured.Select(setting => KeyValuePair.Create($"{MglmmOptions.SectionName}:{setting.Name}", (string?)setting.Value)))
            .Build();
        MglmmOptions options = configuration.GetSection(MglmmOptions.SectionName).Get<MglmmOptions>() ?? new MglmmOptions();
        typed.ApplyTo(options, configuration);
        return options;
    }
}
