using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Onnx;
using MGLMM.Runtime;
using MGLMM.Testing;

namespace MGLMM.Conversion.Tests;

/// <summary>What an int4 decoder rounds activations to.</summary>
public sealed class ActivationsTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-activations-").FullName;

    [Theory]
    [InlineData("int4", "int8", "cpu", 4L)]
    [InlineData("int4", "fp32", "cpu", null)]
    [InlineData("int4", "int8", "cuda", null)]
    public void Only_int8_on_the_cpu_asks_for_products_of_integers(string precision, string activations, string accelerator, long? level)
    {
        string output = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(Options(output, activations, precision, accelerator));
        List<NodeProto> products = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(output, "decoder.onnx"))).Graph.Node.Where(node => node.OpType == "MatMulNBits").ToList();
        Assert.NotEmpty(products);
        Assert.All(products, node => Assert.Equal(level, node.Attribute.FirstOrDefault(attribute => attribute.Name == "accuracy_level")?.I));
    }

    [Theory]
    [InlineData("int4", 64, 64L)]
    [InlineData("int4", 128, 128L)]
    [InlineData("int8", 64, 128L)]
    public void A_block_size_is_that_of_four_bit_weights(string precision, int blockSize, long expected)
    {
        string output = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(Options(output, "fp32", precision, blockSize: blockSize));
        List<NodeProto> products = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(output, "decoder.onnx"))).Graph.Node.Where(node => node.OpType == "MatMulNBits").ToList();
        Assert.NotEmpty(products);
        Assert.All(products, node => Assert.Equal(expected, node.Attribute.Single(attribute => attribute.Name == "block_size").I));
        using MglmmModel model = MglmmModel.Load(output, new ModelOptions { Accelerator = Accelerator.Cpu });
    }

    [Fact]
    public void Another_block_size_is_refused_with_those_that_are_known()
    {
        ConversionException exception = Assert.Throws<ConversionException>(() => CheckpointConverter.Convert(Options(Path.Combine(_folder, "bundle"), "int8", blockSize: 48)));
        Assert.Contains("48", exception.Message, StringComparison.Ordinal);
        Assert.Contains("32, 64, 128", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rounded_activations_run_and_agree_with_fp32_at_the_start()
    {
        string output = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(Options(output, "int8"));
        using MglmmModel model = MglmmModel.Load(output, new ModelOptions { Accelerator = Accelerator.Cpu });
        string picture = OracleData.Image("landscape_97x61.png");
        string question = oracle.Case("landscape_97x61__gcg").GetProperty("question").GetString()!;
        AskOptions options = new() { MaximumNewTokens = 4 };
        GroundedAnswer exact = await oracle.Model.OpenImage(picture).AskAsync(question, options, TestContext.Current.CancellationToken);
        GroundedAnswer answer = await model.OpenImage(picture).AskAsync(question, options, TestContext.Current.CancellationToken);
        Assert.Equal(exact.TokenIds, answer.TokenIds);
    }

    [Fact]
    public void Another_word_is_refused_with_the_words_that_are_known()
    {
        ConversionException exception = Assert.Throws<ConversionException>(() => CheckpointConverter.Convert(Options(Path.Combine(_folder, "bundle"), "int16")));
        Assert.Contains("int8", exception.Message, StringComparison.Ordinal);
        Assert.Contains("fp32", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ConversionOptions Options(string output, string activations, string precision = "int4", string accelerator = "cpu", int blockSize = 32) => new()
    {
        Checkpoint = oracle.Checkpoint,
        VisionTower = oracle.VisionTower,
        Output = output,
        Precision = precision,
        Activations = activations,
        BlockSize = blockSize,
        Encoders = "fp32",
        Accelerator = accelerator,
    };
}
