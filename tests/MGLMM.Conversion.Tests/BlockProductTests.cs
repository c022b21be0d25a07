using Google.Protobuf;
using MGLMM.Conversion.Graphs;
using MGLMM.Conversion.Onnx;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Inference;
using MGLMM.Runtime.Kernels;
using MGLMM.Runtime.Serialization;
using MGLMM.Testing;
using Microsoft.ML.OnnxRuntime;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Tests;

/// <summary>Products of our own with 4-bit and 8-bit weights, beside ONNX Runtime's of the same weights and the same rounding.</summary>
public sealed class BlockProductTests(OracleFixture oracle) : IDisposable
{
    private const string Unsupported = "This processor has no AVX2.";
    private const string NoBytes = "This processor has no AVX-512 VNNI.";

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-products-").FullName;

    public static TheoryData<int, int, int, int, int> Shapes()
    {
        TheoryData<int, int, int, int, int> shapes = new();
        foreach (int rows in (int[])[1, 2, 3, 4, 5, 7, 16, 21])
        {
            foreach ((int columns, int depth) in ((int, int)[])[(96, 96), (33, 256), (77, 160), (200, 384)])
            {
                foreach (int block in (int[])[32, 64, 128])
                {
                    shapes.Add(rows, columns, depth, block, 4);
                }

                shapes.Add(rows, columns, depth, 32, 8);
            }
        }

        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void They_are_those_of_onnx_runtime(int rows, int columns, int depth, int block, int bits)
    {
        Assert.SkipUnless(BlockProductOperator.IsSupported, Unsupported);
        Assert.SkipUnless(BlockProductOperator.Takes(bits), NoBytes);
        Random random = new((rows * 1000) + columns + depth + block);
        string source = Graph(random, columns, depth, block, bits == 4 ? ProjectionKind.FourBitRounded : ProjectionKind.EightBitRounded);
        string target = Path.Combine(_folder, "own.onnx");
        Assert.Equal(bits, BlockGraph.Write(source, target, TestContext.Current.CancellationToken));
        float[] input = Numbers(random, rows * depth);
        input[^1] = 40; // an outlier, whose block alone becomes coarse
        Array.Clear(input, 0, Math.Min(block, depth)); // and a block of nothing
        float[] expected = Run(source, input, rows, depth);
        float[] actual = Run(target, input, rows, depth);
        Assert.Equal(rows * columns, actual.Length);
        Assert.Equal(actual, RunInMemory(source, input, rows, depth));
        double scale = Math.Sqrt(expected.Average(value => (double)value * value));
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 2e-5 * (scale + Math.Abs(pair.First))));
    }

    [Theory]
    [InlineData(nameof(BlockInstructions.Avx2), 4, 1)]
    [InlineData(nameof(BlockInstructions.Avx2), 4, 6)]
    [InlineData(nameof(BlockInstructions.Avx512), 4, 1)]
    [InlineData(nameof(BlockInstructions.Avx512), 4, 6)]
    [InlineData(nameof(BlockInstructions.Avx512Vnni), 4, 1)]
    [InlineData(nameof(BlockInstructions.Avx512Vnni), 4, 6)]
    [InlineData(nameof(BlockInstructions.Avx512Vnni), 8, 1)]
    [InlineData(nameof(BlockInstructions.Avx512Vnni), 8, 6)]
    public unsafe void All_instructions_give_what_is_written_out_to_the_last_bit(string name, int bits, int rows)
    {
        BlockInstructions instructions = Enum.Parse<BlockInstructions>(name);
        Assert.SkipUnless(BlockProductOperator.IsSupported, Unsupported);
        Assert.SkipUnless(BlockProduct.Best >= instructions, $"This processor has no {instructions}.");
        BlockLayout layout = new(70, 300, 64, bits);
        Random random = new(rows);
        byte[] stored = new byte[layout.Columns * layout.StoredDepth];
        random.NextBytes(stored);
        float[] storedScales = Numbers(random, layout.Columns * layout.Blocks);
        float[] numbers = Numbers(random, rows * layout.Depth);
        byte[] codes = new byte[layout.CodeBytes];
        float[] scales = new float[layout.ScaleCount];
        for (int panel = 0; panel < layout.Panels; panel++)
        {
            layout.Lay(panel, stored, storedScales, codes.AsSpan(panel * layout.PanelBytes), scales.AsSpan(panel * layout.PanelScales));
        }

        byte[] rounded = new byte[RoundedRows.BytesOf(layout, BlockProduct.RoomFor(rows))];
        byte[] scratch = new byte[BlockProduct.ScratchOf(layout, rows)];
        float[] output = new float[rows * layout.Columns];
        float[] expected = new float[output.Length];
        fixed (byte* ofCodes = codes, ofRounded = rounded, ofScratch = scratch)
        {
            fixed (float* ofScales = scales, ofNumbers = numbers, ofOutput = output)
            {
                RoundedRows input = RoundedRows.In(ofRounded, layout, BlockProduct.RoomFor(rows));
                for (int row = 0; row < rows; row++)
                {
                    input.Round(ofNumbers + (row * layout.Depth), layout, row);
                }

                BlockProduct product = new() { Layout = layout, Codes = ofCodes, Scales = ofScales, Input = input, Rows = rows, Output = ofOutput, Instructions = instructions };
                product.Compute(0, layout.Panels, ofScratch);
                for (int index = 0; index < expected.Length; index++)
                {
                    (int row, int column) = (index / layout.Columns, index % layout.Columns);
                    for (int block = 0; block < layout.Blocks; block++)
                    {
                        int sum = 0;
                        for (int at = block * layout.Block; at < (block + 1) * layout.Block; at++)
                        {
                            byte pair = stored[(column * layout.StoredDepth) + (at * bits / 8)];
                            int code = bits == 8 ? pair - 128 : ((at % 2 == 0 ? pair : pair >> 4) & 15) - 8;
                            sum += code * input.Codes[(row * layout.PaddedDepth) + at];
                        }

                        float scale = storedScales[(column * layout.Blocks) + block] * input.Scales[(row * layout.Blocks) + block];
                        expected[index] = MathF.FusedMultiplyAdd(sum, scale, expected[index]);
                    }
                }
            }
        }

        Assert.Equal(expected, output);
        Assert.DoesNotContain(0f, output);
    }

    [Fact]
    public void What_is_no_number_stays_none_and_no_rows_give_none()
    {
        Assert.SkipUnless(BlockProductOperator.IsSupported, Unsupported);
        string source = Graph(new Random(5), 40, 64, 32);
        string target = Path.Combine(_folder, "own.onnx");
        Assert.Equal(4, BlockGraph.Write(source, target, TestContext.Current.CancellationToken));
        float[] input = Numbers(new Random(6), 2 * 64);
        input[70] = float.NaN;
        float[] output = Run(target, input, 2, 64);
        Assert.All(output[..40], value => Assert.True(float.IsFinite(value)));
        Assert.All(output[40..], value => Assert.True(float.IsNaN(value)));
        Assert.Empty(Run(target, [], 0, 64));
        OnnxRuntimeException exception = Assert.Throws<OnnxRuntimeException>(() => Run(target, Numbers(new Random(7), 63), 1, 63));
        Assert.Contains("64", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_products_with_rounded_activations_are_replaced()
    {
        foreach (ProjectionKind kind in (ProjectionKind[])[ProjectionKind.Full, ProjectionKind.FourBit])
        {
            string target = Path.Combine(_folder, $"{kind}.own.onnx");
            Assert.Null(BlockGraph.Write(Graph(new Random(1), 40, 64, 32, kind), target, TestContext.Current.CancellationToken));
            Assert.False(File.Exists(target));
            using SessionOptions settings = Settings();
            Assert.Null(BlockGraph.Load(Path.Combine(_folder, $"{kind}.onnx"), settings));
        }
    }

    [Fact]
    public void Weights_that_two_products_share_are_left_to_onnx_runtime()
    {
        string path = Graph(new Random(2), 64, 64, 32);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        NodeProto again = model.Graph.Node.Single(node => node.OpType == "MatMulNBits").Clone();
        (again.Name, again.Output[0]) = ("again", "again");
        model.Graph.Node.Add(again);
        File.WriteAllBytes(path, model.ToByteArray());
        Assert.False(BlockGraph.Fits(path));
    }

    [Theory]
    [InlineData("a node of ours")]
    [InlineData("a branch")]
    [InlineData("an output twice")]
    public void A_graph_that_the_converter_does_not_write_is_left_to_onnx_runtime(string what)
    {
        Assert.SkipUnless(BlockProductOperator.IsSupported, Unsupported);
        string path = Graph(new Random(3), 64, 64, 32);
        Assert.True(BlockGraph.Fits(path));
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        NodeProto more = new() { OpType = "Identity", Name = "more" };
        more.Input.Add("x");
        more.Output.Add(what == "an output twice" ? model.Graph.Node[0].Output[0] : "more");
        more.Domain = what == "a node of ours" ? BlockProductOperator.Domain : string.Empty;
        if (what == "a branch")
        {
            more.Attribute.Add(AttributeProto.Parser.ParseFrom(new ProtobufWriter().Text(1, "then_branch").Nested(6, new ProtobufWriter().Text(2, "branch")).Message.ToArray()));
        }

        model.Graph.Node.Add(more);
        File.WriteAllBytes(path, model.ToByteArray());
        Assert.False(BlockGraph.Fits(path));
    }

    [Fact]
    public void A_node_with_other_weights_than_it_says_is_refused_before_they_are_read()
    {
        Assert.SkipUnless(BlockProductOperator.IsSupported, Unsupported);
        string own = Path.Combine(_folder, "own.onnx");
        Assert.Equal(4, BlockGraph.Write(Graph(new Random(4), 64, 64, 32), own, TestContext.Current.CancellationToken));
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(own));
        model.Graph.Node.Single(node => node.OpType == BlockProductOperator.Name).Attribute.Single(attribute => attribute.Name == "N").I = 6400;
        File.WriteAllBytes(own, model.ToByteArray());
        Assert.Contains("should be [", Assert.Throws<OnnxRuntimeException>(() => Run(own, Numbers(new Random(5), 64), 1, 64)).Message, StringComparison.Ordinal);
        model.Graph.Node.Single(node => node.OpType == BlockProductOperator.Name).Attribute.Single(attribute => attribute.Name == "K").I = long.MaxValue;
        File.WriteAllBytes(own, model.ToByteArray());
        Assert.Contains("cannot be laid out", Assert.Throws<OnnxRuntimeException>(() => Run(own, Numbers(new Random(5), 64), 1, 64)).Message, StringComparison.Ordinal);
    }

    /// <summary>Sums in another order differ in their last bit, which rounds a few activations of the encoders to the other side; masks of random weights show that.</summary>
    [Theory]
    [InlineData("fp32", 0.98)]
    [InlineData("int8", 0.93)]
    public async Task A_model_of_4_bits_answers_as_with_onnx_runtimes_products_packed_or_not(string encoders, double overlap)
    {
        Assert.SkipUnless(BlockProductOperator.IsSupported, Unsupported);
        string bundle = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(new ConversionOptions { Checkpoint = oracle.Checkpoint, VisionTower = oracle.VisionTower, Output = bundle, Precision = "int4", Encoders = encoders });
        GroundedAnswer before = await AskAsync(bundle, ownProducts: false);
        AssertSame(before, await AskAsync(bundle), overlap);
        (string folder, _) = PackedWeights.Write(bundle, leastBytes: 0, progress: null, TestContext.Current.CancellationToken);
        PackedGraphs packed = PackedGraphs.Find(bundle, BlockProductOperator.Takes)!;
        Assert.True(packed.HasOwnProducts("decoder.onnx"));
        Assert.Equal(encoders == "int8" && BlockProductOperator.Takes(8), packed.HasOwnProducts("grounding_encoder.onnx"));

        // No node is left for which ONNX Runtime would pack anew, but the head's of 8 bits where the processor has no instructions for it.
        List<NodeProto> nodes = [.. ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, "decoder.onnx"))).Graph.Node];
        string[] left = BlockProductOperator.Takes(8) ? [] : ["lm_head"];
        Assert.Equal(left, nodes.Where(node => node.OpType == "MatMulNBits").Select(node => node.Input[1].Split('.')[0]));
        Assert.Contains(nodes, node => node is { OpType: BlockProductOperator.Name, Domain: BlockProductOperator.Domain });
        AssertSame(before, await AskAsync(bundle), overlap);

        // A graph that this process cannot compute is taken as it is, and no other.
        int most = BlockProductOperator.Takes(8) ? 8 : 4;
        PackedGraphs some = PackedGraphs.Find(bundle, bits => bits < most)!;
        string[] leftOut = encoders == "int8" && most == 8 ? ["decoder.onnx", "global_encoder.onnx", "grounding_encoder.onnx"] : ["decoder.onnx"];
        Assert.Equal(leftOut, some.LeftOut.Order());
        Assert.All(leftOut, graph => Assert.True(some.PathOf(graph) is null && !some.Stands(graph) && !some.Stands(graph + ".data")));
        Assert.NotNull(some.PathOf("mask_decoder.onnx"));

        // What is packed takes nothing that the system cannot take back, and what is left out what it takes as it is.
        ModelBundle opened = ModelBundle.Open(bundle, verifyHashes: false, TestContext.Current.CancellationToken);
        Assert.InRange(MemoryNeed.Of(opened, some) - MemoryNeed.Of(opened, packed), 1, MemoryNeed.Of(opened, null) - MemoryNeed.Of(opened, packed));
        long weights = new FileInfo(Path.Combine(bundle, "decoder.onnx.data")).Length;
        Assert.InRange(MemoryNeed.Of(opened, some) - MemoryNeed.Of(opened, packed), weights, (long)(1.06 * leftOut.Sum(graph => new FileInfo(Path.Combine(bundle, graph + ".data")).Length)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertSame(GroundedAnswer expected, GroundedAnswer actual, double overlap)
    {
        Assert.Equal(expected.TokenIds, actual.TokenIds);
        Assert.NotEmpty(expected.Segments);
        Assert.All(expected.Segments.Zip(actual.Segments), pair => Assert.InRange(pair.First.Mask.IntersectionOverUnion(pair.Second.Mask), overlap, 1));
    }

    private async Task<GroundedAnswer> AskAsync(string bundle, bool ownProducts = true)
    {
        using MglmmModel model = MglmmModel.Load(bundle, new ModelOptions { Accelerator = Accelerator.Cpu, OwnProducts = ownProducts });
        string question = oracle.Case("landscape_97x61__gcg").GetProperty("question").GetString()!;
        return await model.OpenImage(OracleData.Image("landscape_97x61.png")).AskAsync(question, new AskOptions { MaximumNewTokens = 32 }, TestContext.Current.CancellationToken);
    }

    private string Graph(Random random, int columns, int depth, int block, ProjectionKind kind = ProjectionKind.FourBitRounded)
    {
        string path = Path.Combine(_folder, $"{kind}.onnx");
        using ExternalDataFile data = new(path + ".data", TestContext.Current.CancellationToken);
        GraphBuilder graph = new("product", data, DataType.Float, DataType.Float16, block);
        string input = graph.Input("x", DataType.Float, "rows", "depth");
        graph.Output("y", graph.Product(input, "w", new WeightMatrix(Numbers(random, columns * depth), columns, depth), kind), DataType.Float, "rows", columns);
        data.Barrier();
        data.Complete();
        graph.Save(path, "0");
        return path;
    }

    private static float[] Numbers(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private static float[] Run(string graph, float[] input, int rows, int depth)
    {
        using SessionOptions settings = Settings();
        BlockProductOperator.AddTo(settings);
        using InferenceSession session = new(graph, settings);
        return Run(session, input, rows, depth);
    }

    private static float[] RunInMemory(string source, float[] input, int rows, int depth)
    {
        using SessionOptions settings = Settings();
        using LoadedGraph graph = BlockGraph.Load(source, settings)!;
        return Run(graph.Session, input, rows, depth);
    }

    private static SessionOptions Settings() => new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private static float[] Run(InferenceSession session, float[] input, int rows, int depth)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(input, [rows, depth]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["x"], [value], ["y"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
