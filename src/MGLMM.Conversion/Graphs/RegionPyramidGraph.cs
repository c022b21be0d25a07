using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// The part of GLaMM's region encoder that does not depend on boxes: four CLIP layers as a pyramid, fused in five rounds
/// (mbzuai-oryx/groundingLMM, <c>model/layers.py</c>, MLVLFuseModule). Input <c>region_levels</c> [4, P, C], the lowest layer first;
/// outputs <c>level_0</c> [1, C, 8g, 8g] to <c>level_3</c> [1, C, g, g]. All fp32.
/// </summary>
internal static class RegionPyramidGraph
{
    private const string Prefix = RegionEncoderDimensions.Prefix + "mlvl_fuse.";

    public static string LevelName(int level) => $"level_{level}";

    public static void Build(GraphBuilder graph, RegionEncoderDimensions dimensions, WeightSource weights)
    {
        (int grid, int channels) = (dimensions.Grid, dimensions.Channels);
        string input = graph.Input(GlobalEncoderGraph.RegionLevels, DataType.Float, RegionEncoderDimensions.Levels, grid * grid, channels);
        string[] states = graph.Split(input, 0, 1, 1, 1, 1);
        string coordinates = graph.Vector("coordinates", [1, 2, grid, grid], Coordinates(grid));
        string[] levels = new string[RegionEncoderDimensions.Levels];
        for (int level = 0; level < levels.Length; level++)
        {
            // The official code scales the features up, appends coordinates and convolves 1x1. A bilinear resize and a 1x1 convolution
            // can change places, and coordinates from -1 to 1 are their own resize (corners aligned): the convolution runs on the small grid.
            string name = $"{Prefix}input_conv.{level}.";
            string features = graph.Reshape(graph.Transpose(states[level], 0, 2, 1), 1, channels, grid, grid);
            string mixed = graph.Convolution(weights, graph.Concat(1, features, coordinates), name + "weight", name + "bias", patches: false);
            levels[level] = Resize(graph, mixed, channels, grid, dimensions.Side(level));
        }

        string ones = graph.Vector("groups.scale", [RegionEncoderDimensions.Groups], Enumerable.Repeat(1f, RegionEncoderDimensions.Groups).ToArray());
        string zeros = graph.Vector("groups.bias", [RegionEncoderDimensions.Groups], new float[RegionEncoderDimensions.Groups]);
        for (int round = 0; round < RegionEncoderDimensions.Rounds; round++)
        {
            string name = $"{Prefix}fuse_convs.{round}.";
            string kernel = graph.Matrix(name + "conv.weight", [channels, channels, 3, 3], weights.Read(name + "conv.weight"));
            string scale = graph.Vector(name + "gn.weight", [channels, 1, 1], weights.Read(name + "gn.weight"));
            string bias = graph.Vector(name + "gn.bias", [channels, 1, 1], weights.Read(name + "gn.bias"));
            string[] mixed = Exchange(graph, dimensions, levels);
            for (int level = 0; level < levels.Length; level++)
            {
                int side = dimensions.Side(level);
                string groups = graph.Reshape(GraphWeights.Convolution(graph, mixed[level], kernel, bias: null, 3), 1, RegionEncoderDimensions.Groups, -1);
                string normed = graph.Node("InstanceNormalization", [groups, ones, zeros], ("epsilon", (float)RegionEncoderDimensions.NormEpsilon));
                normed = graph.Reshape(normed, 1, channels, side, side);
                levels[level] = graph.Node("Relu", [graph.Add(graph.Multiply(normed, scale), bias)]);
            }
        }

        for (int level = 0; level < levels.Length; level++)
        {
            graph.Output(LevelName(level), levels[level], DataType.Float, 1, channels, dimensions.Side(level), dimensions.Side(level));
        }
    }

    /// <summary>
    /// Each level keeps the first half of its channels; the last quarter of the next coarser level and the third quarter of the next finer one take
    /// the place of the rest. At the ends a level takes its own.
    /// </summary>
    private static string[] Exchange(GraphBuilder graph, RegionEncoderDimensions dimensions, string[] levels)
    {
        int quarter = dimensions.Channels / 4;
        string[][] parts = levels.Select(level => graph.Split(level, 1, dimensions.Channels - (2 * quarter), quarter, quarter)).ToArray();
        return [.. levels.Select((_, level) =>
        {
            (int coarser, int finer) = (Math.Min(level + 1, levels.Length - 1), Math.Max(level - 1, 0));
            return graph.Concat(
                1,
                parts[level][0],
                Resize(graph, parts[coarser][2], quarter, dimensions.Side(coarser), dimensions.Side(level)),
                Resize(graph, parts[finer][1], quarter, dimensions.Side(finer), dimensions.Side(level)));
        })];
    }

    /// <summary>Bilinear with aligned corners and without antialiasing, in both directions.</summary>
    private static string Resize(GraphBuilder graph, string value, int channels, int from, int to) => from == to
        ? value
        : graph.Node(
            "Resize",
            [value, string.Empty, string.Empty, graph.Integers(1, channels, to, to)],
            ("mode", "linear"),
            ("coordinate_transformation_mode", "align_corners"));

    /// <summary>x, then y of every cell, from -1 to 1: [2, grid, grid].</summary>
    private static float[] Coordinates(int grid)
    {
        float[] values = new float[2 * grid * grid];
        for (int row = 0; row < grid; row++)
        {
            for (int column = 0; column < grid; column++)
            {
                values[(row * grid) + column] = At(column);
                values[(grid * grid) + (row * grid) + column] = At(row);
            }
        }

        return values;

        float At(int index) => grid == 1 ? -1 : (float)((2d * index / (grid - 1)) - 1);
    }
}
