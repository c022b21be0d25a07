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
        string[] names = [.. ((string[])["left", "touched", "read", "put"]).Select(name => $"{_conversation}/images/{name}.png")];
        foreach (string name in names)
        {
            await store.PutAsync(name, Bytes);
        }

        _time.Advance(Age);
        await store.TouchAsync([names[1], $"{_conversation}/images/never.png"]);
        Assert.Equal(Bytes, (await store.GetAsync(names[2]))!);
        await store.PutAsync(names[3], Bytes);
        await store.Sweeping;
        Assert.Equal(4, Files(folder).Length); // no file goes before its conversation

        _time.Advance(Age / 5);
        await store.PutAsync($"{_conversation}/artifacts/new.svg", Bytes);
        await store.Sweeping;
        Assert.Null(await store.GetAsync(names[0]));
        Assert.Equal(4, Files(folder).Length);
    }

    [Fact]
    public async Task A_store_that_is_opened_again_sweeps_and_leaves_what_is_not_its_own()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        await store.PutAsync($"{_conversation}/images/a.png", Bytes);
        string half = folder.Write($"{_conversation}/artifacts/b.svg.0123.tmp", "a put that was killed");
        string[] others = [folder.Write("accounts.csv", "1"), folder.Write("holidays/2019/images/beach.png", "2"), folder.Write($"{_conversation}/notes.txt", "3")];
        DateTime longAgo = _time.GetUtcNow().UtcDateTime;
        foreach (string path in (string[])[half, .. others, .. Directory.GetDirectories(folder.Location, "*", SearchOption.AllDirectories)])
        {
            File.SetLastWriteTimeUtc(path, longAgo);
        }

        _time.Advance(2 * Age);
        await new FolderArtifactStore(folder.Location, Age, _time).Sweeping;
        Assert.Equal(others.Order(), Files(folder).Order());
    }

    [Fact]
    public async Task Folders_that_nothing_lies_in_any_more_go_after_their_files()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder.PathOf($"{_conversation}/images"));
        _time.Advance(DateTimeOffset.UtcNow - _time.GetUtcNow());
        await new FolderArtifactStore(folder.Location, Age, _time).Sweeping;
        Assert.True(Directory.Exists(folder.PathOf($"{_conversation}/images")));
        _time.Advance(2 * Age);
        await new FolderArtifactStore(folder.Location, Age, _time).Sweeping;
        Assert.Empty(Directory.GetDirectories(folder.Location));
    }

    [Fact]
    public async Task It_is_swept_once_an_hour_at_most()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location, Age, _time);
        Task first = store.Sweeping;
        _time.Advance(TimeSpan.FromMinutes(59));
        await store.PutAsync($"{_conversation}/images/a.png", Bytes);
        Assert.Same(first, store.Sweeping);
        _time.Advance(TimeSpan.FromMinutes(1));
        await store.PutAsync($"{_conversation}/images/a.png", Bytes);
        Assert.NotSame(first, store.Sweeping);
        await Task.WhenAll(first, store.Sweeping);
    }

    [Fact]
    public async Task Without_an_age_files_stay()
    {
        using TemporaryFolder folder = new();
        FolderArtifactStore store = new(folder.Location);
        await store.PutAsync($"{_conversation}/images/a.png", Bytes);
        File.SetLastWriteTimeUtc(Assert.Single(Files(folder)), DateTime.UnixEpoch);
        await store.PutAsync($"{_conversation}/images/b.png", Bytes);
        await store.Sweeping;
        Assert.Equal(2, Files(folder).Length);
        Assert.Null(store.TouchInterval);
    }

    private static string[] Files(TemporaryFolder folder) => Directory.GetFiles(folder.Location, "*", SearchOption.AllDirectories);
}
