using System.Security.Cryptography;
using System.Text;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Caching;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Whenever graphs are loaded and however long they stay, answers are the official code's; a picture that was prepared costs its first question nothing.</summary>
public sealed class GraphLoadingTests(OracleFixture oracle)
{
    private const string WithMasks = "landscape_97x61__gcg";
    private const string WithoutMasks = "extra__noseg";

    [Theory]
    [InlineData(GraphLoading.AtStart, true)]
    [InlineData(GraphLoading.AtStart, false)]
    [InlineData(GraphLoading.InBackground, true)]
    [InlineData(GraphLoading.InBackground, false)]
    [InlineData(GraphLoading.WhenNeeded, true)]
    [InlineData(GraphLoading.WhenNeeded, false)]
    public async Task Answers_are_the_official_ones(GraphLoading loading, bool keeps)
    {
        using MglmmModel model = Load(new ModelOptions { GraphLoading = loading, KeepEncoders = keeps, ImageCacheBytes = 0 });
        for (int round = 0; round < 2; round++)
        {
            AssertOfficial(WithMasks, await oracle.AskAsync(model, WithMasks));
            Assert.Equal(keeps, model.Sessions.GlobalEncoder.IsLoaded);
            Assert.Equal(keeps, model.Sessions.GroundingEncoder.IsLoaded);
            Assert.True(model.Sessions.Decoder.IsLoaded);
            Assert.True(model.Sessions.MaskDecoder.IsLoaded);
        }
    }

    [Fact]
    public async Task What_nothing_needs_is_not_loaded()
    {
        using MglmmModel model = Load(new ModelOptions { GraphLoading = GraphLoading.WhenNeeded });
        Assert.False(model.Sessions.Decoder.IsLoaded);
        AssertOfficial(WithoutMasks, await oracle.AskAsync(model, WithoutMasks));
        Assert.True(model.Sessions.Decoder.IsLoaded);
        Assert.False(model.Sessions.GroundingEncoder.IsLoaded);
        Assert.False(model.Sessions.MaskDecoder.IsLoaded);
        AssertOfficial(WithMasks, await oracle.AskAsync(model, WithMasks));
        Assert.True(model.Sessions.GroundingEncoder.IsLoaded);
    }

    [Fact]
    public async Task Several_at_once_wait_for_one_load()
    {
        int loads = 0;
        using MglmmModel model = Load(new ModelOptions { GraphLoading = GraphLoading.WhenNeeded, AdjustSettings = (_, _) => Interlocked.Increment(ref loads) });
        string[] names = [WithMasks, "portrait_50x83__gcg", "square_163x163__gcg"];
        GroundedAnswer[] answers = await Task.WhenAll(names.Select(name => oracle.AskAsync(model, name)));
        Assert.All(names.Zip(answers), pair => AssertOfficial(pair.First, pair.Second));
        Assert.Equal(4, loads);
    }

    [Theory]
    [InlineData(GraphLoading.AtStart)]
    [InlineData(GraphLoading.InBackground)]
    [InlineData(GraphLoading.WhenNeeded)]
    public async Task A_picture_that_was_prepared_costs_its_first_question_nothing(GraphLoading loading)
    {
        using MglmmModel model = Load(new ModelOptions { GraphLoading = loading });
        OpenedImage image = model.OpenImage(oracle.PictureOf(WithMasks));
        List<string> told = [];
        await image.PrepareAsync(new AskOptions { Progress = new Told(told) });
        Assert.Contains("reading the picture", told);
        GroundedAnswer answer = await image.AskAsync(oracle.QuestionOf(WithMasks), oracle.OptionsOf(WithMasks));
        AssertOfficial(WithMasks, answer);
        Assert.True(answer.Timings.GlobalEncoderSkipped);
        Assert.True(answer.Timings.GroundingEncoderSkipped);
        Assert.True(answer.Timings.ReusedPositions > model.Manifest.GlobalEncoder.TokenCount);

        // Once more is for nothing.
        told.Clear();
        await image.PrepareAsync(new AskOptions { Progress = new Told(told) });
        Assert.DoesNotContain("reading the picture", told);
        AssertOfficial(WithMasks, await image.AskAsync(oracle.QuestionOf(WithMasks), oracle.OptionsOf(WithMasks)));
    }

    [Fact]
    public async Task What_only_masks_need_is_not_encoded_before_a_question_that_is_under_way()
    {
        using MglmmModel model = Load(new ModelOptions());
        OpenedImage image = model.OpenImage(oracle.PictureOf(WithoutMasks));
        string key = image.Pixels.ContentHash;
        ImageState asked = model.Store.Acquire(key);
        await image.PrepareAsync();
        Assert.True(asked.HoldsPicture);
        Assert.False(model.Store.Peek(key).Embedding);
        model.Store.Release(asked);
        await image.PrepareAsync();
        Assert.True(model.Store.Peek(key).Embedding);
    }

