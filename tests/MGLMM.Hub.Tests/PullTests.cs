using System.Text.Json.Nodes;
using MGLMM.Conversion;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Hub.Pulling;
using MGLMM.Hub.StandIn;
using MGLMM.Hub.Tests.Support;
using MGLMM.Runtime.Bundles;
using MGLMM.Testing;

namespace MGLMM.Hub.Tests;

/// <summary>From a hub to a bundle: the same bytes as an ordinary conversion makes, whatever happens on the way.</summary>
public sealed class PullTests(TinyModels models)
{
    [Fact]
    public async Task Shards_become_the_bundle_that_a_conversion_of_the_folder_makes_and_are_deleted()
    {
        await using HubScene scene = HubScene.Sharded(models);
        PullReport report = await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.Equal("fp16", report.Precision);
        Assert.Equal(scene.Model.Commit, report.Commit);
        Assert.DoesNotContain(scene.CachedFiles(), path => path.EndsWith(".safetensors", StringComparison.Ordinal) || path.Contains(".incomplete", StringComparison.Ordinal));
        Assert.Contains($"snapshots/{scene.Model.Commit}/config.json", scene.CachedFiles());
        Assert.Equal([scene.Output], Directory.GetDirectories(Path.GetDirectoryName(scene.Output)!, "*bundle*").Where(path => !path.EndsWith("bundles", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_checkpoints_own_card_comes_before_the_hubs()
    {
        await using HubScene scene = HubScene.Sharded(models);
        string card = Path.Combine(Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(scene.Output)!, "card")).FullName, "mglmm.json");
        File.WriteAllText(card, """{"name":"mine","licence":"MIT"}""");
        scene.Model.Licence = "apache-2.0";
        scene.Model.Files["mglmm.json"] = new StandInFile(card);
        await scene.PullAsync();
        BundleManifest manifest = ModelBundle.Open(scene.Output).Manifest;
        Assert.Equal(("mine", "MIT"), (manifest.Name, manifest.Licence));

        scene.Model.Files.Remove("mglmm.json");
        Directory.Delete(scene.Output, recursive: true);
        await scene.PullAsync();
        manifest = ModelBundle.Open(scene.Output).Manifest;
        Assert.Equal(("tiny", "apache-2.0"), (manifest.Name, manifest.Licence));
    }

    [Fact]
    public async Task A_file_written_by_PyTorch_is_converted_too()
    {
        await using HubScene scene = new(TinyModels.OracleCheckpoint, TinyModels.OracleTower);
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.OracleBundle, scene.Output);
    }

    [Fact]
    public async Task The_tower_is_the_one_that_the_configuration_names()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await scene.PullAsync(tower: null);
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.Empty(scene.Notes);
    }

