using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>The steps that every graph takes from a PyTorch layer's tensors to ONNX nodes.</summary>
internal static class GraphWeights
{
    /// <summary>A PyTorch Linear over the last axis: x W^T + b.</summary>
    public static string Linear(
        this GraphBuilder graph, WeightSource weights, string input, string prefix, ProjectionKind kind = ProjectionKind.Full) =>
        graph.Product(input, prefix + "weight", weights.ReadMatrix(prefix + "weight"), kind, () => graph.Bias(weights, prefix + "bias"));

    /// <summary>Several Linears of one input as a single matrix product; outputs lie side by side.</summary>
    public static string PackedLinear(this GraphBuilder graph, WeightSource weights, string input, string name, bool bias, ProjectionKind kind, params string[] prefixes)
    {
        long rows = prefixes.Sum(prefix => weights.Shape(prefix + "weight")[0]);
        return graph.Product(
            input,
            name + ".weight",
            weights.ReadMatrix([.. prefixes.Select(prefix => prefix + "weight")]),
            kind,
            bias ? () => graph.Vector(name + ".bias", [rows], weights.ReadStacked([.. prefixes.Select(prefix => prefix + "bias")])) : null);
    }

    /// <summary>A vector tensor in the type in which it is used.</summary>
    public static string Bias(this GraphBuilder graph, WeightSource weights, string name, DataType? compute = null) =>
        graph.Vector(name, weights.Shape(name), weights.Read(name), compute);

    /// <summary>A PyTorch LayerNorm over the last axis.</summary>
    public static string Norm(this GraphBuilder graph, WeightSource weights, string input, string prefix, double epsilon, DataType? compute = null) =>
        graph.LayerNorm(input, graph.Bias(weights, prefix + "weight", compute), graph.Bias(weights, prefix + "bias", compute), epsilon);

    /// <summary>A 2-D convolution with the stride of its kernel (a patch embedding), or of stride 1 with the given padding.</summary>
    public static string Convolution(this GraphBuilder graph, WeightSource weights, string input, string weight, string? bias, bool patches, DataType? compute = null)
    {
        long[] shape = weights.Shape(weight);
        string stored = graph.Matrix(weight, shape, weights.Read(weight), compute);
        string? offsets = bias is null ? null : graph.Bias(weights, bias, compute);
        return Convolution(graph, input, stored, offsets, shape[2], patches);
    }

    /// <summary>A 2-D convolution whose weights are in the graph already.</summary>
    public static string Convolution(GraphBuilder graph, string input, string weight, string? bias, long kernel, bool patches = false)
    {
        long padding = patches ? 0 : kernel / 2;
        long stride = patches ? kernel : 1;
        return graph.Node(
            "Conv",
            bias is null ? [input, weight] : [input, weight, bias],
            ("kernel_shape", (long[])[kernel, kernel]),
            ("strides", (long[])[stride, stride]),
            ("pads", (long[])[padding, padding, padding, padding]));
    }
}