    [Fact]
    public async Task Questions_need_not_wait_for_the_preparation_and_nothing_is_encoded_twice()
    {
        for (int time = 0; time < 10; time++)
        {
            using MglmmModel model = Load(new ModelOptions { GraphLoading = GraphLoading.InBackground });
            OpenedImage image = model.OpenImage(oracle.PictureOf(WithMasks));
            Task preparing = image.PrepareAsync();
            GroundedAnswer[] answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => image.AskAsync(oracle.QuestionOf(WithMasks), oracle.OptionsOf(WithMasks))));
            await preparing;
            Assert.All(answers, answer => AssertOfficial(WithMasks, answer));
            Assert.True(answers.Count(answer => !answer.Timings.GlobalEncoderSkipped) <= 1);
            Assert.True(answers.Count(answer => !answer.Timings.GroundingEncoderSkipped) <= 1);
        }
    }

    [Fact]
    public async Task A_preparation_that_is_cancelled_leaves_the_picture_as_it_was()
    {
        using MglmmModel model = Load(new ModelOptions());
        OpenedImage image = model.OpenImage(oracle.PictureOf(WithMasks));
        using CancellationTokenSource stop = new();
        AskOptions options = new() { Progress = new Told([], _ => stop.Cancel()) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => image.PrepareAsync(options, stop.Token));
        AssertOfficial(WithMasks, await image.AskAsync(oracle.QuestionOf(WithMasks), oracle.OptionsOf(WithMasks)));
    }

    [Fact]
    public async Task A_graph_that_does_not_load_fails_those_who_need_it_each_time()
    {
        string folder = CopyOfBundle();
        string graph = Path.Combine(folder, oracle.Model.Manifest.GroundingEncoder.Graph);
        // An operator that there is not: well-formed, and found out by ONNX Runtime only.
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(graph));
        Assert.Contains("LayerNormalization", text, StringComparison.Ordinal);
        File.WriteAllBytes(graph, Encoding.Latin1.GetBytes(text.Replace("LayerNormalization", "LayerNormalizatiom", StringComparison.Ordinal)));
        Assert.Throws<BundleException>(() => MglmmModel.Load(folder, new ModelOptions { VerifyHashes = false }));
        foreach (GraphLoading loading in (GraphLoading[])[GraphLoading.InBackground, GraphLoading.WhenNeeded])
        {
            using MglmmModel model = MglmmModel.Load(folder, new ModelOptions { VerifyHashes = false, GraphLoading = loading });
            AssertOfficial(WithoutMasks, await oracle.AskAsync(model, WithoutMasks));
            for (int time = 0; time < 2; time++)
            {
                BundleException exception = await Assert.ThrowsAsync<BundleException>(() => oracle.AskAsync(model, WithMasks));
                Assert.Contains(oracle.Model.Manifest.GroundingEncoder.Graph, exception.Message, StringComparison.Ordinal);
            }

            await Assert.ThrowsAsync<BundleException>(() => model.OpenImage(oracle.PictureOf(WithMasks)).PrepareAsync());
            AssertOfficial(WithoutMasks, await oracle.AskAsync(model, WithoutMasks));
        }
    }

    [Theory]
    [InlineData(GraphLoading.WhenNeeded, true)]
    [InlineData(GraphLoading.AtStart, false)]
    public async Task What_is_loaded_late_is_of_the_bundle_that_was_opened_or_is_not_loaded(GraphLoading loading, bool keeps)
    {
        string folder = CopyOfBundle();
        using MglmmModel model = MglmmModel.Load(folder, new ModelOptions { GraphLoading = loading, KeepEncoders = keeps, ImageCacheBytes = 0 });
        string manifest = Path.Combine(folder, BundleManifest.FileName);
        byte[] opened = File.ReadAllBytes(manifest);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(opened)), model.Card.Fingerprint);

        // Another bundle in its place, as 'convert --force' or a link that is turned puts it there.
        File.WriteAllBytes(manifest, [.. opened, (byte)'\n']);
        BundleException replaced = await Assert.ThrowsAsync<BundleException>(() => oracle.AskAsync(model, WithoutMasks));
        Assert.Contains("was replaced since it was opened", replaced.Message, StringComparison.Ordinal);
        File.Delete(manifest);
        BundleException gone = await Assert.ThrowsAsync<BundleException>(() => oracle.AskAsync(model, WithoutMasks));
        Assert.Contains("cannot be read any more", gone.Message, StringComparison.Ordinal);

        // It is back.
        File.WriteAllBytes(manifest, opened);
        AssertOfficial(WithoutMasks, await oracle.AskAsync(model, WithoutMasks));
    }

    [Fact]
    public void A_bundle_that_is_replaced_while_it_is_loaded_makes_no_model()
    {
        string folder = CopyOfBundle();
        string manifest = Path.Combine(folder, BundleManifest.FileName);
        string another = manifest + ".another";
        File.WriteAllText(another, File.ReadAllText(manifest) + "\n");
        int loaded = 0;
        ModelOptions options = new()
        {
            AdjustSettings = (_, _) =>
            {
                if (Interlocked.Increment(ref loaded) == 4)
                {
                    File.Move(another, manifest, overwrite: true);
                }
            },
        };
        Assert.Contains("was replaced", Assert.Throws<BundleException>(() => MglmmModel.Load(folder, options)).Message, StringComparison.Ordinal);

        // Read anew it is a bundle like any other.
        MglmmModel.Load(folder).Dispose();
    }

    [Fact]
    public void A_model_may_go_while_it_is_still_being_loaded()
    {
        for (int time = 0; time < 5; time++)
        {
            Load(new ModelOptions { GraphLoading = GraphLoading.InBackground }).Dispose();
        }
    }

    private string CopyOfBundle()
    {
        string folder = oracle.NewFolder();
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.GetFiles(oracle.BundleFolder))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        return folder;
    }

    private MglmmModel Load(ModelOptions options) => MglmmModel.Load(oracle.BundleFolder, options);

    private void AssertOfficial(string name, GroundedAnswer answer) =>
        Assert.Equal(oracle.IdsOf(name), answer.TokenIds);

    private sealed class Told(List<string> works, Action<string>? also = null) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            works.Add(value.Work);
            also?.Invoke(value.Work);
        }
    }
}
