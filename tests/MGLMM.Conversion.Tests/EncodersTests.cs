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
            Assert.Equal(expected, operations.Any(operation => operation is "DynamicQuantizeMatMul" or "MatMulNBits"));
        }
    }

    [Fact]
    public async Task Rounded_encoders_write_the_official_codes_words_and_nearly_its_masks()
    {
        CheckpointConverter.Convert(Options("int8"));
        using MglmmModel model = MglmmModel.Load(Path.Combine(_folder, "bundle"), new ModelOptions { Accelerator = Accelerator.Cpu });
        foreach (string picture in (string[])["landscape_97x61", "portrait_61x97"])
        {
            string question = oracle.Case(picture + "__gcg").GetProperty("question").GetString()!;
            AskOptions options = new() { MaximumNewTokens = 24 };
            GroundedAnswer exact = await oracle.Model.OpenImage(OracleData.Image(picture + ".png")).AskAsync(question, options, TestContext.Current.CancellationToken);
            GroundedAnswer answer = await model.OpenImage(OracleData.Image(picture + ".png")).AskAsync(question, options, TestContext.Current.CancellationToken);
            Assert.Equal(exact.TokenIds, answer.TokenIds);
        }
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
