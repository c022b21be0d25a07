using MGLMM.Vision.Persistence;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Support;

namespace MGLMM.Vision.Tests.Persistence;

/// <summary>A workspace goes on after a restart as if nothing had been.</summary>
public sealed class SaveAndLoadTests(OracleTools oracle)
{
    [Fact]
    public async Task Everything_comes_back_under_its_handle_and_no_handle_is_given_again()
    {
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        string folder = oracle.NewFolder();
        await workspace.SaveAsync(folder);
        VisionWorkspace loaded = await VisionWorkspace.LoadAsync(folder);
        loaded.IsConsistent();

        // A lone surrogate is the only thing that no file can hold.
        Assert.Equal("ein grüner \"See\" \uFFFD", loaded.Regions[1].Phrase);
        Assert.Equal(workspace.Regions.Select(region => region.Mask), loaded.Regions.Select(region => region.Mask));
        Assert.Equal(("anna", "holiday"), (loaded.Owner, loaded.Conversation));
        await loaded.SaveAsync(folder);
        (await VisionWorkspace.LoadAsync(folder)).IsTheSameAs(loaded);

        Assert.True(loaded.IsExpired("img1"));
        Assert.False(loaded.IsExpired("img5"));
        Assert.Equal("img5", SavedWorkspace.AddImage(loaded, oracle, 9).Handle);
        Assert.Equal("s4", loaded.AddSet(loaded.Images[0], [], "new").Handle);
        Assert.Equal("a3", loaded.AddArtifact((handle, number) => SavedWorkspace.NewArtifact(handle, number, "img4", "x.png", [])).Handle);
        Assert.Equal("m8", loaded.AddRegions(loaded.Images[0], [(Masks.Mask.Full(loaded.Images[0].Width, loaded.Images[0].Height), "all")], "i", null, null)[0].Handle);
    }

    [Fact]
    public async Task The_picture_used_longest_ago_is_still_the_first_to_go()
    {
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        workspace.TryGetImage("img2", out _);
        string folder = oracle.NewFolder();
        await workspace.SaveAsync(folder);
        VisionWorkspace loaded = await VisionWorkspace.LoadAsync(folder, new WorkspaceLimits { MaximumImages = 3 });
        SavedWorkspace.AddImage(loaded, oracle, 9);
        Assert.Equal(["img2", "img4", "img5"], loaded.Images.Select(image => image.Handle));
    }

    [Fact]
    public async Task Tools_go_on_where_they_were_follow_ups_included()
    {
        VisionToolset before = oracle.NewToolset();
        await before.OpenImageAsync("landscape");
        GroundedResult regions = await before.SegmentAndCaptionAsync("img1").As<GroundedResult>();
        await before.AskAsync("img1", "Can you segment the dog in this image?").As<GroundedResult>();
        string folder = oracle.NewFolder();
        await before.Workspace.SaveAsync(folder);
        GroundedResult next = await before.AskAsync("img1", "Where is it?", followUp: true).As<GroundedResult>();

        VisionToolset after = oracle.NewToolset(workspace: await VisionWorkspace.LoadAsync(folder));
        Assert.Equal(next.ModelSaid, (await after.AskAsync("img1", "Where is it?", followUp: true).As<GroundedResult>()).ModelSaid);
        GroundedResult again = await after.SegmentAndCaptionAsync("img1").As<GroundedResult>();
        Assert.Equal(regions.ModelSaid, again.ModelSaid);
        Assert.Equal("img1", (await after.OpenImageAsync("landscape").As<OpenedImageResult>()).Image);
        await after.CaptionAsync("img1", "m2").As<CaptionResult>();
    }

    [Fact]
    public async Task An_empty_workspace_comes_back_empty()
    {
        string folder = Path.Combine(oracle.NewFolder(), "made", "on", "saving");
        await new VisionWorkspace().SaveAsync(folder);
        VisionWorkspace loaded = await VisionWorkspace.LoadAsync(folder);
        Assert.Empty(loaded.Images);
        Assert.Equal(VisionWorkspace.DefaultOwner, loaded.Owner);
    }

