using MGLMM.Imaging;
using MGLMM.Vision.Results;

namespace MGLMM.Vision.Tests;

/// <summary>Workspaces of several owners: found by owner and conversation alone, bounded in number and time.</summary>
public sealed class VisionWorkspacesTests(OracleTools oracle)
{
    private const int PictureBytes = 4 * 3 * 3;

    [Fact]
    public void Each_owner_and_conversation_has_its_own()
    {
        VisionWorkspaces workspaces = new();
        VisionWorkspace first = workspaces.GetOrCreate("anna", "1");
        Assert.Equal(("anna", "1"), (first.Owner, first.Conversation));
        Assert.Same(first, workspaces.GetOrCreate("anna", "1"));
        Assert.NotSame(first, workspaces.GetOrCreate("bert", "1"));
        Assert.NotSame(first, workspaces.GetOrCreate("anna", "2"));
        Assert.NotSame(first, workspaces.GetOrCreate("Anna", "1"));
        Assert.False(workspaces.TryGet("bert", "2", out _));
        Assert.False(workspaces.TryGet("anna1", string.Empty, out _));
        Assert.True(workspaces.TryGet("anna", "1", out VisionWorkspace? found));
        Assert.Same(first, found);
        Assert.Equal(["1", "2"], workspaces.OfOwner("anna").Select(workspace => workspace.Conversation).Order());
        Assert.All(workspaces.OfOwner("bert"), workspace => Assert.Equal("bert", workspace.Owner));
        Assert.Empty(workspaces.OfOwner("nobody"));
        Assert.True(workspaces.Remove("anna", "1"));
        Assert.False(workspaces.Remove("anna", "1"));
        Assert.NotSame(first, workspaces.GetOrCreate("anna", "1"));
    }

    [Fact]
    public async Task Handles_of_one_mean_nothing_in_another()
    {
        VisionWorkspaces workspaces = new();
        VisionToolset anna = oracle.NewToolset(workspace: workspaces.GetOrCreate("anna", "1"));
        VisionToolset bert = oracle.NewToolset(workspace: workspaces.GetOrCreate("bert", "1"));
        await anna.OpenImageAsync("landscape");
        await anna.SegmentAndCaptionAsync("img1");
        Assert.Contains("none yet", (await bert.CaptionAsync("img1").Fails(ToolErrorCodes.UnknownHandle)).Try);
        await bert.OpenImageAsync("square");
        Assert.Equal("square", bert.Workspace.Images[0].Name);
        Assert.Contains("none yet", (await bert.ReferAsync("img1", "barn", "m1").Fails(ToolErrorCodes.UnknownHandle)).Try);
        Assert.Empty(bert.Workspace.Regions);
        Assert.Equal(3, anna.Workspace.Regions.Count);
    }

