using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Conversion.Tests.Parity;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Caching;

namespace MGLMM.Conversion.Tests;

/// <summary>Boxes as callers give them: what is kept between questions, what a follow-up takes over, what is refused.</summary>
public sealed class RegionDialogueTests(GlammOracleFixture oracle, OracleFixture mglmm) : IDisposable
{
    private const string Wide = "wide_150x88.png";

    private const string Question = "What does the area <bbox> of the picture show?";

    private static readonly RegionBox Ship = new(84, 20, 138, 66);

    private static readonly RegionBox Gulls = new(6, 8, 60, 40);

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-regions-").FullName;

    [Fact]
    public async Task A_kept_prefix_serves_the_same_box_only()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        OpenedImage image = model.OpenImage(GlammOracleFixture.Image(Wide));
        GroundedAnswer first = await Ask(image, Ship);
        GroundedAnswer other = await Ask(image, Gulls);
        GroundedAnswer again = await Ask(image, Gulls);
        Assert.Equal(("region_W1", "region_W2"), (Known(first), Known(other)));
        Assert.Equal(other.TokenIds, again.TokenIds);

        // Everything in front of the box is shared, the box and what follows is not; the same box again needs one position.
        int box = model.Generator.Expand(model.GroundingTokenizer.EncodePrompt(other.Prompt)).AsSpan().IndexOf(model.Manifest.Tokens.Added["<bbox>"]);
        Assert.Equal(box, other.Timings.ReusedPositions);
        Assert.Equal(again.Timings.PromptPositions - 1, again.Timings.ReusedPositions);
        Assert.Equal(first.TokenIds, (await Ask(image, Ship)).TokenIds);
        Assert.Equal(TimeSpan.Zero, (await image.AskAsync("Mark it with a mask.")).Timings.RegionEncoder);

