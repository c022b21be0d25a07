using MGLMM.Masks;
using MGLMM.Orleans.Workers;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.TestingHost;

namespace MGLMM.Orleans.Tests;

/// <summary>Workers that go, and a cluster that does not know yet or no more who is there.</summary>
public sealed class ClusterLossTests
{
    [Fact]
    public async Task A_worker_that_is_killed_half_way_costs_a_repetition_and_no_word_twice()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains);
        foreach (CountedModel worker in cluster.Models)
        {
            worker.Script.Held = token => Task.Delay(Timeout.Infinite, token);
        }

        IOpenedImage image = await model.OpenImageAsync(Pictures.Number(1));
        List<AnswerPiece> pieces = [];
        Task reading = Task.Run(async () =>
        {
            await foreach (AnswerPiece piece in image.StreamAsync("Halves?"))
            {
                lock (pieces)
                {
                    pieces.Add(piece);
                }
            }
        });
        await ClusterModelTests.Until(() =>
        {
            lock (pieces)
            {
                return pieces.Count == 1;
            }
        });
        InProcessSiloHandle lost = cluster.Silos.Silos.Single(silo => cluster.ModelOf(silo).Script.UnderWay == 1);
        foreach (CountedModel worker in cluster.Models)
        {
            worker.Script.Held = null;
        }

        await cluster.Silos.KillSiloAsync(lost);
        await reading;
        Assert.Equal(ScriptedGroundingModel.Halves, string.Concat(pieces.OfType<TextPiece>().Select(piece => piece.Text)));
        Assert.Equal(2, Assert.IsType<CompletedPiece>(pieces[^1]).Answer.Segments.Count);
        Assert.Single(pieces.OfType<CompletedPiece>());
    }

    [Fact]
    public async Task A_worker_that_stops_ends_what_it_has_and_takes_nothing_new()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(2);
        using ClusterModel model = await ClusterModel.ConnectAsync(cluster.Grains);
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (CountedModel worker in cluster.Models)
        {
            worker.Script.Held = go.Task.WaitAsync;
        }

        IOpenedImage image = await model.OpenImageAsync(Pictures.Number(1));
        Task<GroundedAnswer> question = image.AskAsync("Halves?");
        await ClusterModelTests.Until(() => cluster.Models.Any(worker => worker.Script.UnderWay == 1));
        InProcessSiloHandle stopping = cluster.Silos.Silos.Single(silo => cluster.ModelOf(silo).Script.UnderWay == 1);
        CountedModel staying = cluster.Models.Single(worker => worker != cluster.ModelOf(stopping));
        CountedModel leaving = cluster.ModelOf(stopping);
        Task stopped = cluster.Silos.StopSiloAsync(stopping);
        await ClusterModelTests.Until(() => cluster.ServicesOf(stopping).GetRequiredService<Worker>().IsDraining);
        staying.Script.Held = null;

        // The same picture, asked while its worker is leaving: the other one answers.
        GroundedAnswer second = await image.AskAsync("Halves?");
        Assert.Equal(ScriptedGroundingModel.Halves, second.Text);
        Assert.Single(staying.Opened);
        Assert.False(question.IsCompleted);
        go.SetResult();
        Assert.Equal(ScriptedGroundingModel.Halves, (await question).Text);
        Assert.Equal(0, leaving.Script.Cancelled);
        await stopped;
    }

    [Fact]
    public async Task A_list_of_workers_that_is_lost_misses_no_worker_meanwhile()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3);
        IWorkersGrain workers = cluster.Grains.GetGrain<IWorkersGrain>(0);
        WorkerTable[] tables = [.. cluster.Silos.Silos.Select(silo => cluster.ServicesOf(silo).GetRequiredService<WorkerTable>())];
        WorkerTable own = new();
        WorkerList before = await workers.ListAsync();
        own.Update(before);

        await cluster.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
        for (WorkerList list = before; list.Id == before.Id || list.Workers.Length < 3; list = await workers.ListAsync())
        {
            await own.UpdateAsync(list, workers);
            Assert.All([own, .. tables], table => Assert.Equal(3, table.All.Count));
        }
    }

    [Fact]
    public async Task A_gateway_that_starts_before_it_knows_the_cluster_waits()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        using ClusterModel model = await ClusterModel.ConnectAsync(EarlyGrains.Over(cluster.Grains, refusals: 1));
        Assert.Equal(new ScriptedGroundingModel().Card.Name, model.Card.Name);
    }

    [Fact]
    public async Task A_list_tells_each_models_card_once()
    {
        await using TestCluster cluster = await TestCluster.StartAsync(3, number => new CountedModel(number == 0 ? "small" : "large"));
        WorkerList list = await cluster.Grains.GetGrain<IWorkersGrain>(0).ListAsync();
        Assert.Equal(3, list.Workers.Length);
        Assert.Equal(["large", "small"], list.Workers.Where(worker => worker.Card.Length > 0).Select(worker => worker.Model).Order());
    }
}
