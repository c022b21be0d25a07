using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// The part of GLaMM's region encoder that depends on boxes: RoIAlign on each level, and the boxes' own positions
/// (mbzuai-oryx/groundingLMM, <c>model/layers.py</c>, MlvlRoIExtractor). Inputs <c>level_0</c> to <c>level_3</c> of <see cref="RegionPyramidGraph"/> and
/// <c>boxes</c> [n, 4], corners as shares of the picture's sides; output <c>region_features</c> [n, H], a row to put in the place of a
/// <c>&lt;bbox&gt;</c>'s embedding. All fp32.
/// </summary>
internal static class RegionEncoderGraph
{
    public const string Boxes = "boxes";

    public const string RegionFeatures = "region_features";

    private const string Prefix = RegionEncoderDimensions.Prefix + "roi_align.";

    /// <summary>
    /// What boxes are scaled to, whatever the tower's side is. At 336 px a box thus reaches the upper left two thirds of the features only; the
    /// released weights were trained so.
    /// </summary>
    private const float BoxScale = 224;

    /// <summary>Pixels of that scale per cell of the coarsest level.</summary>
    private const float Stride = 14;

    public static void Build(GraphBuilder graph, RegionEncoderDimensions dimensions, WeightSource weights)
    {
        const int Bins = RegionEncoderDimensions.Bins;
        int channels = dimensions.Channels;
        string boxes = graph.Input(Boxes, DataType.Float, "regions", 4);
        string scaled = graph.Multiply(boxes, graph.Scalar(BoxScale, DataType.Float));

        // Which picture a box belongs to: there is one, number 0.
        string count = graph.Node("Shape", [boxes], ("start", 0L), ("end", 1L));
        string picture = graph.Node("Expand", [graph.Integers(0), count]);
        string? sum = null;
        for (int level = 0; level < RegionEncoderDimensions.Levels; level++)
        {
            int side = dimensions.Side(level);
            string map = graph.Input(RegionPyramidGraph.LevelName(level), DataType.Float, 1, channels, side, side);
            string pooled = graph.Node(
                "RoiAlign",
                [map, scaled, picture],
                ("mode", "avg"),
                ("coordinate_transformation_mode", "half_pixel"),
                ("output_height", Bins),
                ("output_width", Bins),
                ("sampling_ratio", 2),
                ("spatial_scale", side / dimensions.Grid / Stride));
            string name = $"{Prefix}pconvs.{level}.";
            string mixed = graph.Convolution(weights, pooled, name + "weight", name + "bias", patches: false);
            sum = sum is null ? mixed : graph.Add(sum, mixed);
        }

        string content = Flatten(graph, weights, graph.Node("Relu", [sum!]), channels * Bins * Bins, dimensions.Query);
        string position = graph.Node("Relu", [graph.Linear(weights, boxes, Prefix + "pos_embedd.0.")]);
        position = graph.Norm(weights, position, Prefix + "pos_embedd.2.", RegionEncoderDimensions.NormEpsilon);
        position = graph.Node("Relu", [graph.Linear(weights, position, Prefix + "pos_embedd.3.")]);
        position = graph.Norm(weights, position, Prefix + "pos_embedd.5.", RegionEncoderDimensions.NormEpsilon);
        graph.Output(RegionFeatures, graph.Linear(weights, graph.Add(content, position), Prefix + "updims."), DataType.Float, "regions", dimensions.Output);
    }

    /// <summary>
    /// flatten_linear as a sum of shorter products: at full size it adds up 200,000 terms, and one long sum in fp32 loses digits that several keep.
    /// </summary>
    private static string Flatten(GraphBuilder graph, WeightSource weights, string patches, int length, int query)
    {
        const int Parts = RegionEncoderDimensions.Groups;
        const string Name = Prefix + "flatten_linear.";
        string matrix = graph.TransposedMatrix(Name + "weight", weights.ReadMatrix(Name + "weight"), shape: [Parts, length / Parts, query]);
        string parts = graph.Transpose(graph.Reshape(patches, -1, Parts, length / Parts), 1, 0, 2);
        string sum = graph.Node("ReduceSum", [graph.MatMul(parts, matrix), graph.Integers(0)], ("keepdims", 0L));
        return graph.Add(sum, graph.Bias(weights, Name + "bias"));
    }
}
