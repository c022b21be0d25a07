using MGLMM.Conversion.Families;
using MGLMM.Conversion.Onnx;
using MGLMM.Runtime.Preprocessing;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion.Graphs;

/// <summary>
/// CLIP's vision tower up to the selected layer, and the projector.
/// Input <c>pixel_values</c> [1, 3, S, S]; outputs <c>image_features</c> [1, P, clip width] (before the projector) and
/// <c>image_tokens</c> [1, P, decoder width], P the number of image tokens, and, for a model with a region encoder,
/// <c>region_levels</c> [4, patches, clip width], the hidden states that it fuses, all fp32.
/// </summary>
internal static class GlobalEncoderGraph
{
    public const string PixelValues = "pixel_values";

    public const string ImageFeatures = "image_features";

    public const string ImageTokens = "image_tokens";

    public const string RegionLevels = "region_levels";

    /// <param name="graph">Receives the nodes.</param>
    /// <param name="dimensions">Of the tower and the projector.</param>
    /// <param name="tower">The tower's tensors.</param>
    /// <param name="weights">The checkpoint's tensors.</param>
    /// <param name="levels">Hidden states to put out as <see cref="RegionLevels"/>, 0 for what goes into the first layer; may be empty.</param>
    /// <param name="projections">How the products of the layers and of the projector are stored and computed.</param>
    public static void Build(GraphBuilder graph, GlobalEncoderDimensions dimensions, WeightSource tower, WeightSource weights, ReadOnlySpan<int> levels, ProjectionKind projections)
    {
        const string Embeddings = "vision_model.embeddings.";
        int width = dimensions.Hidden;
        int patches = dimensions.Grid * dimensions.Grid;
        string pixels = graph.Input(PixelValues, DataType.Float, 1, 3, dimensions.ImageSize, dimensions.ImageSize);
        if (graph.Compute != DataType.Float)
        {
            pixels = graph.Cast(pixels, graph.Compute);
        }

        string patch = graph.Convolution(tower, pixels, Embeddings + "patch_embedding.weight", bias: null, patches: true);
        string tokens = graph.Transpose(graph.Reshape(patch, 1, width, patches), 0, 2, 1);
        string classToken = graph.Vector(Embeddings + "class_embedding", [1, 1, width], tower.Read(Embeddings + "class_embedding"));
        string positions = graph.Matrix(
            Embeddings + "position_embedding.weight", [1, patches + 1, width], tower.Read(Embeddings + "position_embedding.weight"));
        string state = graph.Add(graph.Concat(1, classToken, tokens), positions);
        state = graph.Norm(tower, state, "vision_model.pre_layrnorm.", dimensions.NormEpsilon);
        List<string> fused = new();
        for (int layer = 0; ; layer++)
        {
            if (levels.Contains(layer))
            {
                fused.Add(graph.Slice(state, 1, 1, patches + 1));
            }

            if (layer == dimensions.Layers)
            {
                break;
            }

            graph.Barrier();
            state = Layer(graph, dimensions, tower, projections, state, $"vision_model.encoder.layers.{layer}.");
        }

        string features = graph.Slice(state, 1, 1, patches + 1);
        string projected = dimensions.LinearProjector
            ? graph.Linear(weights, features, "model.mm_projector.", projections)
            : graph.Linear(
                weights,
                graph.Node("Gelu", [graph.Linear(weights, features, "model.mm_projector.0.", projections)], ("approximate", "none")),
                "model.mm_projector.2.",
                projections);
        if (graph.Compute != DataType.Float)
        {
            features = graph.Cast(features, DataType.Float);
            projected = graph.Cast(projected, DataType.Float);
        }

        graph.Output(ImageFeatures, features, DataType.Float, 1, dimensions.TokenCount, width);
        graph.Output(ImageTokens, projected, DataType.Float, 1, dimensions.TokenCount, dimensions.Output);
        if (fused.Count > 0)
        {
            string stacked = graph.Concat(0, [.. fused]);
            graph.Output(RegionLevels, graph.Compute == DataType.Float ? stacked : graph.Cast(stacked, DataType.Float), DataType.Float, fused.Count, patches, width);
        }
    }

    private static string Layer(GraphBuilder graph, GlobalEncoderDimensions dimensions, WeightSource tower, ProjectionKind projections, string state, string prefix)
    {
        string attention = prefix + "self_attn.";
        string normed = graph.Norm(tower, state, prefix + "layer_norm1.", dimensions.NormEpsilon);
        string packed = graph.PackedLinear(tower, normed, attention + "qkv", bias: true, projections, attention + "q_proj.", attention + "k_proj.", attention + "v_proj.");
        string[] parts = graph.Split(packed, 2, dimensions.Hidden, dimensions.Hidden, dimensions.Hidden);
        string attended = graph.Contributed("MultiHeadAttention", parts, ("num_heads", dimensions.Heads));
        state = graph.Add(state, graph.Linear(tower, attended, attention + "out_proj.", projections));
        normed = graph.Norm(tower, state, prefix + "layer_norm2.", dimensions.NormEpsilon);
        string inner = graph.Linear(tower, normed, prefix + "mlp.fc1.", projections);
        string activated = dimensions.Activation == "gelu"
            ? graph.Node("Gelu", [inner], ("approximate", "none"))
            : graph.Contributed("QuickGelu", [inner], ("alpha", 1.702f));
        return graph.Add(state, graph.Linear(tower, activated, prefix + "mlp.fc2.", projections));
    }
}
