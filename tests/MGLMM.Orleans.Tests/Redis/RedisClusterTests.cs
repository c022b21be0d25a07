using System.Collections.Concurrent;
using System.Diagnostics;
using MGLMM.Hosting;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using StackExchange.Redis;

namespace MGLMM.Orleans.Tests.Redis;

/// <summary>Workers and gateways as they are started by <c>mglmm</c>, over a real Redis.</summary>
public sealed class RedisClusterTests
{
    [Fact]
    public async Task A_conversation_outlives_the_whole_cluster_and_a_crash_of_Redis()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        ClusterMembership membership = new() { Address = ClusterAddress.Parse(server.Address), ConversationAge = TimeSpan.FromHours(3) };
        string handle;
        await using (Pair first = await Pair.StartAsync(membership, "m"))
        {
            await using IConversationLease lease = await first.Conversations.BeginAsync("anna");
            handle = lease.Workspace.Conversation;
            lease.Workspace.AddImage(Pictures.Number(1), "one", "png");
            await lease.SaveAsync();
            lease.Workspace.AddImage(Pictures.Number(2), "two", "png");
            await lease.SaveAsync();

            // What the caller has heard of is kept: it was Redis that took it, not a memory on the way to it.
            await server.KillAsync();
            lease.Workspace.AddImage(Pictures.Number(3), "three", "png");
            await Assert.ThrowsAsync<IOException>(() => lease.SaveAsync().AsTask());
            await server.StartAgainAsync();
        }

        await using Pair second = await Pair.StartAsync(membership, "m");
        await using IConversationLease found = (await second.Conversations.FindAsync("anna", handle))!;
        Assert.Equal(["one", "two"], found.Workspace.Images.Select(image => image.Name));
        Assert.Equal(Pictures.Number(2).ContentHash, found.Workspace.Images[1].Pixels.ContentHash);
        Assert.Null(await second.Conversations.FindAsync("bert", handle));

        // Records and files go by themselves, so long after their last change or use.
        await using ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync(membership.Address.ToOptions());
        IDatabase database = connection.GetDatabase();
        string[] keys = [.. connection.GetServers().Single().Keys(pattern: "mglmm/*").Select(key => key.ToString()).Where(key => key.StartsWith("mglmm/state/", StringComparison.Ordinal) || key.StartsWith("mglmm/files/", StringComparison.Ordinal))];
        Assert.True(keys.Length >= 4, string.Join('\n', keys)); // a conversation, its owner's list, two pictures
        foreach (string key in keys)
        {
            Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value.TotalMinutes, 150, 198);
        }

        Assert.True(await second.Conversations.RemoveAsync("anna", handle));
        Assert.DoesNotContain(connection.GetServers().Single().Keys(pattern: "mglmm/files/*"), _ => true);
    }

    [Fact]
    public async Task Two_clusters_over_one_Redis_know_nothing_of_each_other()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        ClusterMembership one = new() { Address = ClusterAddress.Parse(server.Address), ClusterId = "one" };
        ClusterMembership two = one with { ClusterId = "two" };
        Task<Pair> starting = Pair.StartAsync(one, "first");
        await using Pair second = await Pair.StartAsync(two, "second");
        await using Pair first = await starting;

        // Each has one model, its own; with both in sight it would be told to say which.
        Assert.Equal("first", (await ClusterModel.ConnectAsync(first.Grains)).Card.Name);
        Assert.Equal("second", (await ClusterModel.ConnectAsync(second.Grains)).Card.Name);
        await using IConversationLease lease = await first.Conversations.BeginAsync("anna");
        lease.Workspace.AddImage(Pictures.Number(1), "one", "png");
        await lease.SaveAsync();
        Assert.Single(await first.Conversations.ListAsync("anna"));
        Assert.Empty(await second.Conversations.ListAsync("anna"));
        Assert.Null(await second.Conversations.FindAsync("anna", lease.Workspace.Conversation));
    }

    [Fact]
    public async Task A_question_is_one_trace_over_gateway_and_worker()
    {
        await using RedisServer server = await RedisServer.StartAsync();
        CountedModel model = new("traced");
        ActivityContext? atModel = null;
        model.Script.Answer = (_, _) =>
        {
            atModel = Activity.Current?.Context;
            return ScriptedGroundingModel.Halves;
        };
        await using Pair pair = await Pair.StartAsync(new ClusterMembership { Address = ClusterAddress.Parse(server.Address) }, model);
        using ClusterModel asked = await ClusterModel.ConnectAsync(pair.Grains);
        ConcurrentQueue<Activity> ended = [];
        using ActivitySource own = new("asker");
        using ActivityListener listener = new()
        {
            ShouldListenTo = source => source == own || source.Name.StartsWith("Microsoft.Orleans", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        Activity question;
        using (question = own.StartActivity("question")!)
        {
            IOpenedImage image = await asked.OpenImageAsync(Pictures.Number(1));
            Assert.Equal(ScriptedGroundingModel.Halves, (await image.AskAsync("Halves?")).Text);
        }

        Assert.Equal(question.TraceId, atModel!.Value.TraceId);
        Activity[] trace = [.. ended.Where(activity => activity.TraceId == question.TraceId)];
        Activity answering = Assert.Single(trace, activity => activity.SpanId == atModel.Value.SpanId);
        Assert.Equal(ActivityKind.Server, answering.Kind);

        // From the model's span the way leads back, parent by parent and over the network, to the one who asked.
        List<ActivityKind> way = [];
        for (Activity? at = answering; at != question; at = trace.SingleOrDefault(activity => activity.SpanId == at!.ParentSpanId))
        {
            Assert.NotNull(at);
            way.Add(at.Kind);
        }

        Assert.Contains(ActivityKind.Client, way);
    }

    /// <summary>A worker and a gateway, each a host as the tool makes them.</summary>
    private sealed class Pair(IHost worker, IHost gateway) : IAsyncDisposable
    {
        public IGrainFactory Grains => gateway.Services.GetRequiredService<IGrainFactory>();

        public IConversations Conversations => gateway.Services.GetRequiredService<IConversations>();

        public static Task<Pair> StartAsync(ClusterMembership membership, string model) => StartAsync(membership, new CountedModel(model));

        public static async Task<Pair> StartAsync(ClusterMembership membership, IGroundingModel model)
        {
            IHost worker = Host(builder => builder.AddMglmmWorker(model, membership));
            await worker.StartAsync();
            IHost gateway = Host(builder =>
            {
                builder.Services.AddMglmm(options => options.WarmUp = false);
                builder.AddMglmmGateway(membership);
            });
            await gateway.StartAsync();
            return new Pair(worker, gateway);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (IHost host in (IHost[])[gateway, worker])
            {
                await host.StopAsync();
                host.Dispose();
            }
        }

        private static IHost Host(Action<HostApplicationBuilder> configure)
        {
            HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
            builder.Logging.SetMinimumLevel(LogLevel.Critical);
            configure(builder);
            return builder.Build();
        }
    }
}
