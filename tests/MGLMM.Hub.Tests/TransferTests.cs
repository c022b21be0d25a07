using MGLMM.Hub.Fetching;
using MGLMM.Hub.Pulling;
using MGLMM.Hub.StandIn;
using MGLMM.Hub.Tests.Support;

namespace MGLMM.Hub.Tests;

/// <summary>What happens to the bytes of a large file on their way.</summary>
public sealed class TransferTests(TinyModels models)
{
    private const string Shard = "model-00002-of-00004.safetensors";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_connections_are_gone_on_with_from_the_byte_where_they_were_cut(bool resets)
    {
        await using HubScene scene = HubScene.Sharded(models);
        const int Piece = 100_000;
        scene.Hub.Fault = request => request.IsStore ? new StandInFault { CutAfter = Piece, Resets = resets } : null;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        long[] begun = scene.Hub.Requests.Where(request => request.IsStore && request.Path.Contains(Shard, StringComparison.Ordinal)).Select(request => request.From!.Value).Order().ToArray();
        long length = scene.Model.Files[Shard].Length;
        Assert.All(begun.Zip(begun.Append(length).Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0, Piece));

        long all = scene.Hub.Models.Values.Sum(model => model.Files.Values.Sum(file => file.Length));
        Assert.True(scene.Hub.SentBytes >= all - Piece, "Bytes were there that nobody sent.");
        if (!resets)
        {
            // Nothing that arrived comes twice, neither headers nor what was there before a cut; what a reset took on its way has to.
            Assert.Contains(Piece, begun);
            Assert.Contains(2 * Piece, begun);
            Assert.InRange(scene.Hub.SentBytes, all - Piece, all);
        }
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_the_whole_file()
    {
        await using HubScene scene = HubScene.Sharded(models);
        int cuts = 0;
        scene.Hub.Fault = request => request.IsStore
            ? new StandInFault { IgnoresRange = true, CutAfter = request.Path.Contains(Shard, StringComparison.Ordinal) && cuts++ < 2 ? 50_000 : null }
            : null;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
    }

    [Fact]
    public async Task A_range_that_is_refused_is_no_reason_to_give_up()
    {
        await using HubScene scene = HubScene.Sharded(models);
        int refused = 0;
        scene.Hub.Fault = request => request.IsStore && request.Path.Contains(Shard, StringComparison.Ordinal) && request.From > 0 && refused++ == 0
            ? new StandInFault { Status = 416, Headers = new Dictionary<string, string> { ["Content-Range"] = "bytes */1" } }
            : null;
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
        Assert.Contains("was changed meanwhile", error.Message, StringComparison.Ordinal);

        refused = 0;
        scene.Hub.Fault = request => request.IsStore && request.Path.Contains(Shard, StringComparison.Ordinal) && request.From > 0 && refused++ == 0 ? new StandInFault { Status = 416 } : null;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.True(refused > 0);
    }

    [Fact]
    public async Task A_signed_address_that_expired_is_asked_for_anew()
    {
        await using HubScene scene = HubScene.Sharded(models);
        int refused = 0;
        scene.Hub.Fault = request => request.IsStore && request.Path.Contains(Shard, StringComparison.Ordinal) && refused++ < 3 ? new StandInFault { Status = 403 } : null;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);

        Directory.Delete(scene.Output, recursive: true);
        scene.Hub.Fault = request => request.IsStore && request.Path.Contains(Shard, StringComparison.Ordinal) ? new StandInFault { Status = 403 } : null;
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
        Assert.Contains("signed addresses expire", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_byte_is_found_and_fetched_once_more_and_then_told()
    {
        await using HubScene scene = HubScene.Sharded(models);
        int flipped = 0;
        scene.Hub.Fault = request => IsContent(request) && flipped++ == 0 ? new StandInFault { Flips = true } : null;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);

        Directory.Delete(scene.Output, recursive: true);
        scene.Hub.Fault = request => IsContent(request) ? new StandInFault { Flips = true } : null;
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
        Assert.Equal(HubProblem.Damaged, error.Problem);
        Assert.Contains(scene.Model.Files[Shard].Hash, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scene.Output));

        scene.Hub.Fault = null;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);

