using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Conversion.Onnx;
using MGLMM.Runtime.Bundles;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Benchmarks.FullWidth;

/// <summary>Writes decoder graphs with random weights.</summary>
internal sealed class FullWidthDecoder : IDisposable
{
    private readonly RandomWeights _random;
    private readonly WeightSource _weights;

    public FullWidthDecoder(string folder, DecoderDimensions dimensions)
    {
        Dimensions = dimensions;
        _random = new RandomWeights(folder, dimensions.Required().Max(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size)));
        _weights = _random.Of(dimensions.Required());
    }

    public DecoderDimensions Dimensions { get; }

    /// <summary>The dimensions as a bundle's manifest says them.</summary>
    public DecoderSpecification Specification => new()
    {
        Graph = string.Empty,
        Embeddings = string.Empty,
        EmbeddingsPrecision = "fp16",
        HiddenSize = Dimensions.Hidden,
        LayerCount = Dimensions.Layers,
        HeadCount = Dimensions.Heads,
        KeyValueHeadCount = Dimensions.KeyValueHeads,
        HeadSize = Dimensions.HeadSize,
        VocabularySize = Dimensions.Vocabulary,
        MaximumLength = Dimensions.MaximumLength,
    };

    /// <summary>The widths of a 7 B model.</summary>
    public static DecoderDimensions SevenBillion(int layers, int positions) => new(
        Hidden: 4096, Layers: layers, Heads: 32, KeyValueHeads: 32, HeadSize: 128, Intermediate: 11008, Vocabulary: 32007, MaximumLength: positions, NormEpsilon: 1e-6, RopeTheta: 10000, TiedHead: false);

    /// <summary>Writes a graph with its weights beside it, with fp32 arithmetic for the CPU or with fp16 arithmetic.</summary>
    public void Write(string path, ProjectionKind projections, CancellationToken cancellationToken, bool half = false, int fourBitBlock = 32)
    {
        using ExternalDataFile data = new(path + ".data", cancellationToken);
        GraphBuilder graph = new("decoder", data, half ? DataType.Float16 : DataType.Float, DataType.Float16, fourBitBlock);
        DecoderGraph.Build(graph, Dimensions, _weights, projections);
        data.Barrier();
        data.Complete();
        graph.Save(path, "0");
    }

    public void Dispose() => _random.Dispose();
}
