using MGLMM.Hosting;
using MGLMM.Orleans.Conversations;
using MGLMM.Vision.Workspaces;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MGLMM.Orleans.Tests;

/// <summary>Conversations outlive a gateway, and two gateways never overwrite each other.</summary>
public sealed class ClusterConversationsTests
{
    [Fact]
    public async Task A_conversation_is_found_through_every_gateway_with_its_handles()
    {
        await using TwoGateways gateways = await TwoGateways.StartAsync();
        (IServiceProvider first, IServiceProvider second) = (gateways.First, gateways.Second);
        string handle = await BeginAsync(first, "anna", 2);

        IConversationLease? found = await Conversations(second).FindAsync("anna", handle);
        Assert.Equal(2, found!.Workspace.Images.Count);
        Assert.Equal(Pictures.Number(1).ContentHash, found.Workspace.Images[1].Pixels.ContentHash);
        ConversationSummary listed = Assert.Single(await Conversations(second).ListAsync("anna"));
        Assert.Equal((handle, 2), (listed.Conversation, listed.Pictures.Count));

        // Nobody else's, by whatever name.
        Assert.Null(await Conversations(second).FindAsync("bert", handle));
        Assert.Empty(await Conversations(second).ListAsync("bert"));
        Assert.Null(await Conversations(second).FindAsync("anna", "../" + handle));
        Assert.Null(await Conversations(second).FindAsync("anna", ConversationHandle.New()));

        // What the second adds, the first sees next, and what nobody speaks of any more is gone from the store.
        found.Workspace.AddImage(Pictures.Number(3), "third", "png");
        await found.SaveAsync();
        await found.DisposeAsync();
        await using IConversationLease again = (await Conversations(first).FindAsync("anna", handle))!;
        Assert.Equal(3, again.Workspace.Images.Count);

        Assert.True(await Conversations(first).RemoveAsync("anna", handle));
        Assert.False(await Conversations(second).RemoveAsync("anna", handle));
        Assert.Null(await Conversations(second).FindAsync("anna", handle));
        Assert.Empty(Directory.EnumerateFiles(gateways.StoreFolder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_save_over_another_gateways_is_refused_and_loses_nothing()
    {
        await using TwoGateways gateways = await TwoGateways.StartAsync();
        (IServiceProvider first, IServiceProvider second) = (gateways.First, gateways.Second);
        string handle = await BeginAsync(first, "anna", 1);
        await using IConversationLease here = (await Conversations(first).FindAsync("anna", handle))!;
        await using IConversationLease there = (await Conversations(second).FindAsync("anna", handle))!;
        here.Workspace.AddImage(Pictures.Number(7), "here", "png");
        there.Workspace.AddImage(Pictures.Number(8), "there", "png");
        await there.SaveAsync();
        IOException refused = await Assert.ThrowsAsync<IOException>(() => here.SaveAsync().AsTask());
        Assert.Contains("another gateway", refused.Message, StringComparison.Ordinal);

        await using IConversationLease now = (await Conversations(first).FindAsync("anna", handle))!;
        Assert.Equal(["picture 0", "there"], now.Workspace.Images.Select(image => image.Name));
        now.Workspace.AddImage(Pictures.Number(9), "then", "png");
        await now.SaveAsync();
        await using IConversationLease last = (await Conversations(second).FindAsync("anna", handle))!;
        Assert.Equal(3, last.Workspace.Images.Count);
    }

    [Fact]
    public async Task A_store_that_fails_leaves_the_save_before_whole()
    {
        await using TwoGateways gateways = await TwoGateways.StartAsync();
        (IServiceProvider first, IServiceProvider second) = (gateways.First, gateways.Second);
        string handle = await BeginAsync(first, "anna", 1);
        await using IConversationLease lease = (await Conversations(first).FindAsync("anna", handle))!;
        lease.Workspace.AddImage(Pictures.Number(7), "more", "png");
        gateways.Store.FailsAfter = 0;
        await Assert.ThrowsAsync<IOException>(() => lease.SaveAsync().AsTask());
        gateways.Store.FailsAfter = null;
        await using (IConversationLease seen = (await Conversations(second).FindAsync("anna", handle))!)
        {
            Assert.Single(seen.Workspace.Images);
        }

        await lease.SaveAsync();
        await using IConversationLease after = (await Conversations(second).FindAsync("anna", handle))!;
        Assert.Equal(2, after.Workspace.Images.Count);
    }

    [Fact]
    public async Task The_oldest_conversation_goes_when_an_owner_has_too_many()
    {
        using TemporaryFolder folder = new();
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        FolderArtifactStore store = new(folder.PathOf("store"));
        ServiceCollection services = new();
        services.AddLogging().AddSingleton(cluster.Grains).AddSingleton<IArtifactStore>(store);
        services.AddMglmmClusterClient(configure: options => (options.MaximumPerOwner, options.ScratchFolder) = (2, folder.Location));
        services.AddMglmm(options => options.WarmUp = false);
        await using ServiceProvider gateway = services.BuildServiceProvider();
        await StartAsync(gateway);
        string oldest = await BeginAsync(gateway, "anna", 1);
        string middle = await BeginAsync(gateway, "anna", 1);
        string newest = await BeginAsync(gateway, "anna", 1);
        Assert.Equal([newest, middle], (await Conversations(gateway).ListAsync("anna")).Select(one => one.Conversation));
        Assert.Null(await Conversations(gateway).FindAsync("anna", oldest));
    }

    [Fact]
    public async Task A_conversation_in_use_keeps_all_of_its_files()
    {
        using TemporaryFolder folder = new();
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        FakeTime time = new();
        FailingStore store = new(new FolderArtifactStore(folder.PathOf("store"))) { TouchInterval = TimeSpan.FromDays(3) };
        await using ServiceProvider gateway = cluster.Gateway(store, folder.Location, time);
        await StartAsync(gateway);
        await using IConversationLease lease = await Conversations(gateway).BeginAsync("anna");
        await Add(lease, 1);
        time.Advance(TimeSpan.FromDays(2));
        await Add(lease, 2);
        Assert.Empty(store.Touched);

        // The first picture was put long ago and is read by nobody here: the save says that it is in use.
        time.Advance(TimeSpan.FromDays(2));
        await Add(lease, 3);
        Assert.Equal(3, store.Touched.Count);
        Assert.Equal(FilesOf(folder), store.Touched.Order());

        // Not with each save.
        time.Advance(TimeSpan.FromDays(2));
        await Add(lease, 4);
        Assert.Equal(3, store.Touched.Count);
        time.Advance(TimeSpan.FromDays(2));
        await Add(lease, 5);
        Assert.Equal(8, store.Touched.Count);

        static async Task Add(IConversationLease lease, int number)
        {
            lease.Workspace.AddImage(Pictures.Number(number), $"picture {number}", "png");
            await lease.SaveAsync();
        }

        static IEnumerable<string> FilesOf(TemporaryFolder folder) => Directory.EnumerateFiles(folder.PathOf("store"), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder.PathOf("store"), path).Replace('\\', '/')).Order();
    }

    [Fact]
    public async Task Files_that_cannot_be_marked_as_used_keep_nothing_else_from_being_done()
    {
        using TemporaryFolder folder = new();
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        FakeTime time = new();
        FailingStore store = new(new FolderArtifactStore(folder.PathOf("store"))) { TouchInterval = TimeSpan.FromDays(3), TouchFails = true };
        await using ServiceProvider gateway = cluster.Gateway(
            store, folder.PathOf("scratch"), time, options => options.MaximumPerOwner = 1, host => host.WorkspaceLimits = host.WorkspaceLimits with { MaximumImages = 1 });
        await StartAsync(gateway);
        string other = await BeginAsync(gateway, "anna", 1);
        time.Advance(TimeSpan.FromDays(4));
        await using IConversationLease lease = await Conversations(gateway).BeginAsync("anna");
        lease.Workspace.AddImage(Pictures.Number(1), "first", "png");
        await lease.SaveAsync();
        time.Advance(TimeSpan.FromDays(4));
        lease.Workspace.AddImage(Pictures.Number(2), "second", "png");
        await lease.SaveAsync();
        Assert.Single(Directory.EnumerateFiles(folder.PathOf("store"), "*", SearchOption.AllDirectories));
        ConversationSummary listed = Assert.Single(await Conversations(gateway).ListAsync("anna"));
        Assert.Equal((lease.Workspace.Conversation, time.GetUtcNow(), "second"), (listed.Conversation, listed.LastUsed, Assert.Single(listed.Pictures)));
        Assert.Null(await Conversations(gateway).FindAsync("anna", other));

        // And it is tried again.
        Assert.Empty(store.Touched);
        store.TouchFails = false;
        await lease.SaveAsync();
        Assert.Single(store.Touched);
    }

    [Fact]
    public async Task One_that_is_too_large_for_the_memory_leaves_the_others_there()
    {
        using TemporaryFolder folder = new();
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        long each = 3L * Pictures.Number(0).Width * Pictures.Number(0).Height;
        FakeTime time = new();
        await using ServiceProvider gateway = cluster.Gateway(
            new FolderArtifactStore(folder.PathOf("store")), folder.PathOf("scratch"), time, options => options.MaximumOpenBytes = 2 * each);
        await StartAsync(gateway);
        string small = await BeginAsync(gateway, "anna", 1);
        time.Advance(TimeSpan.FromSeconds(1));
        VisionWorkspace before = await WorkspaceAsync(small);
        time.Advance(TimeSpan.FromSeconds(1));
        string large = await BeginAsync(gateway, "anna", 3);
        Assert.Same(before, await WorkspaceAsync(small));
        Assert.NotSame(await WorkspaceAsync(large), await WorkspaceAsync(large));

        async Task<VisionWorkspace> WorkspaceAsync(string conversation)
        {
            await using IConversationLease lease = (await Conversations(gateway).FindAsync("anna", conversation))!;
            return lease.Workspace;
        }
    }

    [Fact]
    public void Limits_of_the_clusters_own_begin_with_a_hosts_defaults()
    {
        ClusterConversationsOptions options = new();
        Assert.Null(options.OwnWorkspaceLimits);
        options.WorkspaceLimits = options.WorkspaceLimits with { MaximumImages = 3 };
        Assert.Equal(new MglmmOptions().WorkspaceLimits with { MaximumImages = 3 }, options.OwnWorkspaceLimits);
    }

    [Fact]
    public async Task What_was_put_for_a_conversation_that_is_gone_is_taken_back()
    {
        await using TwoGateways gateways = await TwoGateways.StartAsync();
        (IServiceProvider first, IServiceProvider second) = (gateways.First, gateways.Second);
        string handle = await BeginAsync(first, "anna", 1);
        await using IConversationLease here = (await Conversations(first).FindAsync("anna", handle))!;
        here.Workspace.AddImage(Pictures.Number(7), "here", "png");
        Assert.True(await Conversations(second).RemoveAsync("anna", handle));
        await Assert.ThrowsAsync<IOException>(() => here.SaveAsync().AsTask());
        Assert.Empty(Directory.EnumerateFiles(gateways.StoreFolder, "*", SearchOption.AllDirectories));

        // Nor does a first save leave anything that fails half-way.
        await using IConversationLease begun = await Conversations(first).BeginAsync("anna");
        begun.Workspace.AddImage(Pictures.Number(1), "one", "png");
        begun.Workspace.AddImage(Pictures.Number(2), "two", "png");
        gateways.Store.FailsAfter = 1;
        await Assert.ThrowsAsync<IOException>(() => begun.SaveAsync().AsTask());
        gateways.Store.FailsAfter = null;
        Assert.Empty(Directory.EnumerateFiles(gateways.StoreFolder, "*", SearchOption.AllDirectories));
        await begun.SaveAsync();
        await using IConversationLease after = (await Conversations(second).FindAsync("anna", begun.Workspace.Conversation))!;
        Assert.Equal(2, after.Workspace.Images.Count);
    }

    [Fact]
    public async Task A_gateway_keeps_no_more_in_memory_than_it_may_and_what_one_holds_is_the_hosts_to_say()
    {
        using TemporaryFolder folder = new();
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        long each = 3L * Pictures.Number(0).Width * Pictures.Number(0).Height;
        FakeTime time = new();
        await using ServiceProvider gateway = cluster.Gateway(
            new FolderArtifactStore(folder.PathOf("store")), folder.PathOf("scratch"), time,
            options => options.MaximumOpenBytes = (2 * each) + 1,
            host => host.WorkspaceLimits = host.WorkspaceLimits with { MaximumImages = 1 });
        await StartAsync(gateway);
        List<string> handles = [];
        for (int number = 0; number < 3; number++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            handles.Add(await BeginAsync(gateway, "anna", 2));
        }

        Assert.Equal(2, OpenFolders().Length);
        await using IConversationLease oldest = (await Conversations(gateway).FindAsync("anna", handles[0]))!;
        Assert.Equal("picture 1", Assert.Single(oldest.Workspace.Images).Name);

        string[] OpenFolders() => Directory.GetDirectories(Assert.Single(Directory.GetDirectories(folder.PathOf("scratch"))));
    }

    [Fact]
    public async Task A_conversation_that_another_gateway_saved_is_on_this_ones_disk_once()
    {
        using TemporaryFolder folder = new();
        await using TestCluster cluster = await TestCluster.StartAsync(1);
        FolderArtifactStore store = new(folder.PathOf("store"));
        await using ServiceProvider first = cluster.Gateway(store, folder.PathOf("first")), second = cluster.Gateway(store, folder.PathOf("second"));
        await StartAsync(first);
        await StartAsync(second);
        string handle = await BeginAsync(first, "anna", 1);
        await using (IConversationLease there = (await Conversations(second).FindAsync("anna", handle))!)
        {
            there.Workspace.AddImage(Pictures.Number(7), "more", "png");
            await there.SaveAsync();
        }

        await using IConversationLease again = (await Conversations(first).FindAsync("anna", handle))!;
        Assert.Equal(2, again.Workspace.Images.Count);
        Assert.Single(Directory.GetDirectories(Assert.Single(Directory.GetDirectories(folder.PathOf("first")))));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a//b")]
    [InlineData(".hidden")]
    [InlineData("a/..")]
    [InlineData("")]
    public async Task A_folder_keeps_within_itself(string name)
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.PathOf("store"));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.PutAsync(name, new byte[1]));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => store.GetAsync(name));
    }

    private static async Task<string> BeginAsync(IServiceProvider gateway, string owner, int pictures)
    {
        await using IConversationLease lease = await Conversations(gateway).BeginAsync(owner);
        for (int number = 0; number < pictures; number++)
        {
            lease.Workspace.AddImage(Pictures.Number(number), $"picture {number}", "png");
        }

        await lease.SaveAsync();
        return lease.Workspace.Conversation;
    }

    private static IConversations Conversations(IServiceProvider gateway) => gateway.GetRequiredService<IConversations>();

    private static async Task StartAsync(ServiceProvider gateway)
    {
        foreach (IHostedService service in gateway.GetServices<IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }
    }

    /// <summary>A worker, and two gateways that share a store.</summary>
    private sealed class TwoGateways : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly TestCluster _cluster;

        private TwoGateways(TestCluster cluster)
        {
            _cluster = cluster;
            Store = new FailingStore(new FolderArtifactStore(StoreFolder));
            First = cluster.Gateway(Store, _folder.Location);
            Second = cluster.Gateway(Store, _folder.Location);
        }

        public ServiceProvider First { get; }

        public ServiceProvider Second { get; }

        public FailingStore Store { get; }

        public string StoreFolder => _folder.PathOf("store");

        public static async Task<TwoGateways> StartAsync()
        {
            TwoGateways gateways = new(await TestCluster.StartAsync(1));
            await ClusterConversationsTests.StartAsync(gateways.First);
            await ClusterConversationsTests.StartAsync(gateways.Second);
            return gateways;
        }

        public async ValueTask DisposeAsync()
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
            await _cluster.DisposeAsync();
            _folder.Dispose();
        }
    }

    private sealed class FailingStore(IArtifactStore inner) : IArtifactStore
    {
        /// <summary>Files that it takes before the disk is full; null for all.</summary>
        public int? FailsAfter { get; set; }

        public bool TouchFails { get; set; }

        public List<string> Touched { get; } = [];

        public TimeSpan? TouchInterval { get; init; }

        public Task PutAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
            FailsAfter-- <= 0 ? throw new IOException("The disk is full.") : inner.PutAsync(name, content, cancellationToken);

        public Task TouchAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default)
        {
            Touched.AddRange(TouchFails ? throw new IOException("Their times are another user's to set.") : names);
            return Task.CompletedTask;
        }

        public Task<byte[]?> GetAsync(string name, CancellationToken cancellationToken = default) => inner.GetAsync(name, cancellationToken);

        public Task RemoveAsync(IReadOnlyCollection<string> names, CancellationToken cancellationToken = default) => inner.RemoveAsync(names, cancellationToken);
    }
}