    [Fact]
    public void Too_many_push_out_the_one_used_longest_ago_first_of_the_same_owner()
    {
        FakeTime time = new();
        List<string> gone = new();
        VisionWorkspaces workspaces = new(
            new VisionWorkspacesOptions { MaximumWorkspaces = 4, MaximumPerOwner = 2, PushedOut = workspace => gone.Add($"{workspace.Owner}{workspace.Conversation}") }, time);
        Open("anna", "1");
        Open("bert", "1");
        Open("anna", "2");

        // Use of the workspace itself counts, not only being asked for here.
        Assert.True(workspaces.TryGet("anna", "1", out VisionWorkspace? first));
        time.Advance(TimeSpan.FromMinutes(1));
        first.TryGetRegion("m1", out _);
        Assert.Equal(time.GetUtcNow(), first.LastUsed);
        Open("anna", "3");
        Assert.Equal(["anna2"], gone);
        Open("cleo", "1");
        Open("dora", "1");
        Assert.Equal(["anna2", "bert1"], gone);
        Assert.Equal(4, workspaces.Count);

        void Open(string owner, string conversation)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            workspaces.GetOrCreate(owner, conversation);
        }
    }

    [Fact]
    public void Idle_ones_go_and_used_ones_stay()
    {
        FakeTime time = new();
        List<VisionWorkspace> gone = new();
        VisionWorkspaces workspaces = new(new VisionWorkspacesOptions { IdleTime = TimeSpan.FromMinutes(10), PushedOut = gone.Add }, time);
        VisionWorkspace idle = workspaces.GetOrCreate("anna", "idle");
        VisionWorkspace used = workspaces.GetOrCreate("anna", "used");
        time.Advance(TimeSpan.FromMinutes(6));
        used.TryGetImage("img1", out _);
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.False(workspaces.TryGet("anna", "idle", out _));
        Assert.Same(idle, Assert.Single(gone));
        Assert.Same(used, Assert.Single(workspaces.OfOwner("anna")));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, workspaces.RemoveIdle());
        Assert.Equal(0, workspaces.Count);
        Assert.NotSame(idle, workspaces.GetOrCreate("anna", "idle"));
    }

    [Fact]
    public void A_clock_that_is_set_makes_none_idle()
    {
        FakeTime time = new();
        VisionWorkspaces workspaces = new(new VisionWorkspacesOptions { IdleTime = TimeSpan.FromMinutes(10) }, time);
        workspaces.GetOrCreate("anna", "1");
        time.SetClock(TimeSpan.FromDays(365));
        Assert.Equal(0, workspaces.RemoveIdle());
        time.SetClock(-TimeSpan.FromDays(365));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, workspaces.RemoveIdle());
    }

    [Fact]
    public void A_name_that_is_refused_lets_none_go_untold()
    {
        FakeTime time = new();
        List<VisionWorkspace> gone = new();
        VisionWorkspaces workspaces = new(new VisionWorkspacesOptions { IdleTime = TimeSpan.FromMinutes(10), PushedOut = gone.Add }, time);
        VisionWorkspace idle = workspaces.GetOrCreate("anna", "idle");
        time.Advance(TimeSpan.FromMinutes(12));
        Assert.Throws<ArgumentException>(() => workspaces.GetOrCreate("anna", new string('x', 201)));
        Assert.Equal(1, workspaces.RemoveIdle());
        Assert.Same(idle, Assert.Single(gone));
    }

    [Fact]
    public void A_workspace_that_was_loaded_joins_under_its_own_names()
    {
        VisionWorkspaces workspaces = new();
        VisionWorkspace loaded = new("anna", "1");
        Assert.True(workspaces.TryAdd(loaded));
        Assert.Same(loaded, workspaces.GetOrCreate("anna", "1"));
        Assert.False(workspaces.TryAdd(new VisionWorkspace("anna", "1")));
    }

    [Fact]
    public void What_is_in_use_stays_whichever_limit_is_passed_and_goes_once_its_use_has_ended()
    {
        FakeTime time = new();
        List<string> gone = [];
        VisionWorkspaces workspaces = new(
            new VisionWorkspacesOptions
            {
                MaximumWorkspaces = 3, MaximumPerOwner = 2, MaximumBytes = 2 * PictureBytes, IdleTime = TimeSpan.FromHours(1),
                PushedOut = workspace => gone.Add($"{workspace.Owner}{workspace.Conversation}"),
            },
            time);
        VisionWorkspace begun = new("anna", "begun");
        WorkspaceHold[] holds = [begun.Hold(), New("anna", "1").Hold(), New("anna", "2").Hold()];
        begun.AddImage(Grey(9), "grey");
        Assert.True(workspaces.TryAdd(begun));
        New("bert", "1");
        time.Advance(TimeSpan.FromMinutes(30));
        New("cleo", "1");
        time.Advance(TimeSpan.FromMinutes(45));
        workspaces.RemoveIdle();

        // Three of anna's where there may be two, four and three pictures where there may be three and two, idle for more than an hour: those that nobody uses went for them.
        Assert.Equal(["bert1"], gone);
        Assert.Equal(["1", "2", "begun"], workspaces.OfOwner("anna").Select(workspace => workspace.Conversation).Order());
        Assert.Same(holds[1].Workspace, workspaces.GetOrCreate("anna", "1"));

        time.Advance(TimeSpan.FromMinutes(1));
        holds[0].Dispose();
        holds[0].Dispose();
        Assert.Equal(["bert1", "cleo1"], gone);
        time.Advance(TimeSpan.FromMinutes(1));
        holds[1].Dispose();
        Assert.Equal(["bert1", "cleo1", "annabegun"], gone);

        // It was used a moment ago; a look alone would not keep it.
        time.Advance(TimeSpan.FromMinutes(59));
        workspaces.Hold("anna", "1", counts: false)!.Dispose();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, workspaces.RemoveIdle());
        Assert.Equal(["2"], workspaces.OfOwner("anna").Select(workspace => workspace.Conversation));

        VisionWorkspace New(string owner, string conversation)
        {
            VisionWorkspace workspace = workspaces.GetOrCreate(owner, conversation);
            workspace.AddImage(Grey((byte)(owner[0] + conversation[0])), "grey");
            return workspace;
        }
    }

    [Fact]
    public async Task What_a_call_adds_is_counted_when_it_ends_and_is_nobody_elses_fault()
    {
        FakeTime time = new();
        VisionWorkspaces workspaces = new(new VisionWorkspacesOptions { MaximumBytes = 4 * PictureBytes }, time);
        Add("bert", "1", 1);
        Add("bert", "2", 1);
        Add("anna", "1", 2);

        // Tools that were got before; the host asks for nothing afterwards.
        VisionToolset tools = new(model: null, workspaces.GetOrCreate("anna", "2"));
        tools.AddImage("grey", PngWriter.Encode(Grey(1)));
        await tools.OpenImageAsync("grey").As<OpenedImageResult>();
        Assert.Equal(["2"], workspaces.OfOwner("anna").Select(workspace => workspace.Conversation));
        Assert.Equal(2, workspaces.OfOwner("bert").Count);

        // While somebody adds, others ask: it is not theirs that go.
        Add("anna", "3", 1);
        using WorkspaceHold adding = workspaces.Hold("anna", "2")!;
        adding.Workspace.AddImage(Grey(3), "grey");
        Assert.True(workspaces.TryGet("bert", "2", out _));
        Assert.Equal(2, workspaces.OfOwner("bert").Count);
        Assert.Equal(["2"], workspaces.OfOwner("anna").Select(workspace => workspace.Conversation));

        void Add(string owner, string conversation, int pictures)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            using WorkspaceHold hold = workspaces.GetOrCreate(owner, conversation).Hold();
            for (int picture = 0; picture < pictures; picture++)
            {
                hold.Workspace.AddImage(Grey((byte)(10 + picture)), "grey");
            }
        }
    }

    [Fact]
    public void Many_threads_agree_and_keep_the_bounds()
    {
        VisionWorkspaces workspaces = new(new VisionWorkspacesOptions { MaximumWorkspaces = 8, MaximumPerOwner = 4 });
        Parallel.For(0, 4000, index =>
        {
            string owner = $"o{index % 5}";
            VisionWorkspace workspace = workspaces.GetOrCreate(owner, $"c{index % 7}");
            Assert.Equal((owner, $"c{index % 7}"), (workspace.Owner, workspace.Conversation));
            Assert.True(workspaces.Count <= 8);
            Assert.True(workspaces.OfOwner(owner).Count <= 4);
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public void Names_are_plain_text(string name)
    {
        Assert.Throws<ArgumentException>(() => new VisionWorkspace(name, "1"));
        Assert.Throws<ArgumentException>(() => new VisionWorkspaces().GetOrCreate("anna", name));
        Assert.Throws<ArgumentException>(() => new VisionWorkspace(new string('x', 201), "1"));
    }

    [Fact]
    public void Options_are_checked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new VisionWorkspaces(new VisionWorkspacesOptions { MaximumWorkspaces = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VisionWorkspaces(new VisionWorkspacesOptions { MaximumPerOwner = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VisionWorkspaces(new VisionWorkspacesOptions { IdleTime = TimeSpan.Zero }));
    }

    private static RgbImage Grey(byte grey)
    {
        byte[] pixels = new byte[PictureBytes];
        Array.Fill(pixels, grey);
        return RgbImage.FromPixels(pixels, 4, 3);
    }
}
