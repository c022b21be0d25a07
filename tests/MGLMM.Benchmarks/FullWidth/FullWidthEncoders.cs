using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Benchmarks.FullWidth;

/// <summary>Writes graphs of the two image encoders with random weights.</summary>
internal static class FullWidthEncoders
{
    /// <summary>SAM ViT-H at 1024 px with its first blocks; every eighth attends globally.</summary>
    public static GroundingEncoderDimensions Sam(int blocks) => new(
        ImageSize: 1024, Patch: 16, Grid: 64, Hidden: 1280, Heads: 16, HeadSize: 80, Intermediate: 5120, Channels: 256, Windows: [.. Enumerable.Range(1, blocks).Select(block => block % 8 == 0 ? 0 : 14)]);

    /// <summary>CLIP ViT-L/14 at 336 px with its first layers, and a projector to the width of a 7 B model.</summary>
    public static GlobalEncoderDimensions Clip(int layers) => new(
        ImageSize: 336, Patch: 14, Grid: 24, Hidden: 1024, Layers: layers, Heads: 16, Intermediate: 4096, NormEpsilon: 1e-5, Activation: "quick_gelu", LinearProjector: false, ProjectorHidden: 4096, Output: 4096);

    public static void Write(string path, GroundingEncoderDimensions dimensions, bool half, CancellationToken cancellationToken, ProjectionKind projections = ProjectionKind.Full)
    {
        using RandomWeights random = new(Path.GetDirectoryName(path)!, Largest(dimensions.Required()));
        WeightSource weights = random.Of(dimensions.Required());
        Write(path, half, graph => GroundingEncoderGraph.Build(graph, dimensions, weights, projections), cancellationToken);
    }

    public static void Write(string path, GlobalEncoderDimensions dimensions, bool half, CancellationToken cancellationToken, ProjectionKind projections = ProjectionKind.Full)
    {
        using RandomWeights random = new(Path.GetDirectoryName(path)!, Largest([.. dimensions.RequiredOfTower(), .. dimensions.RequiredOfCheckpoint()]));
        (WeightSource tower, WeightSource weights) = (random.Of(dimensions.RequiredOfTower()), random.Of(dimensions.RequiredOfCheckpoint()));
        Write(path, half, graph => GlobalEncoderGraph.Build(graph, dimensions, tower, weights, [], projections), cancellationToken);
    }

    /// <summary>A product of two square matrices that are given at each run.</summary>
    public static void WriteProduct(string path, int side, bool half, CancellationToken cancellationToken)
    {
        DataType type = half ? DataType.Float16 : DataType.Float;
        Write(path, half, graph => graph.Output("product", graph.MatMul(graph.Input("left", type, side, side), graph.Input("right", type, side, side)), type, side, side), cancellationToken);
    }

    private static void Write(string path, bool half, Action<GraphBuilder> build, CancellationToken cancellationToken)
    {
        using ExternalDataFile data = new(path + ".data", cancellationToken);
        GraphBuilder graph = new(Path.GetFileNameWithoutExtension(path), data, half ? DataType.Float16 : DataType.Float, DataType.Float16);
        build(graph);
        data.Barrier();
        data.Complete();
        graph.Save(path, "0");
    }

    private static long Largest(IEnumerable<(string Name, long[] Shape)> required) => required.Max(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size));
}
