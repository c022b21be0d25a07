using MGLMM.Hosting;
using MGLMM.Orleans.Conversations;

namespace MGLMM.Orleans.Tests;

/// <summary>Files of conversations in a folder that gateways share.</summary>
public sealed class FolderArtifactStoreTests
{
    private static readonly TimeSpan Age = TimeSpan.FromDays(30);
    private static readonly byte[] Bytes = [0, 1, 2, 255];

    private readonly FakeTime _time = new();
    private readonly string _conversation = ConversationFiles.KeyOf("anna", ConversationHandle.New());

    [Fact]
    public async Task Files_that_nobody_has_used_for_long_go_and_those_in_use_stay()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await BeginTimesAsync(store);
        string[] names = [.. ((string[])["left", "touched", "read", "put"]).Select(name => $"{_conversation}/images/{name}.png")];
        foreach (string name in names)
        {
            await PutAsync(store, name);
        }

        _time.Advance(Age);
        await store.TouchAsync([names[1], $"{_conversation}/images/never.png"]);
        Assert.Equal(Bytes, (await store.GetAsync(names[2]))!);
        await PutAsync(store, names[3]);
        Assert.Equal(4, Files(folder).Length); // no file goes before its conversation

        _time.Advance(Age / 5);
        await PutAsync(store, $"{_conversation}/artifacts/new.svg");
        Assert.Null(await store.GetAsync(names[0]));
        Assert.Equal(4, Files(folder).Length);
    }

    [Fact]
    public async Task A_store_that_is_opened_again_sweeps_and_leaves_what_is_not_its_own()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await BeginTimesAsync(store);
        await PutAsync(store, $"{_conversation}/images/a.png");
        string half = folder.Write($"{_conversation}/artifacts/b.svg.0123.tmp", "a put that was killed");
        string[] others = [folder.Write("accounts.csv", "1"), folder.Write("holidays/2019/images/beach.png", "2"), folder.Write($"{_conversation}/notes.txt", "3")];
        DateTime longAgo = _time.GetUtcNow().UtcDateTime;
        foreach (string path in (string[])[half, .. others, .. Directory.GetDirectories(folder.Location, "*", SearchOption.AllDirectories)])
        {
            File.SetLastWriteTimeUtc(path, longAgo);
        }

        _time.Advance(2 * Age);
        string put = await SweepAgainAsync(folder, Age);
        Assert.Equal(((string[])[put, .. others]).Order(), Files(folder).Order());
    }

    [Fact]
    public async Task Folders_that_nothing_lies_in_any_more_go_after_their_files()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.PathOf($"{_conversation}/images"));
        _time.Advance(DateTimeOffset.UtcNow - _time.GetUtcNow());
        await SweepAgainAsync(folder, Age);
        Assert.True(Directory.Exists(folder.PathOf($"{_conversation}/images")));
        _time.Advance(2 * Age);
        string put = await SweepAgainAsync(folder, Age);
        Assert.Equal(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(put))), Assert.Single(Directory.GetDirectories(folder.Location)));
    }

    [Fact]
    public async Task Files_that_were_used_before_times_were_written_down_stay_for_as_long_as_any_is_kept()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore before = new(folder.Location);
        await PutAsync(before, $"{_conversation}/images/a.png");
        await before.Sweeping; // which would say later that times begin anew
        File.SetLastWriteTimeUtc(Assert.Single(Files(folder)), _time.GetUtcNow().UtcDateTime);
        string old = Assert.Single(Files(folder));
        _time.Advance(3 * Age);

        // Not when a store is made, which whoever makes it may not mean as it is; nor with the first put, nor soon after.
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await store.Sweeping;
        Assert.Empty(Directory.GetFiles(folder.Location));
        foreach (double ages in (double[])[0, 1, 0.09])
        {
            _time.Advance(Age * ages);
            await SweepAsync(store);
            Assert.True(File.Exists(old));
        }

        _time.Advance(Age * 0.011);
        await SweepAsync(store);
        Assert.False(File.Exists(old));
    }

    [Fact]
    public async Task The_longest_age_counts_for_as_long_as_something_may_be_kept_for_it()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await BeginTimesAsync(store);
        string kept = await SweepAsync(store);

        // One that was given another age by mistake.
        TimeSpan hour = TimeSpan.FromHours(1);
        _time.Advance(TimeSpan.FromDays(3));
        await SweepAgainAsync(folder, hour);
        Assert.True(File.Exists(kept));

        // Meant after all: once what was kept for the longer one is over.
        _time.Advance(Age - TimeSpan.FromDays(1));
        string later = await SweepAgainAsync(folder, Age * 0.9);
        Assert.True(File.Exists(kept));
        _time.Advance(TimeSpan.FromDays(2));
        await SweepAgainAsync(folder, hour);
        Assert.False(File.Exists(kept));
        Assert.True(File.Exists(later));
    }

    [Fact]
    public async Task A_store_that_writes_no_times_down_puts_sweeping_off()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await BeginTimesAsync(store);
        string kept = await SweepAsync(store);
        _time.Advance(2 * Age);
        FolderArtifactStore without = new(folder.Location, age: null, _time, File.SetLastWriteTimeUtc);
        Assert.NotNull(await without.GetAsync(Path.GetRelativePath(folder.Location, kept).Replace('\\', '/')));
        await without.Sweeping;
        await SweepAsync(store);
        Assert.True(File.Exists(kept));
        _time.Advance(2 * Age);
        await SweepAsync(store);
        Assert.False(File.Exists(kept));
    }

    [Fact]
    public async Task Files_of_another_user_are_in_use_too()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore theirs = new(folder.Location, Age, _time);
        await BeginTimesAsync(theirs);
        string[] names = [.. ((string[])["touched", "read", "broken"]).Select(name => $"{_conversation}/images/{name}.png")];
        foreach (string name in names)
        {
            await PutAsync(theirs, name);
        }

        HashSet<string> own = [];
        FolderArtifactStore store = new(folder.Location, Age, _time, (path, time) =>
        {
            if (!path.EndsWith(".tmp", StringComparison.Ordinal) || path.Contains("broken", StringComparison.Ordinal))
            {
                throw new UnauthorizedAccessException("The time is its owner's to set.");
            }

            own.Add(path);
            File.SetLastWriteTimeUtc(path, time);
        });
        _time.Advance(Age);
        Assert.Equal(Bytes, (await store.GetAsync(names[1]))!);

        // One that fails takes none of the others with it.
        await Assert.ThrowsAsync<IOException>(() => store.TouchAsync([names[2], $"{_conversation}/images/never.png", names[0]]));
        Assert.Equal(2, own.Count);
        _time.Advance(Age / 5);
        await SweepAsync(theirs);
        Assert.Equal(Bytes, (await theirs.GetAsync(names[0]))!);
        Assert.Equal(Bytes, (await theirs.GetAsync(names[1]))!);
        Assert.Null(await theirs.GetAsync(names[2]));
        Assert.DoesNotContain(Files(folder), file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_makes_no_file_old()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await BeginTimesAsync(store);
        string kept = await SweepAsync(store);
        _time.SetClock(10 * Age);
        _time.Advance(TimeSpan.FromHours(1));
        await SweepAsync(store);
        Assert.True(File.Exists(kept));
        _time.Advance(2 * Age);
        await SweepAsync(store);
        Assert.False(File.Exists(kept));
    }

    [Fact]
    public async Task It_is_swept_once_an_hour_at_most()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await PutAsync(store, $"{_conversation}/images/a.png");
        Task first = store.Sweeping;
        _time.Advance(TimeSpan.FromMinutes(59));
        await PutAsync(store, $"{_conversation}/images/a.png");
        Assert.Same(first, store.Sweeping);
        _time.Advance(TimeSpan.FromMinutes(1));
        await PutAsync(store, $"{_conversation}/images/a.png");
        Assert.NotSame(first, store.Sweeping);
        await Task.WhenAll(first, store.Sweeping);
    }

    [Fact]
    public async Task Without_an_age_files_stay()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location);
        await PutAsync(store, $"{_conversation}/images/a.png");
        File.SetLastWriteTimeUtc(Assert.Single(Files(folder)), DateTime.UnixEpoch);
        await PutAsync(store, $"{_conversation}/images/b.png");
        Assert.Equal(2, Files(folder).Length);
        Assert.Null(store.TouchInterval);
    }

    /// <summary>Lets a store be there for as long as files are kept: from now on it sweeps.</summary>
    private async Task BeginTimesAsync(FolderArtifactStore store)
    {
        string put = await SweepAsync(store);
        _time.Advance(Age * 1.1);
        File.Delete(put);
    }

    /// <summary>Puts a file of another conversation, and waits for the sweep that comes with it.</summary>
    private static async Task<string> SweepAsync(FolderArtifactStore store)
    {
        string name = $"{ConversationFiles.KeyOf("bert", ConversationHandle.New())}/images/put.png";
        await PutAsync(store, name);
        return store.PathOf(name);
    }

    /// <summary>Puts a file, and waits for the sweep that may come with it: one that is late would write into the folder while the test takes it away.</summary>
    private static async Task PutAsync(FolderArtifactStore store, string name)
    {
        await store.PutAsync(name, Bytes);
        await store.Sweeping;
    }

    private Task<string> SweepAgainAsync(TemporaryFolder folder, TimeSpan age) => SweepAsync(new FolderArtifactStore(folder.Location, age, _time));

    /// <summary>All files but those that stores leave for each other.</summary>
    private static string[] Files(TemporaryFolder folder) =>
        [.. Directory.GetFiles(folder.Location, "*", SearchOption.AllDirectories).Where(path => !Path.GetFileName(path).StartsWith(".mglmm-", StringComparison.Ordinal))];
}
