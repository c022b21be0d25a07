using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Onnx;
using MGLMM.Runtime;
using MGLMM.Testing;

namespace MGLMM.Conversion.Tests;

/// <summary>What the image encoders compute in.</summary>
public sealed class EncodersTests(OracleFixture oracle) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-encoders-").FullName;

    [Theory]
    [InlineData("int8", "cpu", true)]
    [InlineData("fp32", "cpu", false)]
    [InlineData("int8", "cuda", false)]
    public void Only_int8_on_the_cpu_makes_products_of_integers_of_the_encoders_alone(string encoders, string accelerator, bool integers)
    {
        CheckpointConverter.Convert(Options(encoders, accelerator));
        foreach (string file in (string[])["global_encoder.onnx", "grounding_encoder.onnx", "mask_decoder.onnx", "decoder.onnx"])
        {
            List<string> operations = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_folder, "bundle", file))).Graph.Node.Select(node => node.OpType).ToList();
            bool expected = integers && file.EndsWith("encoder.onnx", StringComparison.Ordinal);
            Assert.Equal(expected, operations.Any(operation => operation == "MatMulNBits"));
        }
    }

    [Fact]
    public async Task Rounded_encoders_write_the_official_codes_words_and_nearly_its_masks()
    {
        CheckpointConverter.Convert(Options("int8"));
        using MglmmModel model = MglmmModel.Load(Path.Combine(_folder, "bundle"), new ModelOptions { Accelerator = Accelerator.Cpu });
        string picture = OracleData.Image("landscape_97x61.png");
        string question = oracle.Case("landscape_97x61__gcg").GetProperty("question").GetString()!;
        AskOptions options = new() { MaximumNewTokens = 48 };
        GroundedAnswer exact = await oracle.Model.OpenImage(picture).AskAsync(question, options, TestContext.Current.CancellationToken);
        GroundedAnswer answer = await model.OpenImage(picture).AskAsync(question, options, TestContext.Current.CancellationToken);
        Assert.Equal(exact.TokenIds, answer.TokenIds);

        // The masks of this model are deliberately sharp: its official code in bf16 has an IoU of 0.54 to 0.97 with itself in fp32.
        Assert.All(exact.Segments.Zip(answer.Segments), pair => Assert.InRange(pair.First.Mask.IntersectionOverUnion(pair.Second.Mask), 0.8, 1));
    }

    [Theory]
    [InlineData("int4", "cpu", true)]
    [InlineData("int8", "cpu", true)]
    [InlineData("fp16", "cpu", false)]
    [InlineData("int4", "cuda", false)]
    public void Where_nothing_is_said_they_are_rounded_with_a_decoder_of_integers(string precision, string accelerator, bool integers)
    {
        ConversionOptions options = new() { Checkpoint = oracle.Checkpoint, VisionTower = oracle.VisionTower, Output = Path.Combine(_folder, "bundle"), Precision = precision, Accelerator = accelerator };
        CheckpointConverter.Convert(options);
        Assert.Equal(integers, ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_folder, "bundle", "grounding_encoder.onnx"))).Graph.Node.Any(node => node.OpType == "MatMulNBits"));
    }

    [Fact]
    public void Another_word_is_refused_with_the_words_that_are_known()
    {
        ConversionException exception = Assert.Throws<ConversionException>(() => CheckpointConverter.Convert(Options("int16")));
        Assert.Contains("Unknown encoders 'int16'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("int8, fp32", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ConversionOptions Options(string encoders, string accelerator = "cpu") => new()
    {
        Checkpoint = oracle.Checkpoint,
        VisionTower = oracle.VisionTower,
        Output = Path.Combine(_folder, "bundle"),
        Encoders = encoders,
        Accelerator = accelerator,
    };
}