        // The content, not the header's half megabyte.
        bool IsContent(StandInRequest request) => request.IsStore && request.Path.Contains(Shard, StringComparison.Ordinal) && request.To == scene.Model.Files[Shard].Length - 1;
    }

    [Fact]
    public async Task A_small_file_with_another_hash_is_told()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Hub.Fault = request => request.Path.EndsWith("/added_tokens.json", StringComparison.Ordinal) ? new StandInFault { Flips = true } : null;
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
        Assert.Equal(HubProblem.Damaged, error.Problem);
        Assert.Contains("added_tokens.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_was_changed_meanwhile_is_told_and_the_next_pull_takes_the_new_one(bool shorter)
    {
        await using HubScene scene = HubScene.Sharded(models);
        string changed = Path.GetTempFileName();
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(models.Sharded, Shard));
            bytes[^3] ^= 1;
            File.WriteAllBytes(changed, shorter ? bytes[..^1000] : bytes);
            StandInFile original = scene.Model.Files[Shard];
            scene.Hub.Fault = request =>
            {
                // After the list was given.
                scene.Model.Files[Shard] = request.Path.Contains("/api/", StringComparison.Ordinal) ? original : Changed();
                return null;
            };
            HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
            Assert.Equal(HubProblem.Damaged, error.Problem);
            Assert.Contains("was changed meanwhile", error.Message, StringComparison.Ordinal);

            scene.Hub.Fault = null;
            scene.Model.Files[Shard] = original;
            await scene.PullAsync();
            HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        }
        finally
        {
            File.Delete(changed);
        }

        StandInFile Changed()
        {
            File.Move(changed, changed + ".safetensors");
            try
            {
                return new StandInFile(changed + ".safetensors");
            }
            finally
            {
                File.Move(changed + ".safetensors", changed);
            }
        }
    }

    [Fact]
    public async Task A_connection_that_brings_nothing_any_more_is_given_up_for_another()
    {
        await using HubScene scene = HubScene.Sharded(models);
        int stalled = 0;
        scene.Hub.Fault = request => request.IsStore && request.Path.Contains(Shard, StringComparison.Ordinal) && stalled++ == 0 ? new StandInFault { StallAfter = 10_000 } : null;
        Task<PullReport> pull = scene.PullAsync();
        while (!pull.IsCompleted)
        {
            // Time passes for whoever waits for it; a pull that only waits for bytes would never end without.
            scene.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(pull, Task.Delay(1));
        }

        await pull;
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
    }

    [Fact]
    public async Task Blocks_that_are_there_survive_and_a_map_of_another_file_does_not_count()
    {
        string folder = Directory.CreateTempSubdirectory("mglmm-part-").FullName;
        try
        {
            string path = Path.Combine(folder, "file");
            const long Length = (3 * PartFile.BlockBytes) + 100;
            using (PartFile part = PartFile.Open(path, Length))
            {
                Assert.Equal([(0L, Length)], part.Missing());
                await part.WriteAsync(0, new byte[PartFile.BlockBytes + 5], default);
                part.Done(0, PartFile.BlockBytes + 5);
                Assert.Equal([((long)PartFile.BlockBytes, Length)], part.Missing());
                Assert.Equal(HubProblem.Busy, Assert.Throws<HubException>(() => PartFile.Open(path, Length)).Problem);
            }

            using (PartFile part = PartFile.Open(path, Length))
            {
                Assert.Equal(PartFile.BlockBytes, part.DoneBytes);
                await part.WriteAsync(3 * PartFile.BlockBytes, new byte[100], default);
                part.Done(3 * PartFile.BlockBytes, Length);
                Assert.Equal([((long)PartFile.BlockBytes, 3L * PartFile.BlockBytes)], part.Missing());
                Assert.Equal(PartFile.BlockBytes + 100, part.DoneBytes);
            }

            using (PartFile part = PartFile.Open(path, Length + 1))
            {
                Assert.Equal(0, part.DoneBytes);
            }

            // Bytes that the map promises and the disk lost.
            using (PartFile part = PartFile.Open(path, Length))
            {
                await part.WriteAsync(0, new byte[PartFile.BlockBytes], default);
                part.Done(0, PartFile.BlockBytes);
            }

            File.WriteAllBytes(path, []);
            using (PartFile part = PartFile.Open(path, Length))
            {
                Assert.Equal(0, part.DoneBytes);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
