using MGLMM.Hosting;
using MGLMM.Vision.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MGLMM.Server.Tests;

/// <summary>What docs/hosting.md shows must compile, and name what a host may add.</summary>
public sealed class HostingPageTests
{
    private static readonly string[] Page = File.ReadAllLines(RepositoryRoot.Combine("docs", "hosting.md"));

    [Fact]
    public void Every_line_of_code_is_compiled() => PageCode.AssertCompiled(Page, "tests", "MGLMM.Server.Tests", "HostingSnippets.cs");

    /// <summary>A way into the libraries that no page names is found by nobody.</summary>
    [Fact]
    public void Everything_that_a_host_can_add_is_named()
    {
        string text = string.Join('\n', Page);
        string[] ways = [.. new[] { typeof(MglmmServices), typeof(Mcp.MglmmMcpServices), typeof(Orleans.MglmmCluster), typeof(MglmmServer) }
            .SelectMany(type => type.GetMethods().Where(method => method.IsStatic && method.DeclaringType == type)).Select(method => method.Name).Distinct()];
        Assert.True(ways.Length > 6);
        Assert.All(ways, way => Assert.Contains(way, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_model_of_ones_own_serves_scopes_and_functions_without_a_bundle()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        HostingSnippets.OwnModel(builder, new ScriptedGroundingModel());
        using IHost host = builder.Build();
        await host.StartAsync();
        await HostingSnippets.Scope(host.Services, async tools =>
        {
            tools.AddImage("picture", Requests.Png());
            await tools.OpenImageAsync("picture").As<OpenedImageResult>();
            Assert.Equal("scripted", tools.Model?.Card.Name);
        });
        Assert.Contains("refer", HostingSnippets.Functions(host.Services.GetRequiredService<IVisionToolsets>(), new DefaultHttpContext()).Select(function => function.Name));
        await host.StopAsync();
    }
}
