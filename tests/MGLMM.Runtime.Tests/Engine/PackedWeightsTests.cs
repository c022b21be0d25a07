using MGLMM.Imaging;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Kernels;
using Microsoft.Extensions.Logging;

namespace MGLMM.Runtime.Tests.Engine;

/// <summary>Weights kept beside a bundle as they are once loaded.</summary>
public sealed class PackedWeightsTests : IDisposable
{
    private const string Question = "landscape_97x61__gcg";

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-packed-").FullName;
    private readonly OracleFixture _oracle;
    private readonly string _bundle;

    public PackedWeightsTests(OracleFixture oracle)
    {
        _oracle = oracle;
        _bundle = Path.Combine(_folder, "bundle");
        Directory.CreateDirectory(_bundle);
        foreach (string file in Directory.GetFiles(oracle.BundleFolder))
        {
            File.Copy(file, Path.Combine(_bundle, Path.GetFileName(file)));
        }
    }

    [Fact]
    public async Task A_packed_bundle_gives_the_official_answer_without_its_own_weights()
    {
        (string folder, long bytes) = PackedWeights.Write(_bundle, leastBytes: 0, progress: null, TestContext.Current.CancellationToken);
        Assert.Equal(PackedGraphs.FolderOf(_bundle), folder);
        Assert.StartsWith(_bundle + ".packed", folder, StringComparison.Ordinal);
        Assert.InRange(bytes, new FileInfo(Path.Combine(_bundle, "decoder.onnx.data")).Length, long.MaxValue);
        Assert.Equal([folder], Directory.GetDirectories(_bundle + ".packed"));

        // Zeros in the place of the weights, of the same length and age: what is loaded is the packed form, and the bundle's is not even hashed.
        foreach (string graph in (string[])["global_encoder", "decoder", "grounding_encoder", "mask_decoder"])
        {
            string data = Path.Combine(_bundle, graph + ".onnx.data");
            DateTime modified = File.GetLastWriteTimeUtc(data);
            File.WriteAllBytes(data, new byte[new FileInfo(data).Length]);
            File.SetLastWriteTimeUtc(data, modified);
        }

        await AssertOfficialAnswer(new ModelOptions());
        Assert.Contains("SHA-256", Assert.Throws<BundleException>(() => MglmmModel.Load(_bundle, new ModelOptions { UsePackedWeights = false })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_packed_of_another_state_of_the_bundle_is_left_alone()
    {
        PackedWeights.Write(_bundle, leastBytes: 0, progress: null, TestContext.Current.CancellationToken);
        Assert.NotNull(PackedGraphs.Find(_bundle, BlockProductOperator.Takes));
        File.SetLastWriteTimeUtc(Path.Combine(_bundle, "decoder.onnx.data"), DateTime.UnixEpoch);
        Assert.Null(PackedGraphs.Find(_bundle, BlockProductOperator.Takes));
        await AssertOfficialAnswer(new ModelOptions());

        // Whoever packed it is told.
        using Lines lines = new();
        MglmmModel.Load(_bundle, new ModelOptions(), lines).Dispose();
        Assert.Contains(lines.Written, message => message.Contains("mglmm pack", StringComparison.Ordinal) && message.Contains(PackedGraphs.FolderOf(_bundle), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("*.onnx*")]
    [InlineData("packed.json")]
    public async Task What_was_cut_off_is_left_alone(string pattern)
    {
        (string folder, _) = PackedWeights.Write(_bundle, leastBytes: 0, progress: null, TestContext.Current.CancellationToken);
        string file = Directory.GetFiles(folder, pattern).OrderByDescending(path => new FileInfo(path).Length).First();
        using (FileStream stream = File.OpenWrite(file))
        {
            stream.SetLength(stream.Length / 2);
        }

        Assert.Null(PackedGraphs.Find(_bundle, BlockProductOperator.Takes));
        await AssertOfficialAnswer(new ModelOptions());

        // And packing again mends it.
        PackedWeights.Write(_bundle, leastBytes: 0, progress: null, TestContext.Current.CancellationToken);
        Assert.NotNull(PackedGraphs.Find(_bundle, BlockProductOperator.Takes));
    }

    [Fact]
    public void Packed_weights_that_cannot_be_replaced_stay()
    {
        (string packed, _) = PackedWeights.Write(_bundle, leastBytes: 0, progress: null, TestContext.Current.CancellationToken);
        string[] files = Directory.GetFiles(packed);
        IOException fault = Assert.Throws<IOException>(() => PackedWeights.Exchange(Path.Combine(_folder, "nothing"), packed));
        Assert.Contains("stop it and pack again", fault.Message, StringComparison.Ordinal);
        Assert.Equal(files.Order(), Directory.GetFiles(packed).Order());
        Assert.NotNull(PackedGraphs.Find(_bundle, BlockProductOperator.Takes));
        Assert.Equal([packed], Directory.GetDirectories(Path.GetDirectoryName(packed)!));
    }

    [Fact]
    public void Small_graphs_are_not_packed_and_a_cancelled_run_leaves_nothing()
    {
        Assert.Equal(0, PackedWeights.Write(_bundle, cancellationToken: TestContext.Current.CancellationToken).Bytes);
        Assert.False(Directory.Exists(_bundle + ".packed"));
        using CancellationTokenSource cancelled = new();
        Assert.Throws<OperationCanceledException>(() => PackedWeights.Write(_bundle, leastBytes: 0, new Told(progress => cancelled.Cancel()), cancelled.Token));
        Assert.True(!Directory.Exists(_bundle + ".packed") || Directory.GetFileSystemEntries(_bundle + ".packed").Length == 0);
    }

    [Fact]
    public void A_bundle_that_is_replaced_while_it_is_packed_leaves_nothing_packed()
    {
        string manifest = Path.Combine(_bundle, BundleManifest.FileName);
        BundleException replaced = Assert.Throws<BundleException>(() => PackedWeights.Write(_bundle, leastBytes: 0, new Told(progress => Replace(progress.Work)), TestContext.Current.CancellationToken));
        Assert.Contains("was replaced", replaced.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_bundle + ".packed"));

        void Replace(string work)
        {
            if (work == "packing mask_decoder")
            {
                File.AppendAllText(manifest, "\n");
            }
        }
    }

    [Fact]
    public void A_bundle_for_cuda_is_not_packed()
    {
        string output = Path.Combine(_folder, "cuda");
        _oracle.Convert(output, "fp16", "cuda");
        Assert.Contains("cuda", Assert.Throws<BundleException>(() => PackedWeights.Write(output)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loading_and_answering_say_how_far_they_are()
    {
        List<WorkProgress> reports = [];
        using MglmmModel model = MglmmModel.Load(_bundle, new ModelOptions { Progress = new Told(reports.Add) });
        long bytes = Directory.GetFiles(_bundle).Sum(file => new FileInfo(file).Length) - new FileInfo(Path.Combine(_bundle, BundleManifest.FileName)).Length;
        Assert.Equal(bytes / 1_000_000, reports.Last(report => report.Work == "checking the bundle's files").Done);
        Assert.Equal([0L, 1, 2, 3, 4], reports.Where(report => report.Work == "loading the model").Select(report => report.Done));
        Assert.Equal("loading the model (4 of 4 graphs)", reports[^1].ToString());

        reports.Clear();
        GroundedAnswer answer = await AskAsync(model, new Told(reports.Add));
        Assert.Equal(
            ["looking at the picture", "reading the question", "answering", "encoding the picture for masks", "drawing masks"],
            reports.Select(report => report.Work).Distinct());
        Assert.Equal(answer.TokenIds.Count, reports.Last(report => report.Work == "answering").Done);
        Assert.Equal(answer.Segments.Count, reports[^1].Total);
    }

    [Fact]
    public void A_load_that_cannot_fit_is_told_with_figures()
    {
        Assert.Null(MemoryNeed.Shortage(needed: 7_000_000_000, available: 7_000_000_000));
        Assert.Null(MemoryNeed.Shortage(needed: 7_000_000_000, available: null));
        string shortage = MemoryNeed.Shortage(needed: 27_000_000_000, available: 15_900_000_000)!;
        Assert.Contains("27.0 GB", shortage, StringComparison.Ordinal);
        Assert.Contains("15.9 GB", shortage, StringComparison.Ordinal);
        Assert.Contains("int4", shortage, StringComparison.Ordinal);

        // fp32 weights as they are, and room for keys and values.
        using MglmmModel model = MglmmModel.Load(_bundle);
        long weights = Directory.GetFiles(_bundle, "*.onnx.data").Sum(file => new FileInfo(file).Length);
        Assert.Equal(weights + (model.Manifest.Decoder.MaximumLength * model.Decoder.BytesPerPosition), MemoryNeed.Of(model.Bundle, packed: null));
        PackedWeights.Write(_bundle, leastBytes: 0, progress: null, TestContext.Current.CancellationToken);
        Assert.Equal(model.Manifest.Decoder.MaximumLength * model.Decoder.BytesPerPosition, MemoryNeed.Of(model.Bundle, PackedGraphs.Find(_bundle, BlockProductOperator.Takes)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task AssertOfficialAnswer(ModelOptions options)
    {
        using MglmmModel model = MglmmModel.Load(_bundle, options);
        GroundedAnswer answer = await AskAsync(model, null);
        Assert.Equal(_oracle.Case(Question).GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32()), answer.TokenIds);
        Assert.Equal(_oracle.Case(Question).GetProperty("n_masks").GetInt32(), answer.Segments.Count);
        Assert.All(answer.Segments, segment => Assert.NotEqual(0, segment.Mask.Area));
    }

    private Task<GroundedAnswer> AskAsync(MglmmModel model, IProgress<WorkProgress>? progress) =>
        model.OpenImage(ImageDecoder.DecodeFile(OracleData.Image(_oracle.Case(Question).GetProperty("image").GetString()!))).AskAsync(
            _oracle.Case(Question).GetProperty("question").GetString()!,
            new AskOptions { MaximumNewTokens = _oracle.Case(Question).GetProperty("max_new_tokens").GetInt32(), Progress = progress });

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public List<string> Written { get; } = [];

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Written.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }

    private sealed class Told(Action<WorkProgress> told) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => told(value);
    }
}