    /// <summary>The oracle's configuration names a folder of its author's, './clip-vit-tiny-patch14-56'.</summary>
    [Fact]
    public async Task A_tower_that_is_named_by_a_path_is_looked_for_under_its_last_part()
    {
        await using HubScene scene = new(TinyModels.OracleCheckpoint, TinyModels.OracleTower);
        await scene.PullAsync(tower: null);
        HubScene.AssertSameFiles(models.OracleBundle, scene.Output);
        Assert.Contains("'./clip-vit-tiny-patch14-56'", Assert.Single(scene.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tower_may_be_a_folder_of_the_checkpoint_s_own_repository()
    {
        await using HubScene scene = new(TinyModels.OracleCheckpoint, TinyModels.OracleTower);
        foreach ((string name, StandInFile file) in scene.Hub.Models[TinyModels.TowerId].Files)
        {
            scene.Model.Files["clip-vit-tiny-patch14-56/" + name] = file;
        }

        scene.Hub.Models.Remove(TinyModels.TowerId);
        await scene.PullAsync(tower: null);
        HubScene.AssertSameFiles(models.OracleBundle, scene.Output);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task Fields_that_a_hub_need_not_give_are_asked_for(bool undescribed, bool unlisted)
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Hub.DescribesFiles = !undescribed;
        scene.Hub.ListsSiblings = !unlisted;
        scene.Hub.PageSize = 5;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.Equal(unlisted || undescribed, scene.Hub.Requests.Any(request => request.Path.Contains("cursor=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Stopped_at_any_request_it_goes_on_and_ends_with_the_same_bundle()
    {
        await using HubScene whole = HubScene.Sharded(models);
        await whole.PullAsync();
        int requests = whole.Hub.Requests.Count;
        for (int stop = 5; stop < requests; stop += 8)
        {
            await using HubScene scene = HubScene.Sharded(models);
            using CancellationTokenSource stopping = new();
            scene.Hub.Fault = _ =>
            {
                if (scene.Hub.Requests.Count == stop)
                {
                    stopping.Cancel();
                }

                return null;
            };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.PullAsync(cancellationToken: stopping.Token));
            await scene.PullAsync();
            HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
            Assert.DoesNotContain(scene.Notes, note => note.Contains("begins again", StringComparison.Ordinal));
        }
    }

    /// <summary>Its region encoder reads the tower's layers too, and is a part of the bundle with a journal of its own.</summary>
    [Fact]
    public async Task GLaMM_with_its_region_encoder_stopped_on_the_way()
    {
        string root = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "oracle-glamm");
        await using HubScene scene = new(Path.Combine(root, "glamm-tiny"), Path.Combine(root, "clip-vit-tiny-patch14-252"));
        using CancellationTokenSource stopping = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.PullAsync(
            cancellationToken: stopping.Token,
            hear: value =>
            {
                if (value.ConvertedElements > value.ConvertElements / 2 && value.ConvertElements > 0)
                {
                    stopping.Cancel();
                }
            }));
        await scene.PullAsync();
        string expected = scene.Output + ".expected";
        CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = Path.Combine(root, "glamm-tiny"), VisionTower = Path.Combine(root, "clip-vit-tiny-patch14-252"), Output = expected, Name = "tiny",
        });
        HubScene.AssertSameFiles(expected, scene.Output);
        Assert.Contains("region_encoder.onnx", Directory.GetFiles(scene.Output).Select(Path.GetFileName));
    }

    [Fact]
    public async Task What_was_fetched_and_converted_is_neither_fetched_nor_kept_again()
    {
        await using HubScene scene = HubScene.Sharded(models);
        KeyValuePair<string, StandInFile>[] shards = scene.Model.Files.Where(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal)).ToArray();
        using CancellationTokenSource stopping = new();
        scene.Hub.Fault = request =>
        {
            if (request.IsStore && request.Path.Contains("00004-of", StringComparison.Ordinal) && IsContent(request))
            {
                stopping.Cancel();
            }

            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.PullAsync(cancellationToken: stopping.Token));
        int before = scene.Hub.Requests.Count;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        StandInRequest[] later = scene.Hub.Requests.Skip(before).Where(request => request.IsStore && IsContent(request)).ToArray();
        Assert.DoesNotContain(later, request => request.Path.Contains("00001-of", StringComparison.Ordinal) || request.Path.Contains("00002-of", StringComparison.Ordinal));
        Assert.Contains(later, request => request.Path.Contains("00004-of", StringComparison.Ordinal));

        // A header's request asks for half a megabyte; the files are larger, and what is missing of them is asked for to the end.
        bool IsContent(StandInRequest request) =>
            shards.FirstOrDefault(shard => request.Path.Contains(shard.Key, StringComparison.Ordinal)) is { Value: { } file } && request.To == file.Length - 1;
    }

    [Theory]
    [InlineData("fp32", "fp32", 32)]
    [InlineData("fp16", "int8", 32)]
    [InlineData("int4", "fp32", 128)]
    public async Task A_changed_option_or_a_changed_file_begins_anew_rather_than_mixing(string precision, string encoders, int blockSize)
    {
        await using HubScene scene = HubScene.Sharded(models);
        await StopAtLastShardAsync(scene);
        await scene.PullAsync(precision: precision, encoders: encoders, blockSize: blockSize);
        string expected = Path.Combine(Path.GetDirectoryName(scene.Output)!, "expected");
        CheckpointConverter.Convert(
            new ConversionOptions { Checkpoint = models.Sharded, VisionTower = models.ShardedTower, Output = expected, Precision = precision, Encoders = encoders, BlockSize = blockSize, Name = "tiny" });
        HubScene.AssertSameFiles(expected, scene.Output);
    }

    [Fact]
    public async Task A_bundle_that_was_made_with_other_options_is_not_taken_for_this_one()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await scene.PullAsync(precision: "int4");
        PullReport again = await scene.PullAsync(precision: "int4");
        Assert.Null(again.Conversion);
        await Assert.ThrowsAsync<ConversionException>(() => scene.PullAsync(precision: "int4", encoders: "fp32"));
        await Assert.ThrowsAsync<ConversionException>(() => scene.PullAsync(precision: "int4", blockSize: 128));
        foreach (Func<Task<PullReport>> other in (Func<Task<PullReport>>[])
        [
            () => scene.PullAsync(precision: "int4", tower: models.ShardedTower),
            () => scene.PullAsync(precision: "int4", tower: null),
            () => scene.PullAsync(precision: "int4", family: "mglmm"),
            () => scene.PullAsync(precision: "int4", licence: "MIT"),
            () => scene.PullAsync(precision: "int4", allowLeftOver: true),
        ])
        {
            Assert.Contains("--force", (await Assert.ThrowsAsync<ConversionException>(other)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bundle_without_a_place_of_its_own_has_one_for_each_tower_that_was_named()
    {
        await using HubScene scene = HubScene.Sharded(models);
        PullReport one = await PullAsync(models.ShardedTower);
        PullReport other = await PullAsync(null);
        Assert.NotNull(other.Conversion);
        Assert.NotEqual(one.Folder, other.Folder);
        PullReport again = await PullAsync(models.ShardedTower);
        Assert.Null(again.Conversion);
        Assert.Equal(one.Folder, again.Folder);

        Task<PullReport> PullAsync(string? tower) => ModelPull.RunAsync(
            new PullOptions { Model = HubModel.Parse(HubScene.ModelId), VisionTower = tower }, scene.Settings, scene.Time, _ => long.MaxValue, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_branch_that_moved_on_gives_the_bundle_of_its_new_commit()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await StopAtLastShardAsync(scene);
        string changed = Directory.CreateTempSubdirectory("mglmm-hub-changed-").FullName;
        try
        {
            foreach (string path in Directory.EnumerateFiles(models.Sharded))
            {
                File.Copy(path, Path.Combine(changed, Path.GetFileName(path)));
            }

            string shard = Path.Combine(changed, "model-00001-of-00004.safetensors");
            byte[] bytes = File.ReadAllBytes(shard);
            bytes[^100] ^= 1;
            File.WriteAllBytes(shard, bytes);
            scene.Model.Add(changed).Commit = new string('f', 40);
            await scene.PullAsync();
            string expected = Path.Combine(changed, "bundle");
            CheckpointConverter.Convert(new ConversionOptions { Checkpoint = changed, VisionTower = models.ShardedTower, Output = expected, Name = "tiny" });
            HubScene.AssertSameFiles(expected, scene.Output);
        }
        finally
        {
            Directory.Delete(changed, recursive: true);
        }
    }

    [Fact]
    public async Task What_is_kept_serves_a_second_pull_without_a_connection()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await scene.PullAsync(keep: true);
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        string shard = Path.Combine(scene.Cache, "models--org--tiny", "snapshots", scene.Model.Commit, "model-00002-of-00004.safetensors");
        Assert.Equal(Path.Combine("..", "..", "blobs", scene.Model.Files["model-00002-of-00004.safetensors"].Hash), new FileInfo(shard).LinkTarget);
        Assert.Equal(File.ReadAllBytes(Path.Combine(models.Sharded, Path.GetFileName(shard))), File.ReadAllBytes(shard));
        Assert.Equal(scene.Model.Commit, File.ReadAllText(Path.Combine(scene.Cache, "models--org--tiny", "refs", "main")));
        Assert.DoesNotContain(scene.CachedFiles(), path => path.Contains(".incomplete", StringComparison.Ordinal));

        Directory.Delete(scene.Output, recursive: true);
        int before = scene.Hub.Requests.Count;
        scene.Offline = true;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.Equal(before, scene.Hub.Requests.Count);
        Assert.True(File.Exists(shard), "What was in the cache before is nobody's to delete.");
    }

    /// <summary>The layout that the hub's own Python library writes.</summary>
    [Fact]
    public async Task A_cache_that_another_program_filled_is_read()
    {
        await using HubScene scene = HubScene.Sharded(models);
        foreach ((string id, string folder) in new[] { (HubScene.ModelId, models.Sharded), (TinyModels.TowerId, models.ShardedTower) })
        {
            string root = Path.Combine(scene.Cache, "models--" + id.Replace("/", "--", StringComparison.Ordinal));
            foreach ((string name, StandInFile file) in scene.Hub.Models[id].Files)
            {
                string blob = Path.Combine(root, "blobs", file.Hash);
                string snapshot = Path.Combine(root, "snapshots", scene.Hub.Models[id].Commit, name);
                Directory.CreateDirectory(Path.GetDirectoryName(blob)!);
                Directory.CreateDirectory(Path.GetDirectoryName(snapshot)!);
                File.Copy(Path.Combine(folder, name), blob);
                File.CreateSymbolicLink(snapshot, Path.Combine("..", "..", "blobs", file.Hash));
            }
        }

        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.DoesNotContain(scene.Hub.Requests, request => request.Path.Contains("/resolve/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_file_of_the_cache_is_fetched_again()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await scene.PullAsync(keep: true);
        Directory.Delete(scene.Output, recursive: true);
        string blob = Path.Combine(scene.Cache, "models--org--tiny", "blobs", scene.Model.Files["model-00003-of-00004.safetensors"].Hash);
        byte[] bytes = File.ReadAllBytes(blob);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(blob, bytes);
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
    }

    [Fact]
    public async Task The_same_pull_again_finds_the_bundle_and_a_model_s_name_finds_it_too()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await scene.PullAsync();
        long sent = scene.Hub.SentBytes;
        PullReport report = await scene.PullAsync();
        Assert.Null(report.Conversion);
        Assert.True(scene.Hub.SentBytes - sent < 1 << 16, "Only the small files may be asked for again.");
        Assert.Equal(scene.Output, BundleRegistry.Resolve("org/tiny", scene.Settings));
        Assert.Equal(scene.Output, BundleRegistry.Resolve("org/tiny@main", scene.Settings));
        Assert.Equal(scene.Output, BundleRegistry.Resolve("org/tiny@" + scene.Model.Commit[..8], scene.Settings));
        Assert.Equal("./somewhere", BundleRegistry.Resolve("./somewhere", scene.Settings));
        Assert.Contains("mglmm pull org/other", Assert.Throws<HubException>(() => BundleRegistry.Resolve("org/other", scene.Settings)).Message, StringComparison.Ordinal);
        Assert.Contains("mglmm pull org/tiny@v2", Assert.Throws<HubException>(() => BundleRegistry.Resolve("org/tiny@v2", scene.Settings)).Message, StringComparison.Ordinal);
        CachedModel cached = Assert.Single(CachedModel.List(scene.Settings), model => model.Id == "org/tiny");
        Assert.False(cached.HasWeights);
    }

    /// <summary>Another conversion to the same folder leaves another bundle there, whoever made it.</summary>
    [Fact]
    public async Task A_model_s_name_does_not_find_another_bundle_that_came_into_its_folder()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await scene.PullAsync();
        string list = Path.Combine(scene.Settings.BundlesFolder, "org--tiny", "pulls.json");
        JsonArray kept = JsonNode.Parse(await File.ReadAllTextAsync(list))!.AsArray();
        await File.AppendAllTextAsync(Path.Combine(scene.Output, BundleManifest.FileName), " ");
        string told = Assert.Throws<HubException>(() => BundleRegistry.Resolve("org/tiny", scene.Settings)).Message;
        Assert.Contains($"lies in '{scene.Output}' now", told, StringComparison.Ordinal);
        Assert.Contains("mglmm pull org/tiny --force", told, StringComparison.Ordinal);
        Assert.Empty(new BundleRegistry(scene.Settings).List());

        // Not passed off as there already either; --force decides.
        Assert.Contains("--force", (await Assert.ThrowsAsync<ConversionException>(() => scene.PullAsync())).Message, StringComparison.Ordinal);

        // A list of an earlier version does not say which bundle it was.
        Assert.True(Assert.Single(kept)!.AsObject().Remove("manifest"));
        await File.WriteAllTextAsync(list, kept.ToJsonString());
        Assert.Equal(scene.Output, BundleRegistry.Resolve("org/tiny", scene.Settings));
    }

    /// <summary>Until the new bundle is in its place the list knows the old one, and from then on the new one: whatever comes between.</summary>
    [Fact]
    public async Task A_model_s_name_finds_the_old_bundle_where_a_new_one_could_not_replace_it()
    {
        await using HubScene scene = HubScene.Sharded(models);
        await scene.PullAsync();
        string foreign = Path.Combine(scene.Output, "mine.txt");
        ConversionException error = await Assert.ThrowsAsync<ConversionException>(() => scene.PullAsync(
            precision: "fp32",
            overwrite: true,
            hear: value =>
            {
                // The first look at the output is over.
                if (value.ConvertedElements > 0)
                {
                    File.WriteAllText(foreign, "keep");
                }
            }));
        Assert.Contains("could not be put at", error.Message, StringComparison.Ordinal);

        // The bundle is where the message says; nothing is left that could be gone on with.
        Assert.False(Directory.Exists(Path.Combine(Path.GetDirectoryName(scene.Output)!, ".bundle.pull")));
        Assert.Equal(scene.Output, BundleRegistry.Resolve("org/tiny", scene.Settings));
        Assert.Equal("fp16", Assert.Single(new BundleRegistry(scene.Settings).List()).Precision);

        // The finished one is moved there, as the message says and as the next start would after a kill.
        Directory.Delete(scene.Output, recursive: true);
        Directory.Move(Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(scene.Output)!, ".bundle.*.partial")), scene.Output);
        Assert.Equal(scene.Output, BundleRegistry.Resolve("org/tiny", scene.Settings));
        Assert.Equal("fp32", Assert.Single(new BundleRegistry(scene.Settings).List()).Precision);
    }

    [Fact]
    public async Task The_disk_holds_little_more_than_the_bundle()
    {
        await using HubScene scene = HubScene.Sharded(models);
        string root = Path.GetDirectoryName(scene.Output)!;
        long most = 0L;
        await scene.PullAsync(hear: _ =>
        {
            long now = new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.LinkTarget is null).Sum(file =>
            {
                try
                {
                    return file.Length;
                }
                catch (FileNotFoundException)
                {
                    return 0;
                }
            });
            most = Math.Max(most, now);
        });
        long bundle = new DirectoryInfo(scene.Output).EnumerateFiles().Sum(file => file.Length);
        long shard = scene.Model.Files.Values.Max(file => file.Length);
        Assert.True(most <= bundle + shard + (shard / 4), $"{most} bytes at most, for a bundle of {bundle} and files of {shard}.");
    }

    [Fact]
    public async Task What_does_not_fit_is_not_begun()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.FreeSpace = 25_000_000;
        await scene.PullAsync();
        Directory.Delete(scene.Output, recursive: true);
        scene.FreeSpace = 17_000_000;
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
        Assert.Equal(HubProblem.NoSpace, error.Problem);
        Assert.Contains("17.0 MB are free", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(scene.Output)!, ".bundle*"));
    }

    [Fact]
    public async Task An_existing_folder_is_not_replaced()
    {
        await using HubScene scene = HubScene.Sharded(models);
        Directory.CreateDirectory(scene.Output);
        File.WriteAllText(Path.Combine(scene.Output, "mine.txt"), "keep");
        ConversionException error = await Assert.ThrowsAsync<ConversionException>(() => scene.PullAsync());
        Assert.Contains("--force", error.Message, StringComparison.Ordinal);
        Assert.Equal("keep", File.ReadAllText(Path.Combine(scene.Output, "mine.txt")));
    }

    private static async Task StopAtLastShardAsync(HubScene scene)
    {
        using CancellationTokenSource stopping = new();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scene.PullAsync(
            cancellationToken: stopping.Token,
            hear: value =>
            {
                if (value.Doing.EndsWith("model-00004-of-00004.safetensors", StringComparison.Ordinal))
                {
                    stopping.Cancel();
                }
            }));
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(Path.GetDirectoryName(scene.Output)!, ".bundle.pull"), "*.journal"));
    }
}
