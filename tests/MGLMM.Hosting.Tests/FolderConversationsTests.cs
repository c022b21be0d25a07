using MGLMM.Imaging;
using MGLMM.Vision;
using MGLMM.Vision.Results;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MGLMM.Hosting.Tests;

/// <summary>Conversations in a folder: found again by the next process, whole or not at all, and bounded.</summary>
public sealed class FolderConversationsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-kept-").FullName;
    private readonly FakeTime _time = new();

    private string Data => Path.Combine(_folder, "data");

    [Fact]
    public async Task The_next_process_finds_what_was_saved_under_the_same_handles()
    {
        string kept, begun;
        using (IHost host = await StartAsync())
        {
            kept = await ConversationAsync(host, "ann", 41);
            await using IConversationLease lease = await Conversations(host).BeginAsync("ann");
            begun = lease.Workspace.Conversation;
            lease.Workspace.AddImage(Grey(50), "never saved");
        }

        using IHost next = await StartAsync();
        ConversationSummary summary = Assert.Single(await Conversations(next).ListAsync("ann"));
        Assert.Equal((kept, "grey"), (summary.Conversation, Assert.Single(summary.Pictures)));
        Assert.Null(await Conversations(next).FindAsync("ann", begun));
        Assert.Null(await Conversations(next).FindAsync("bob", kept));
        Assert.Empty(await Conversations(next).ListAsync("bob"));
        await using IConversationLease? found = await Conversations(next).FindAsync("ann", kept);
        Assert.True(found!.Workspace.TryGetImage("img1", out VisionImage? image));
        Assert.Equal(Grey(41).ContentHash, image.Pixels.ContentHash);
        Assert.True(found.Workspace.TryGetArtifact("a1", out _));
        GroundedResult more = await (await found.GetToolsetAsync()).SegmentAndCaptionAsync("img1").As<GroundedResult>();
        Assert.Equal(("s1", "m1"), (more.Set, more.Regions[0].Region));
    }

    [Fact]
    public async Task What_a_killed_process_left_half_done_is_taken_away()
    {
        string kept;
        using (IHost host = await StartAsync())
        {
            kept = await ConversationAsync(host, "ann");
        }

        string owner = Directory.GetDirectories(Path.Combine(Data, "owners")).Single();
        Directory.CreateDirectory(Path.Combine(owner, "c23456789bc", "images"));
        await File.WriteAllTextAsync(Path.Combine(owner, "c23456789bc.json"), """{"owner":"ann","pictures":[]}""");
        await File.WriteAllTextAsync(Path.Combine(owner, "c98765432bc.json"), """{"owner":"ann","pictures":[]}""");
        Directory.CreateDirectory(Path.Combine(owner, ".gone-1", "images"));
        using IHost next = await StartAsync();
        Assert.Equal([kept], (await Conversations(next).ListAsync("ann")).Select(summary => summary.Conversation));
        Assert.Equal([kept, kept + ".json"], Directory.GetFileSystemEntries(owner).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_oldest_go_first_by_number_bytes_and_age_and_never_in_use()
    {
        using IHost host = await StartAsync(options => options.MaximumPerOwner = 2);
        IConversations conversations = Conversations(host);
        string first = await ConversationAsync(host, "ann");
        string second = await ConversationAsync(host, "ann");
        string others = await ConversationAsync(host, "bob");
        await using (await conversations.FindAsync("ann", first))
        {
            string third = await ConversationAsync(host, "ann");
            Assert.Equal([third, first], (await conversations.ListAsync("ann")).Select(summary => summary.Conversation));
        }

        Assert.Null(await conversations.FindAsync("ann", second));
        Assert.Single(await conversations.ListAsync("bob"));
        Assert.Equal(3, Directory.GetDirectories(Path.Combine(Data, "owners"), "c*", SearchOption.AllDirectories).Length);

        _time.Advance(TimeSpan.FromDays(29));
        await (await conversations.FindAsync("ann", first))!.DisposeAsync();
        _time.Advance(TimeSpan.FromDays(2));
        host.Services.GetRequiredService<FolderConversations>().Sweep();
        Assert.Equal([first], (await conversations.ListAsync("ann")).Select(summary => summary.Conversation));
        Assert.Null(await conversations.FindAsync("bob", others));
    }

    [Fact]
    public async Task Bytes_on_the_disk_are_bounded()
    {
        using IHost host = await StartAsync(options => options.MaximumBytes = 6_000);
        for (int number = 0; number < 12; number++)
        {
            await ConversationAsync(host, "ann", 40 + number);
            long bytes = new DirectoryInfo(Path.Combine(Data, "owners")).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
            Assert.InRange(bytes, 1, 6_000 + 500);
        }

        Assert.InRange((await Conversations(host).ListAsync("ann")).Count, 1, 11);
    }

    [Fact]
    public async Task Those_that_nobody_uses_leave_the_memory_and_come_back()
    {
        using IHost host = await StartAsync(options => options.MaximumOpen = 1);
        List<string> handles = new();
        for (int number = 0; number < 4; number++)
        {
            handles.Add(await ConversationAsync(host, "ann", 40 + number));
        }

        await using IConversationLease? held = await Conversations(host).FindAsync("ann", handles[0]);
        for (int round = 0; round < 2; round++)
        {
            for (int number = 0; number < 4; number++)
            {
                await using IConversationLease? found = await Conversations(host).FindAsync("ann", handles[number]);
                Assert.True(found!.Workspace.TryGetImage("img1", out VisionImage? image));
                Assert.Equal(40 + number, image.Width);
                Assert.Equal(number == 0, ReferenceEquals(held!.Workspace, found.Workspace));
            }
        }
    }

    [Fact]
    public async Task Calls_at_once_lose_nothing()
    {
        string conversation;
        using (IHost host = await StartAsync(options => options.MaximumOpen = 1))
        {
            conversation = await ConversationAsync(host, "ann");
            await Task.WhenAll(Enumerable.Range(0, 12).Select(number => Task.Run(async () =>
            {
                await using IConversationLease? lease = await Conversations(host).FindAsync("ann", conversation);
                lease!.Workspace.AddImage(Grey(100 + number), $"number {number}");
                await lease.SaveAsync();
                await ConversationAsync(host, "bob", 30 + number);
            })));
        }

        using IHost next = await StartAsync();
        await using IConversationLease? found = await Conversations(next).FindAsync("ann", conversation);
        Assert.Equal(13, found!.Workspace.Images.Count);
        Assert.Equal(13, (await Conversations(next).ListAsync("ann")).Single().Pictures.Count);
        Assert.Equal(12, (await Conversations(next).ListAsync("bob")).Count);
    }

    [Fact]
    public async Task What_is_let_go_while_it_is_used_goes_with_its_last_user()
    {
        using IHost host = await StartAsync();
        string conversation = await ConversationAsync(host, "ann");
        await using (IConversationLease? lease = await Conversations(host).FindAsync("ann", conversation))
        {
            Assert.False(await Conversations(host).RemoveAsync("bob", conversation));
            Assert.True(await Conversations(host).RemoveAsync("ann", conversation));
            Assert.Null(await Conversations(host).FindAsync("ann", conversation));
            await lease!.SaveAsync();
            Assert.Empty(await Conversations(host).ListAsync("ann"));
        }

        Assert.Empty(Directory.GetDirectories(Path.Combine(Data, "owners"), "c*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_look_renews_nothing()
    {
        using IHost host = await StartAsync();
        string conversation = await ConversationAsync(host, "ann");
        _time.Advance(TimeSpan.FromDays(29));
        await using (IConversationLease? looked = await Conversations(host).LookAsync("ann", conversation))
        {
            Assert.Single(looked!.Workspace.Images);
        }

        Assert.Null(await Conversations(host).LookAsync("bob", conversation));
        _time.Advance(TimeSpan.FromDays(2));
        host.Services.GetRequiredService<FolderConversations>().Sweep();
        Assert.Empty(await Conversations(host).ListAsync("ann"));
    }

    [Theory]
    [InlineData(null, 17, 5)]
    [InlineData("3", 60_000_000, 3)]
    public async Task A_conversation_holds_what_the_host_says_unless_the_folder_says_otherwise(string? ofFolder, long pixels, int images)
    {
        using IHost host = await StartAsync(
            null, model => model.WorkspaceLimits = model.WorkspaceLimits with { MaximumTotalPixels = 17, MaximumImages = 5 }, ("Mglmm:Conversations:WorkspaceLimits:MaximumImages", ofFolder));
        string conversation;
        await using (IConversationLease begun = await Conversations(host).BeginAsync("ann"))
        {
            Assert.Equal((pixels, images), (begun.Workspace.Limits.MaximumTotalPixels, begun.Workspace.Limits.MaximumImages));
            begun.Workspace.AddImage(RgbImage.FromPixels(new byte[12], 2, 2), "small");
            await begun.SaveAsync();
            conversation = begun.Workspace.Conversation;
        }

        host.Dispose();
        using IHost next = await StartAsync(
            null, model => model.WorkspaceLimits = model.WorkspaceLimits with { MaximumTotalPixels = 17, MaximumImages = 5 }, ("Mglmm:Conversations:WorkspaceLimits:MaximumImages", ofFolder));
        await using IConversationLease? found = await Conversations(next).FindAsync("ann", conversation);
        Assert.Equal((pixels, images), (found!.Workspace.Limits.MaximumTotalPixels, found.Workspace.Limits.MaximumImages));
    }

    [Fact]
    public async Task Limits_of_the_folders_own_begin_with_a_hosts_defaults()
    {
        using (IHost host = await StartAsync(options => options.WorkspaceLimits = options.WorkspaceLimits with { MaximumImages = 3 }, model => model.WorkspaceLimits = new WorkspaceLimits { MaximumTotalPixels = 17 }))
        {
            await using IConversationLease begun = await Conversations(host).BeginAsync("ann");
            Assert.Equal((60_000_000, 3), (begun.Workspace.Limits.MaximumTotalPixels, begun.Workspace.Limits.MaximumImages));
        }

        // However they are bound, and where other settings are bound alone.
        ConversationFolderOptions bound = new();
        Bind(bound, ("MaximumOpen", "3"));
        Assert.Equal(3, bound.MaximumOpen);
        Assert.Null(bound.OwnWorkspaceLimits);
        Bind(bound, ("WorkspaceLimits:MaximumImages", "3"));
        Assert.Equal(new MglmmOptions().WorkspaceLimits with { MaximumImages = 3 }, bound.OwnWorkspaceLimits);
        Assert.Equal(new MglmmOptions().WorkspaceLimits, new ConversationFolderOptions().WorkspaceLimits);

        static void Bind(ConversationFolderOptions options, (string Key, string? Value) setting) =>
            new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting.Key, setting.Value)]).Build().Bind(options);
    }

    [Fact]
    public async Task One_that_is_too_large_for_the_memory_leaves_the_others_there()
    {
        using IHost host = await StartAsync(options => options.MaximumOpenBytes = 100 * 30 * 3);
        string small = await ConversationAsync(host, "ann", 40);
        VisionWorkspace before = await WorkspaceAsync(small);
        string large = await ConversationAsync(host, "ann", 200);
        VisionWorkspace tooLarge = await WorkspaceAsync(large);
        Assert.Same(before, await WorkspaceAsync(small));
        Assert.NotSame(tooLarge, await WorkspaceAsync(large));

        async Task<VisionWorkspace> WorkspaceAsync(string conversation)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await using IConversationLease? lease = await Conversations(host).FindAsync("ann", conversation);
            return lease!.Workspace;
        }
    }

    [Fact]
    public async Task A_damaged_one_is_not_there_and_harms_no_other()
    {
        string damaged, sound;
        using (IHost host = await StartAsync())
        {
            damaged = await ConversationAsync(host, "ann");
            sound = await ConversationAsync(host, "ann");
        }

        string document = Directory.GetFiles(Data, "workspace.json", SearchOption.AllDirectories).Single(path => path.Contains(damaged, StringComparison.Ordinal));
        await File.WriteAllTextAsync(document, "{}");
        using IHost next = await StartAsync();
        Assert.Null(await Conversations(next).FindAsync("ann", damaged));
        await using IConversationLease? found = await Conversations(next).FindAsync("ann", sound);
        Assert.NotNull(found);
    }

    /// <summary>A battery that is empty, a server of times that is wrong for a minute: what was there a moment ago is there.</summary>
    [Fact]
    public async Task A_clock_that_is_set_forward_makes_no_conversation_old()
    {
        string before;
        using (IHost host = await StartAsync())
        {
            before = await ConversationAsync(host, "ann");
        }

        string document = Directory.GetFiles(Data, "workspace.json", SearchOption.AllDirectories).Single();
        File.SetLastWriteTimeUtc(document, _time.GetUtcNow().UtcDateTime);
        using IHost next = await StartAsync();
        string now = await ConversationAsync(next, "ann");
        _time.SetClock(TimeSpan.FromDays(365));
        next.Services.GetRequiredService<FolderConversations>().Sweep();
        Assert.Equal([now, before], (await Conversations(next).ListAsync("ann")).Select(summary => summary.Conversation));

        _time.Advance(TimeSpan.FromDays(31));
        next.Services.GetRequiredService<FolderConversations>().Sweep();
        Assert.Empty(await Conversations(next).ListAsync("ann"));
    }

    [Fact]
    public async Task One_process_at_a_time_has_the_folder()
    {
        using IHost host = await StartAsync();
        IOException exception = await Assert.ThrowsAsync<IOException>(() => StartAsync());
        Assert.Contains("in use by another process", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_to_is_not_told_as_another_process()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links there need a right of their own.");
        Directory.CreateDirectory(Data);
        string link = Path.Combine(Data, "conversations.lock");
        File.CreateSymbolicLink(link, link); // leads nowhere, which is a plain IOException, as a volume that is read only
        IOException exception = await Assert.ThrowsAsync<IOException>(() => StartAsync());
        Assert.Contains($"'{Data}' cannot be written to: ", exception.Message, StringComparison.Ordinal);

        Directory.Delete(Data, recursive: true);
        await File.WriteAllTextAsync(Data, "no folder");
        exception = await Assert.ThrowsAsync<IOException>(() => StartAsync());
        Assert.Contains($"'{Data}' cannot be written to: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_are_checked()
    {
        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => StartAsync(options =>
        {
            options.Folder = "relative";
            options.MaximumPerOwner = 0;
            options.MaximumAge = TimeSpan.Zero;
        }));
        Assert.Equal(
            [
                "Mglmm:Conversations:Folder is 'relative'; give a full path.",
                "Mglmm:Conversations:MaximumPerOwner is 0; give 1 or more.",
                "Mglmm:Conversations:MaximumAge is 00:00:00; give a time above zero, such as 30.00:00:00.",
            ],
            exception.Failures);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static IConversations Conversations(IHost host) => host.Services.GetRequiredService<IConversations>();

    private static RgbImage Grey(int width) => RgbImage.FromPixels(new byte[width * 30 * 3], width, 30);

    private async Task<string> ConversationAsync(IHost host, string owner, int width = 40)
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        await using IConversationLease lease = await Conversations(host).BeginAsync(owner);
        lease.Workspace.AddImage(Grey(width), "grey");
        VisionToolset toolset = await lease.GetToolsetAsync();
        await toolset.SegmentAndCaptionAsync("img1").As<GroundedResult>();
        await toolset.ExportRegionsAsync("img1", "coco_rle").As<ArtifactResult>();
        await lease.SaveAsync();
        return lease.Workspace.Conversation;
    }

    private async Task<IHost> StartAsync(Action<ConversationFolderOptions>? configure = null, Action<MglmmOptions>? model = null, params (string Key, string? Value)[] settings)
    {
        string bundle = Directory.CreateDirectory(Path.Combine(_folder, "bundle")).FullName;
        await File.WriteAllTextAsync(Path.Combine(bundle, "mglmm-bundle.json"), "{}");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null).Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton<ModelFactory>((_, _) => Task.FromResult<IGroundingModel>(new ScriptedGroundingModel()));
        builder.Services.AddMglmmConversationFolder(options =>
        {
            options.Folder = Data;
            configure?.Invoke(options);
        });
        builder.Services.AddMglmm(options =>
        {
            options.BundlePath = bundle;
            options.WarmUp = false;
            model?.Invoke(options);
        });
        IHost host = builder.Build();
        try
        {
            await host.StartAsync();
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }
}
