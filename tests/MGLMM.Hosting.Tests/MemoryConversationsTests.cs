using System.Globalization;
using System.Text;
using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Contents;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting.Tests;

/// <summary>Conversations in memory: bounded by what they hold, gone when they are let go, and not used by being looked at.</summary>
public sealed class MemoryConversationsTests : IDisposable
{
    private const int PictureBytes = 40 * 30 * 3;

    private readonly string _bundle = Directory.CreateTempSubdirectory("mglmm-memory-").FullName;
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Bytes_are_bounded_and_whoever_fills_them_loses_their_own_first()
    {
        await using ServiceProvider services = Services(options => options.MaximumConversationBytes = 4 * PictureBytes);
        IConversations conversations = services.GetRequiredService<IConversations>();
        string bobs = await BeginAsync(conversations, "bob", 1);
        List<string> anns = [];
        for (byte grey = 2; grey < 12; grey++)
        {
            anns.Add(await BeginAsync(conversations, "ann", grey));
        }

        // Three of hers beside bob's, which is older than all of them.
        Assert.Equal([anns[9], anns[8], anns[7]], await HandlesAsync(conversations, "ann"));
        Assert.Equal([bobs], await HandlesAsync(conversations, "bob"));

        // One that grows pushes out her others, the one that was used longest ago first, and stays itself.
        IConversationLease? growing = await conversations.FindAsync("ann", anns[7]);
        for (byte grey = 20; grey < 22; grey++)
        {
            growing!.Workspace.AddImage(Grey(grey), "more");
            await growing.SaveAsync();
        }

        Assert.Equal([anns[7]], await HandlesAsync(conversations, "ann"));
        Assert.Equal([bobs], await HandlesAsync(conversations, "bob"));

        // What is too much alone stays while it is used; then it is others that go.
        for (byte grey = 30; grey < 33; grey++)
        {
            growing!.Workspace.AddImage(Grey(grey), "more");
            await growing.SaveAsync();
        }

        Assert.Equal([anns[7]], await HandlesAsync(conversations, "ann"));
        Assert.Empty(await HandlesAsync(conversations, "bob"));
    }

