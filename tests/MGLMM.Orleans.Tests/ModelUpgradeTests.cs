using MGLMM.Hosting;
using MGLMM.Orleans.Conversations;
using MGLMM.Orleans.Workers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace MGLMM.Orleans.Tests;

/// <summary>Workers of a cluster are replaced by ones with another model, while gateways start and run.</summary>
public sealed class ModelUpgradeTests
{
    private const string Before = "0123456789abcdef";
    private const string After = "fedcba9876543210";

    [Fact]
    public async Task A_gateway_that_starts_among_two_models_waits_until_it_is_clear_which_is_meant()
    {
        using TemporaryFolder folder = new();
        await using TestCluster cluster = await TestCluster.StartAsync(2, number => new CountedModel("halves", number == 0 ? Before : After));
        FakeTime time = new();
        await using ServiceProvider gateway = cluster.Gateway(new FolderArtifactStore(folder.PathOf("files")), folder.PathOf("scratch"), time, host: options => options.LoadWait = TimeSpan.FromHours(1));
        IVisionToolsets toolsets = gateway.GetRequiredService<IVisionToolsets>();
        Task<IGroundingModel> waiting = toolsets.GetModelAsync().AsTask();
        await ClusterModelTests.Until(() => toolsets.Status.Message.Contains("several models", StringComparison.Ordinal));
        Assert.Equal(ModelState.Loading, toolsets.Status.State);
        Assert.Contains($"halves@{Before}", toolsets.Status.Message, StringComparison.Ordinal);
        Assert.False(waiting.IsCompleted);

        WorkerOf(cluster, Before).Drain();
        await ClusterModelTests.Until(() =>
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return waiting.IsCompleted;
        });
        Assert.Equal(After, (await waiting).Card.Fingerprint);
        Assert.Equal(ModelState.Ready, toolsets.Status.State);
    }

    [Fact]
    public async Task A_gateway_that_runs_goes_on_with_the_weights_that_come_in_the_place_of_others()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1, number => new CountedModel("halves", number == 0 ? Before : After));
        using ClusterModel any = await ClusterModel.ConnectAsync(cluster.Grains);
        using ClusterModel these = await ClusterModel.ConnectAsync(cluster.Grains, new ClusterModelOptions { Model = $"halves@{Before}" });
        IOpenedImage image = await any.OpenImageAsync(Pictures.Number(1));
        await image.AskAsync("Halves?");

        InProcessSiloHandle silo = await cluster.Silos.StartAdditionalSiloAsync();
        CountedModel came = cluster.ModelOf(silo);
        await ClusterModelTests.Until(() => cluster.Silos.Silos.All(known => cluster.ServicesOf(known).GetRequiredService<WorkerTable>().All.Count == 2));
        await (await any.OpenImageAsync(Pictures.Number(2))).AskAsync("Halves?");
        Assert.Empty(came.Opened);

        WorkerOf(cluster, Before).Drain();
        await ClusterModelTests.Until(() => any.Card.Fingerprint == After && these.Status.State == ModelState.Loading);
        Assert.Equal((ModelState.Ready, "halves"), (any.Status.State, any.Status.Model));

        // A conversation that was going on.
        Assert.Equal(ScriptedGroundingModel.Halves, (await image.AskAsync("Halves?")).Text);
        Assert.Single(came.Opened);

        // Whoever asked for these very weights is told what there is instead.
        Assert.Equal(Before, these.Card.Fingerprint);
        Assert.Contains($"'halves@{Before}'", these.Status.Message, StringComparison.Ordinal);
        Assert.Contains($"It has: halves@{After}", these.Status.Message, StringComparison.Ordinal);
    }

    private static Worker WorkerOf(TestCluster cluster, string fingerprint) => cluster.ServicesOf(cluster.Silos.Silos.Single(silo => cluster.ModelOf(silo).Card.Fingerprint == fingerprint)).GetRequiredService<Worker>();
}
