using MGLMM.Hub.Pulling;
using MGLMM.Hub.StandIn;
using MGLMM.Hub.Tests.Support;

namespace MGLMM.Hub.Tests;

/// <summary>Whatever a hub refuses, a person reads what it is and what to do.</summary>
public sealed class RefusalTests(TinyModels models)
{
    [Theory]
    [InlineData(null, HubProblem.NotFound, "HF_TOKEN")]
    [InlineData("hf_other", HubProblem.NotFound, "that your token may see")]
    public async Task A_model_that_is_not_there_or_private(string? token, HubProblem problem, string words)
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Model.IsPrivate = true;
        scene.Model.AcceptedToken = "hf_right";
        scene.Token = token;
        await AssertRefusedAsync(scene, problem, words, "'org/tiny'");
    }

    [Theory]
    [InlineData(null, "make a token")]
    [InlineData("hf_other", "with that account")]
    public async Task A_gated_model(string? token, string words)
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Model.IsGated = true;
        scene.Model.AcceptedToken = "hf_right";
        scene.Token = token;
        await AssertRefusedAsync(scene, HubProblem.Gated, words, $"{scene.Hub.Endpoint}org/tiny");
    }

    [Fact]
    public async Task With_the_right_token_it_is_fetched_and_the_token_goes_to_the_hub_alone()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Model.IsPrivate = true;
        scene.Model.AcceptedToken = "hf_right";
        scene.Token = "hf_right";
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.All(scene.Hub.Requests.Where(request => !request.IsStore), request => Assert.Equal("Bearer hf_right", request.Header("Authorization")));
        StandInRequest[] stored = scene.Hub.Requests.Where(request => request.IsStore).ToArray();
        Assert.NotEmpty(stored);
        Assert.All(stored, request => Assert.Null(request.Header("Authorization")));
    }

    [Fact]
    public async Task A_token_that_the_hub_does_not_know()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Token = "hf_old";
        scene.Hub.Fault = _ => new StandInFault { Status = 401, Headers = new Dictionary<string, string> { ["X-Error-Message"] = "Invalid credentials in Authorization header" } };
        await AssertRefusedAsync(scene, HubProblem.Unauthorized, "wrong or has expired", "Invalid credentials");
    }

    [Fact]
    public async Task A_token_without_the_right()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Token = "hf_fine";
        scene.Hub.Fault = request => request.Path.Contains("/resolve/", StringComparison.Ordinal) ? new StandInFault { Status = 403 } : null;
        await AssertRefusedAsync(scene, HubProblem.Unauthorized, "fine-grained", "403");
    }

    [Fact]
    public async Task A_revision_that_is_not_there()
    {
        await using HubScene scene = HubScene.Sharded(models);
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync("org/tiny@v2"));
        Assert.Equal(HubProblem.NotFound, error.Problem);
        Assert.Contains("no revision 'v2'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revision_with_a_slash_is_asked_for_as_one()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Model.Revisions.Add("refs/pr/1");
        await scene.PullAsync("org/tiny@refs/pr/1");
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.Contains(scene.Hub.Requests, request => request.Path.StartsWith("/api/models/org/tiny/revision/refs%2Fpr%2F1", StringComparison.Ordinal));
        Assert.All(
            scene.Hub.Requests.Where(request => request.Path.Contains("org/tiny/resolve/", StringComparison.Ordinal)),
            request => Assert.Contains($"/resolve/{scene.Model.Commit}/", request.Path, StringComparison.Ordinal));
        Assert.Single(scene.Hub.Requests, request => request.Path.Contains("org/tiny/revision", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_listed_file_that_is_gone()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Hub.Fault = request => request.Path.EndsWith("/tokenizer.model", StringComparison.Ordinal)
            ? new StandInFault { Status = 404, Headers = new Dictionary<string, string> { ["X-Error-Code"] = "EntryNotFound" } }
            : null;
        await AssertRefusedAsync(scene, HubProblem.NotFound, "'tokenizer.model' of 'org/tiny'", "org/tiny/tree/main");
    }

    [Fact]
    public async Task A_renamed_model_is_followed_with_the_token()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Token = "hf_any";
        scene.Hub.Fault = request => request.Path.Contains("/old/name", StringComparison.Ordinal)
            ? new StandInFault { Status = 307, Headers = new Dictionary<string, string> { ["Location"] = request.Path.Replace("/old/name", "/org/tiny", StringComparison.Ordinal) } }
            : null;
        await scene.PullAsync("old/name");
        HubScene.AssertSameFiles(RenamedBundle(), scene.Output);
        Assert.All(scene.Hub.Requests.Where(request => !request.IsStore), request => Assert.Equal("Bearer hf_any", request.Header("Authorization")));

        string RenamedBundle()
        {
            // Only the name in the manifest is another.
            string output = scene.Output + ".expected";
            Conversion.CheckpointConverter.Convert(new Conversion.ConversionOptions { Checkpoint = models.Sharded, VisionTower = models.ShardedTower, Output = output, Name = "name" });
            return output;
        }
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Hub.Fault = request => new StandInFault { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = request.Path } };
        await AssertRefusedAsync(scene, HubProblem.Unreachable, "in a circle", "HF_ENDPOINT");
    }

    [Theory]
    [InlineData(429, "2", HubProblem.RateLimited, "no more requests")]
    [InlineData(429, null, HubProblem.RateLimited, "no more requests")]
    [InlineData(503, null, HubProblem.Unreachable, "(503)")]
    [InlineData(408, null, HubProblem.Unreachable, "(408)")]
    public async Task What_may_go_better_is_tried_again_and_given_up_with_words(int status, string? retryAfter, HubProblem problem, string words)
    {
        await using HubScene scene = HubScene.Sharded(models);
        StandInFault fault = new() { Status = status, Headers = retryAfter is null ? new Dictionary<string, string>() : new Dictionary<string, string> { ["Retry-After"] = retryAfter } };
        int times = 0;
        scene.Hub.Fault = _ => times++ < 3 ? fault : null;
        await scene.PullAsync();
        HubScene.AssertSameFiles(models.ShardedBundle, scene.Output);
        Assert.Equal(3, scene.Notes.Count(note => note.Contains("Trying again", StringComparison.Ordinal)));
        Assert.Equal(retryAfter is not null, scene.Notes.All(note => note.EndsWith("in 2 s.", StringComparison.Ordinal)));

        Directory.Delete(scene.Output, recursive: true);
        scene.Hub.Fault = _ => fault;
        await AssertRefusedAsync(scene, problem, words, "6th failure in a row");
    }

    [Fact]
    public async Task Who_asks_for_an_hour_of_patience_is_not_waited_for()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Hub.Fault = _ => new StandInFault { Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "3600" } };
        await AssertRefusedAsync(scene, HubProblem.RateLimited, "60 minutes", "goes on");
        Assert.Empty(scene.Notes);
    }

    [Fact]
    public async Task A_hub_that_is_not_there()
    {
        await using HubScene scene = HubScene.Sharded(models);
        HubSettings settings = scene.Settings;
        await scene.Hub.DisposeAsync();
        HubException error = await Assert.ThrowsAsync<HubException>(() => ModelPull.RunAsync(
            new PullOptions { Model = HubModel.Parse("org/tiny"), Output = scene.Output },
            settings,
            scene.Time,
            _ => long.MaxValue,
            new Heard<PullProgress>(value => scene.Time.Advance(TimeSpan.FromSeconds(value.Note is null ? 0 : 20))),
            default));
        Assert.Equal(HubProblem.Unreachable, error.Problem);
        Assert.Contains("HF_ENDPOINT", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_is_no_hub()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Hub.Fault = _ => new StandInFault { Status = 200 };
        await AssertRefusedAsync(scene, HubProblem.Unreachable, "no JSON", "HF_ENDPOINT");
    }

    [Theory]
    [InlineData("adapter_model.safetensors", "merge_and_unload")]
    [InlineData("model.Q4_K_M.gguf", "GGUF")]
    [InlineData("pytorch_model-visual_model.bin", "file of its own")]
    [InlineData("README.md", "mglmm models")]
    public async Task A_repository_without_a_checkpoint(string file, string words)
    {
        await using HubScene scene = HubScene.Sharded(models);
        foreach (string? name in scene.Model.Files.Keys.Where(name => name.StartsWith("model", StringComparison.Ordinal)).ToArray())
        {
            scene.Model.Files.Remove(name);
        }

        scene.Model.Files[file] = scene.Model.Files["config.json"];
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_that_names_a_missing_shard()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Model.Files.Remove("model-00002-of-00004.safetensors");
        await AssertRefusedAsync(scene, HubProblem.NotFound, "model-00002-of-00004.safetensors", "not complete");
    }

    [Fact]
    public async Task Names_that_lead_out_of_a_folder_are_not_taken()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Model.Files["../../evil/config.json"] = scene.Model.Files["config.json"];
        scene.Model.Files["/etc/passwd"] = scene.Model.Files["config.json"];
        await scene.PullAsync();
        Assert.DoesNotContain(scene.Hub.Requests, request => request.Path.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Offline_without_the_files()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Offline = true;
        await AssertRefusedAsync(scene, HubProblem.Offline, "HF_HUB_OFFLINE", scene.Cache);
        Assert.Empty(scene.Hub.Requests);
    }

    [Fact]
    public async Task A_tower_that_is_not_there()
    {
        await using HubScene scene = HubScene.Sharded(models);
        scene.Hub.Models.Remove(TinyModels.TowerId);
        await AssertRefusedAsync(scene, HubProblem.NotFound, TinyModels.TowerId, "HF_TOKEN");
        Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(scene.Output)!, ".bundle*"));
    }

    private static async Task AssertRefusedAsync(HubScene scene, HubProblem problem, params string[] words)
    {
        HubException error = await Assert.ThrowsAsync<HubException>(() => scene.PullAsync());
        Assert.All(words, part => Assert.Contains(part, error.Message, StringComparison.Ordinal));
        Assert.Equal(problem, error.Problem);
        Assert.DoesNotContain('\n', error.Message);
    }
}