    [Fact]
    public async Task The_bound_is_checked_when_the_host_starts()
    {
        await using ServiceProvider services = Services(options => options.MaximumConversationBytes = 0);
        OptionsValidationException exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<MglmmOptions>>().Value);
        Assert.Equal("Mglmm:MaximumConversationBytes is 0; give 1 or more.", Assert.Single(exception.Failures));
    }

    [Fact]
    public async Task What_is_let_go_while_it_is_used_does_not_come_back()
    {
        await using ServiceProvider services = Services();
        IConversations conversations = services.GetRequiredService<IConversations>();
        string conversation = await BeginAsync(conversations, "ann", 1);
        await using IConversationLease? lease = await conversations.FindAsync("ann", conversation);
        Assert.False(await conversations.RemoveAsync("bob", conversation));
        Assert.True(await conversations.RemoveAsync("ann", conversation));
        await lease!.SaveAsync();
        Assert.Null(await conversations.FindAsync("ann", conversation));
        Assert.Empty(await HandlesAsync(conversations, "ann"));
    }

    [Fact]
    public async Task What_is_used_is_found_whatever_else_is_opened_meanwhile_and_however_long_it_takes()
    {
        await using ServiceProvider services = Services(options => (options.MaximumConversationBytes, options.MaximumConversationsPerOwner) = (2 * PictureBytes, 2));
        IConversations conversations = services.GetRequiredService<IConversations>();
        string used = await BeginAsync(conversations, "ann", 1);
        await using (IConversationLease? lease = await conversations.FindAsync("ann", used))
        {
            for (byte grey = 2; grey < 6; grey++)
            {
                await BeginAsync(conversations, "ann", grey);
                await BeginAsync(conversations, "bob", (byte)(grey + 100));
            }

            _time.Advance(TimeSpan.FromHours(2));
            await using IConversationLease? found = await conversations.FindAsync("ann", used);
            Assert.Same(lease!.Workspace, found!.Workspace);
        }

        // Its use has only just ended.
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal([used], await HandlesAsync(conversations, "ann"));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await HandlesAsync(conversations, "ann"));
    }

    [Fact]
    public async Task A_hosts_own_toolsets_need_not_know_workspaces_that_callers_keep()
    {
        await using ServiceProvider services = Services();
        IVisionToolsets own = new OwnToolsets(services.GetRequiredService<IVisionToolsets>());
        VisionWorkspace workspace = new("ann", "kept elsewhere");
        workspace.AddImage(Grey(1), "grey");
        VisionFunction function = own.FunctionsOver(workspace).Single(function => function.Name == "get_regions");
        Assert.Same(workspace, (await function.GetToolsetAsync(CancellationToken.None)).Workspace);
    }

    [Fact]
    public async Task A_look_is_no_use()
    {
        await using ServiceProvider services = Services();
        IConversations conversations = services.GetRequiredService<IConversations>();
        string conversation = await BeginAsync(conversations, "ann", 1);
        DateTimeOffset used = Assert.Single(await conversations.ListAsync("ann")).LastUsed;
        _time.Advance(TimeSpan.FromMinutes(30));
        await using (IConversationLease? looked = await conversations.LookAsync("ann", conversation))
        {
            Assert.Equal("grey", Assert.Single(looked!.Workspace.Images).Name);
        }

        Assert.Null(await conversations.LookAsync("bob", conversation));
        Assert.Equal(used, Assert.Single(await conversations.ListAsync("ann")).LastUsed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Geometry_drawings_and_exports_need_no_model(bool isLoading)
    {
        await using ServiceProvider services = Services(
            options => options.LoadWait = isLoading ? TimeSpan.Zero : options.LoadWait, (_, token) => isLoading ? Task.Delay(Timeout.Infinite, token).ContinueWith<IGroundingModel>(_ => throw new InvalidOperationException()) : throw new InvalidOperationException("no"));
        IConversations conversations = services.GetRequiredService<IConversations>();
        await using IConversationLease lease = await conversations.BeginAsync("ann");
        lease.Workspace.AddImage(Grey(1), "grey");
        lease.Workspace.AddRegion("img1", Masks.Mask.FromRectangle(40, 30, new Masks.PixelBox(0, 0, 10, 10)));
        lease.Workspace.AddRegion("img1", Masks.Mask.FromRectangle(40, 30, new Masks.PixelBox(5, 5, 20, 20)));
        foreach (IReadOnlyList<VisionFunction> functions in (IReadOnlyList<VisionFunction>[])[lease.Functions, services.GetRequiredService<IVisionToolsets>().FunctionsOver(lease.Workspace)])
        {
            Assert.Equal(VisionFunctions.Over(_ => throw new VisionNotReadyException()).Select(function => function.Name), functions.Select(function => function.Name));
            Assert.IsType<RegionsResult>(await Call(functions, "combine_regions", ("operation", "union"), ("regions", "m1, m2")));
            Assert.IsType<RegionsResult>(await Call(functions, "get_regions", ("set", "img1")));
            Assert.IsType<ArtifactResult>(await Call(functions, "render_image", ("image", "img1")));
            Assert.IsType<ArtifactResult>(await Call(functions, "export_regions", ("set", "img1"), ("format", "coco_rle")));
            ToolError asked = Assert.IsType<ToolError>(await Call(functions, "caption", ("image", "img1")));
            Assert.Equal(isLoading ? "busy" : "failed", asked.Code);
        }

        static Task<ToolResult> Call(IReadOnlyList<VisionFunction> functions, string tool, params (string Name, object? Value)[] arguments) =>
            functions.Single(function => function.Name == tool).CallAsync(arguments.Select(argument => KeyValuePair.Create(argument.Name, argument.Value)));
    }

    public void Dispose() => Directory.Delete(_bundle, recursive: true);

    private static RgbImage Grey(byte grey)
    {
        byte[] pixels = new byte[PictureBytes];
        Array.Fill(pixels, grey);
        return RgbImage.FromPixels(pixels, 40, 30);
    }

    private static async Task<IEnumerable<string>> HandlesAsync(IConversations conversations, string owner) =>
        (await conversations.ListAsync(owner)).Select(summary => summary.Conversation);

    [Fact]
    public async Task A_format_that_is_a_service_is_offered_by_the_functions_and_written()
    {
        File.WriteAllText(Path.Combine(_bundle, "mglmm-bundle.json"), "{}");
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<ModelFactory>((_, _) => Task.FromResult<IGroundingModel>(new GardenModel()))
            .AddSingleton<IExportFormat>(new CountFormat())
            .AddMglmm(options => (options.BundlePath, options.WarmUp) = (_bundle, false))
            .BuildServiceProvider();
        IVisionToolsets toolsets = services.GetRequiredService<IVisionToolsets>();
        foreach (IReadOnlyList<VisionFunction> functions in (IReadOnlyList<VisionFunction>[])[toolsets.FunctionsOf("ann", "first"), toolsets.FunctionsOver(cancellationToken => toolsets.GetAsync("ann", "first", cancellationToken))])
        {
            string schema = functions.Single(function => function.Name == "export_regions").JsonSchema.GetRawText();
            Assert.Contains("\"count\"", schema, StringComparison.Ordinal);
            Assert.Contains("\"coco_rle\"", schema, StringComparison.Ordinal);
        }

        VisionToolset toolset = await toolsets.GetAsync("ann", "first");
        toolset.Workspace.AddImage(Grey(1), "grey");
        await toolset.ReferAsync("img1", "the trees").As<GroundedResult>();
        ArtifactResult written = await toolset.ExportRegionsAsync("m1, m2", "count").As<ArtifactResult>();
        Assert.True(toolset.Workspace.TryGetArtifact(written.Artifact, out VisionArtifact? file));
        Assert.Equal("2"u8, file.Content.Span);
    }

    private async Task<string> BeginAsync(IConversations conversations, string owner, byte grey)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await using IConversationLease lease = await conversations.BeginAsync(owner);
        lease.Workspace.AddImage(Grey(grey), "grey");
        await lease.SaveAsync();
        return lease.Workspace.Conversation;
    }

    private ServiceProvider Services(Action<MglmmOptions>? configure = null, ModelFactory? factory = null)
    {
        File.WriteAllText(Path.Combine(_bundle, "mglmm-bundle.json"), "{}");
        return new ServiceCollection()
            .AddSingleton<TimeProvider>(_time)
            .AddSingleton(factory ?? ((_, _) => Task.FromResult<IGroundingModel>(new ScriptedGroundingModel())))
            .AddMglmm(options =>
            {
                options.BundlePath = _bundle;
                options.WarmUp = false;
                configure?.Invoke(options);
            })
            .BuildServiceProvider();
    }

    /// <summary>A host's own format: how many regions there are.</summary>
    private sealed class CountFormat : IExportFormat
    {
        public string Name => "count";

        public string Description => "How many regions there are.";

        public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default) =>
            new("count.txt", "text/plain", Encoding.UTF8.GetBytes(request.Regions.Count.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>What a host wrote before workspaces of others were known.</summary>
    private sealed class OwnToolsets(IVisionToolsets inner) : IVisionToolsets
    {
        public ModelStatus Status => inner.Status;

        public ValueTask<IGroundingModel> GetModelAsync(CancellationToken cancellationToken = default) => inner.GetModelAsync(cancellationToken);

        public ValueTask<VisionToolset> GetAsync(string owner, string conversation, CancellationToken cancellationToken = default) => inner.GetAsync(owner, conversation, cancellationToken);

        public IReadOnlyList<VisionFunction> FunctionsOf(string owner, string conversation, VisionFunctionGroups groups = VisionFunctionGroups.All) => inner.FunctionsOf(owner, conversation, groups);

        public ValueTask<VisionToolset> GetAsync(VisionWorkspace workspace, CancellationToken cancellationToken = default) => inner.GetAsync(workspace, cancellationToken);

        public IReadOnlyList<VisionFunction> FunctionsOver(Func<CancellationToken, ValueTask<VisionToolset>> toolset) => inner.FunctionsOver(toolset);

        public bool Remove(string owner, string conversation) => inner.Remove(owner, conversation);
    }
}