    [Fact]
    public async Task Saving_again_writes_what_is_new_and_takes_away_what_is_gone()
    {
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        string folder = oracle.NewFolder();
        await workspace.SaveAsync(folder);
        string[] old = Directory.GetFiles(Path.Combine(folder, "images")).Order().ToArray();
        Assert.Equal(3, old.Length);
        DateTime[] times = old.Select(File.GetLastWriteTimeUtc).ToArray();
        File.WriteAllText(Path.Combine(folder, "images", "mine.png"), "not ours");
        SavedWorkspace.AddImage(workspace, oracle, 9);
        await workspace.SaveAsync(folder);
        string[] now = Directory.GetFiles(Path.Combine(folder, "images")).Order().ToArray();
        Assert.Equal(4, now.Length);
        Assert.Contains(now, path => path.EndsWith("mine.png", StringComparison.Ordinal));
        string[] kept = old.Intersect(now).ToArray();
        Assert.Equal(2, kept.Length);
        Assert.All(kept, path => Assert.Equal(times[Array.IndexOf(old, path)], File.GetLastWriteTimeUtc(path)));
        (await VisionWorkspace.LoadAsync(folder)).IsConsistent();

        // A file that somebody touched is written anew.
        File.WriteAllText(kept[0], "damaged");
        await Assert.ThrowsAsync<WorkspaceFormatException>(() => VisionWorkspace.LoadAsync(folder));
        await workspace.SaveAsync(folder);
        (await VisionWorkspace.LoadAsync(folder)).IsConsistent();
        Assert.DoesNotContain(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_save_that_ends_early_leaves_the_one_before_whole()
    {
        string folder = oracle.NewFolder();
        VisionWorkspace first = SavedWorkspace.New(oracle);
        await first.SaveAsync(folder);
        VisionWorkspace known = await VisionWorkspace.LoadAsync(folder);
        VisionWorkspace other = new(known.Owner, known.Conversation);
        SavedWorkspace.AddImage(other, oracle, 77);
        SavedWorkspace.AddImage(other, oracle, 78);

        // Cancelled before the step that counts: pictures are there already, and stay beside the old ones.
        using CancellationTokenSource stop = new();
        WorkspaceSnapshot snapshot = new()
        {
            Owner = known.Owner,
            Conversation = known.Conversation,
            LastImage = 2,
            LastRegion = 0,
            LastSet = 0,
            LastArtifact = 0,
            Clock = 2,
            Images = new CancellingList([.. other.Images.Select(image => new KeptImage(image, 1, []))], stop),
            Regions = [],
            Sets = [],
            Artifacts = [],
        };
        SaveStamp before = new(WorkspaceSeal.HashOf(File.ReadAllBytes(Path.Combine(folder, "workspace.json")))!, 1);
        Assert.Throws<OperationCanceledException>(
            () => WorkspaceWriter.Save(snapshot, new WorkspaceFolder(folder), new Dictionary<string, SavedFile>(), [before], long.MaxValue, stop.Token));
        Assert.Equal(5, Directory.GetFiles(Path.Combine(folder, "images")).Length);
        (await VisionWorkspace.LoadAsync(folder)).IsTheSameAs(known);

        // What a crash leaves beside it does no harm and goes with the next save.
        File.WriteAllText(Path.Combine(folder, $"workspace.json.{Guid.NewGuid():N}.tmp"), "{");
        (await VisionWorkspace.LoadAsync(folder)).IsTheSameAs(known);
        await first.SaveAsync(folder);
        Assert.Equal(3, Directory.GetFiles(Path.Combine(folder, "images")).Length);
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.SaveAsync(folder, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task A_first_save_that_was_interrupted_may_be_repeated()
    {
        string folder = oracle.NewFolder();
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        File.WriteAllText(Path.Combine(folder, $"workspace.json.{Guid.NewGuid():N}.tmp"), "{");
        await SavedWorkspace.New(oracle).SaveAsync(folder);
        await VisionWorkspace.LoadAsync(folder);
    }

    [Fact]
    public async Task Folders_with_other_content_are_left_alone()
    {
        string folder = oracle.NewFolder();
        File.WriteAllText(Path.Combine(folder, "thesis.txt"), "ten years of work");
        await Assert.ThrowsAsync<IOException>(() => SavedWorkspace.New(oracle).SaveAsync(folder));
        Assert.Equal("thesis.txt", Path.GetFileName(Assert.Single(Directory.GetFileSystemEntries(folder))));

        // The same name is not the same format.
        string other = oracle.NewFolder();
        File.WriteAllText(Path.Combine(other, "workspace.json"), "{\"folders\":[]}");
        await Assert.ThrowsAsync<IOException>(() => SavedWorkspace.New(oracle).SaveAsync(other));
        Assert.Single(Directory.GetFileSystemEntries(other));
    }

    [Fact]
    public async Task Two_saves_into_one_folder_do_not_mix()
    {
        string folder = oracle.NewFolder();
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => workspace.SaveAsync(folder)));
        using (new WorkspaceFolder(folder).Claim())
        {
            Assert.Contains("under way", (await Assert.ThrowsAsync<IOException>(() => workspace.SaveAsync(folder))).Message);
        }

        await workspace.SaveAsync(folder);
        (await VisionWorkspace.LoadAsync(folder)).IsConsistent();
    }

    [Fact]
    public async Task Saving_and_loading_go_on_beside_calls()
    {
        VisionWorkspace workspace = SavedWorkspace.New(oracle);
        string folder = oracle.NewFolder();
        await workspace.SaveAsync(folder);
        byte shade = 20;
        for (int round = 0; round < 10; round++)
        {
            Task saving = workspace.SaveAsync(folder);
            Task<VisionWorkspace> loading = VisionWorkspace.LoadAsync(folder);
            VisionImage image = SavedWorkspace.AddImage(workspace, oracle, shade++);
            workspace.AddSet(image, [], "beside");
            await saving;
            (await loading).IsConsistent();
        }

        workspace.IsConsistent();
    }

    /// <summary>Cancels once its last picture was taken.</summary>
    private sealed class CancellingList(IReadOnlyList<KeptImage> items, CancellationTokenSource stop) : IReadOnlyList<KeptImage>
    {
        public int Count => items.Count;

        public KeptImage this[int index] => items[index];

        public IEnumerator<KeptImage> GetEnumerator()
        {
            foreach (KeptImage item in items)
            {
                yield return item;
            }

            stop.Cancel();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