        // Without boxes <bbox> is a word like others.
        GroundedAnswer without = await image.AskAsync(Question);
        Assert.NotEqual(first.TokenIds, without.TokenIds);
        Assert.NotEqual(other.TokenIds, without.TokenIds);
        Assert.Empty(without.Regions);
        Assert.Null(without.RegionFeatures);
    }

    [Fact]
    public async Task The_picture_is_encoded_for_regions_once()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        OpenedImage image = model.OpenImage(GlammOracleFixture.Image(Wide));
        await Ask(image, Ship);
        ImageState state = model.Store.Acquire(image.Pixels.ContentHash);
        float[] pyramid = state.RegionPyramid.GetOrCompute(() => throw new InvalidOperationException(), CancellationToken.None, out _);
        await Ask(image, Gulls);
        Assert.Same(pyramid, state.RegionPyramid.GetOrCompute(() => throw new InvalidOperationException(), CancellationToken.None, out _));
        Assert.Equal(0, state.RegionLevels.Bytes);
        model.Store.Release(state);
    }

    [Fact]
    public async Task A_budget_of_nothing_changes_no_answer()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder, new ModelOptions { ImageCacheBytes = 0 });
        OpenedImage image = model.OpenImage(GlammOracleFixture.Image(Wide));
        Assert.Equal("region_W1", Known(await Ask(image, Ship)));
        Assert.Equal(0, model.Store.IdleBytes);
        Assert.Equal("region_W2", Known(await Ask(image, Gulls)));
    }

    [Fact]
    public async Task Different_boxes_asked_at_once_do_not_mix()
    {
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        GroundedAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(index => Ask(model.OpenImage(GlammOracleFixture.Image(Wide)), index % 2 == 0 ? Ship : Gulls)));
        Assert.All(answers.Index(), pair => Assert.Equal(pair.Index % 2 == 0 ? "region_W1" : "region_W2", Known(pair.Item)));
    }

    [Fact]
    public async Task A_turn_without_boxes_of_its_own_keeps_those_of_the_turn_before()
    {
        OpenedImage image = oracle.Model.OpenImage(GlammOracleFixture.Image("nearsquare_95x107.png"));
        RegionBox[] box = oracle.Boxes("followup_same_box")[0];
        Dialogue dialogue = image.StartDialogue();
        GroundedAnswer first = await dialogue.AskAsync(Question, new AskOptions { Regions = box });
        GroundedAnswer second = await dialogue.AskAsync("And what is in <bbox> then?");
        Assert.Equal(box, second.Regions);
        Assert.Equal(oracle.Expected("followup_same_box").GetProperty("text_output").GetString(), second.Text);
        Assert.True(second.Timings.ReusedPositions > first.Timings.PromptPositions, "A follow-up with the same boxes continues from the KV cache.");

        // The same dialogue kept elsewhere.
        Dialogue resumed = image.StartDialogue([new EarlierTurn(Question, first.Text) { Regions = first.Regions }]);
        Assert.Equal(second.TokenIds, (await resumed.AskAsync("And what is in <bbox> then?")).TokenIds);
    }

    [Fact]
    public async Task A_turn_with_an_empty_list_takes_the_boxes_away_from_the_whole_dialogue()
    {
        JsonElement expected = oracle.Expected("followup_no_box");
        EarlierTurn first = new(Question, oracle.Expected("region_W1").GetProperty("text_output").GetString()!) { Regions = [Ship] };
        OpenedImage image = oracle.Model.OpenImage(GlammOracleFixture.Image(Wide));
        GroundedAnswer without = await image.StartDialogue([first]).AskAsync("Mark it with a mask.", new AskOptions { Regions = [], MaximumNewTokens = 40 });
        Assert.Equal(expected.GetProperty("text_output").GetString(), without.Text);
        Assert.Empty(without.Regions);
    }

    [Fact]
    public async Task A_turn_that_fails_leaves_the_boxes_as_they_were()
    {
        Dialogue dialogue = oracle.Model.OpenImage(GlammOracleFixture.Image("nearsquare_95x107.png")).StartDialogue();
        RegionBox[] box = oracle.Boxes("followup_same_box")[0];
        await dialogue.AskAsync(Question, new AskOptions { Regions = box });
        await Assert.ThrowsAsync<ArgumentException>(() => dialogue.AskAsync("<bbox> and <bbox> ?", new AskOptions { Regions = [Ship, Gulls] }));
        Assert.Equal(oracle.Expected("followup_same_box").GetProperty("text_output").GetString(), (await dialogue.AskAsync("And what is in <bbox> then?")).Text);
    }

    [Fact]
    public async Task Guesses_from_earlier_answers_survive_boxes()
    {
        // The words in front of <bbox> repeat, so that the guess behind them holds a <bbox>.
        using MglmmModel model = MglmmModel.Load(oracle.BundleFolder);
        model.Generator.Costs.Pin(0.02);
        OpenedImage image = model.OpenImage(GlammOracleFixture.Image(Wide));
        for (int round = 0; round < 3; round++)
        {
            Assert.Equal("region_W1", Known(await Ask(image, Ship)));
            Assert.Equal("region_W2", Known(await Ask(image, Gulls)));
        }

        Assert.All(model.Store.Acquire(image.Pixels.ContentHash).Transcripts, transcript => Assert.All(transcript, token => Assert.True(token >= 0)));
    }

    [Theory]
    [InlineData("no number", double.NaN, 0, 1, 1)]
    [InlineData("too far", 0, 0, 1e9, 1)]
    [InlineData("no number", 0, double.PositiveInfinity, 1, 1)]
    public async Task A_box_that_cannot_be_encoded_is_refused(string part, double left, double top, double right, double bottom)
    {
        OpenedImage image = oracle.Model.OpenImage(GlammOracleFixture.Image(Wide));
        Assert.Contains(part, (await Assert.ThrowsAsync<ArgumentException>(() => Ask(image, new RegionBox(left, top, right, bottom)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_tokens_than_boxes_are_refused_with_both_counts()
    {
        OpenedImage image = oracle.Model.OpenImage(GlammOracleFixture.Image(Wide));
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => image.AskAsync("<bbox> , <bbox> or <bbox> ?", new AskOptions { Regions = [Ship, Gulls] }));
        Assert.Contains("3 <bbox> but was given 2 boxes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_without_region_encoder_refuses_boxes()
    {
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => mglmm.Model.OpenImage(OracleData.Image("landscape_97x61.png")).AskAsync("What is in <bbox> ?", new AskOptions { Regions = [new(1, 2, 3, 4)] }));
        Assert.Contains("no region encoder", error.Message, StringComparison.Ordinal);
    }

    /// <summary>As the converter wrote them before it knew the region encoder.</summary>
    [Fact]
    public async Task A_bundle_from_before_loads_and_answers_without_boxes()
    {
        string old = Path.Combine(_folder, "old");
        Directory.CreateDirectory(old);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(oracle.BundleFolder, BundleManifest.FileName)))!;
        Assert.True(manifest.AsObject().Remove("region_encoder"));
        JsonArray files = manifest["files"]!.AsArray();
        foreach (JsonNode? file in files.ToArray())
        {
            string name = file!["path"]!.GetValue<string>();
            if (name.StartsWith("region_", StringComparison.Ordinal))
            {
                files.Remove(file);
            }
            else
            {
                File.Copy(Path.Combine(oracle.BundleFolder, name), Path.Combine(old, name));
            }
        }

        File.WriteAllText(Path.Combine(old, BundleManifest.FileName), manifest.ToJsonString());
        using MglmmModel model = MglmmModel.Load(old);
        Assert.Null(model.Manifest.RegionEncoder);
        GroundedAnswer answer = await oracle.AskAsync(model, "wide_150x88__referring");
        Assert.Equal(oracle.Expected("wide_150x88__referring").GetProperty("text_output").GetString(), answer.Text);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => Ask(model.OpenImage(GlammOracleFixture.Image(Wide)), Ship));
        Assert.Contains("Convert the checkpoint again", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grid_size", 17, "region_levels")]
    [InlineData("channels", 64, "level_0")]
    public void A_manifest_that_the_region_graphs_contradict_is_refused(string name, int value, string part)
    {
        string copy = Path.Combine(_folder, "changed");
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(oracle.BundleFolder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        string path = Path.Combine(copy, BundleManifest.FileName);
        JsonNode manifest = JsonNode.Parse(File.ReadAllText(path))!;
        manifest["region_encoder"]![name] = value;
        File.WriteAllText(path, manifest.ToJsonString());
        Assert.Contains(part, Assert.Throws<BundleException>(() => ModelBundle.Open(copy)).Message, StringComparison.Ordinal);
    }

    /// <summary>Half precision keeps every decision of this model, whose margins are wide.</summary>
    [Theory]
    [InlineData("fp16", "cpu")]
    [InlineData("fp16", "cuda")]
    public async Task Half_precision_agrees(string precision, string accelerator)
    {
        string output = Path.Combine(_folder, "half");
        CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = GlammOracleFixture.Checkpoint,
            VisionTower = GlammOracleFixture.VisionTower,
            Output = output,
            Precision = precision,
            Accelerator = accelerator,
        });
        using MglmmModel model = MglmmModel.Load(output, new ModelOptions { Accelerator = Accelerator.Cpu });
        foreach (string name in (string[])["two_boxes", "region_W3"])
        {
            GroundedAnswer answer = await oracle.AskAsync(model, name);
            Assert.Equal(oracle.Expected(name).GetProperty("text_output").GetString(), answer.Text);

            // The official code's own bf16 run is up to 4.6 apart.
            float[] rows = answer.RegionFeatures!.SelectMany(row => row.ToArray()).ToArray();
            Closeness.Assert(GlammOracleFixture.Golden(name)["region_features"].Floats, rows, accelerator == "cpu" ? 0.2 : 4.6);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<GroundedAnswer> Ask(OpenedImage image, RegionBox box) => image.AskAsync(Question, new AskOptions { Regions = [box], MaximumNewTokens = 40 });

    private string? Known(GroundedAnswer answer) => ((string[])["region_W1", "region_W2", "region_W3"]).FirstOrDefault(name => oracle.Expected(name).GetProperty("text_output").GetString() == answer.Text);
}
