using System.Text.RegularExpressions;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Preprocessing;

namespace MGLMM.Conversion.Families;

/// <summary>
/// Dimensions of the CLIP tower and of the projector behind it. <c>Layers</c> counts those up to the selected hidden state,
/// not all that the tower has; <c>LinearProjector</c> is one Linear (LISA) instead of Linear, GELU, Linear.
/// </summary>
internal sealed partial record GlobalEncoderDimensions(
    int ImageSize, int Patch, int Grid, int Hidden, int Layers, int Heads, int Intermediate, double NormEpsilon, string Activation,
    bool LinearProjector, int ProjectorHidden, int Output)
{
    /// <summary>The image's tokens: one for each patch, none for the class.</summary>
    public int TokenCount => Grid * Grid;

    public static GlobalEncoderDimensions Detect(WeightSource tower, CheckpointConfiguration towerConfiguration, WeightSource weights, CheckpointConfiguration configuration, CheckpointFamily family, bool isGiven)
    {
        if (!tower.Has("vision_model.embeddings.class_embedding"))
        {
            throw new ConversionException(isGiven
                ? $"The given vision tower is no CLIP tower: it has no tensor 'vision_model.embeddings.class_embedding'. {Wanted(configuration)}"
                : $"{tower.Owner} is incomplete: it has no tensor 'vision_model.embeddings.class_embedding'. {tower.Advice}");
        }

        int[] patchShape = tower.Shape("vision_model.embeddings.patch_embedding.weight", 4);
        int hidden = patchShape[0];
        int patch = patchShape[2];
        int positions = tower.Shape("vision_model.embeddings.position_embedding.weight", 2)[0];
        int grid = (int)Math.Round(Math.Sqrt(positions - 1));
        if (patch <= 0 || grid <= 0 || (grid * grid) + 1 != positions)
        {
            throw new ConversionException($"The vision tower has {positions} positions, which is not a square number of patches and a class token.");
        }

        RequireNamed(configuration, patch, grid);
        CheckpointConfiguration vision = towerConfiguration.Section("vision_config") ?? towerConfiguration;
        RequireSizes(tower, vision, hidden, patch, grid);
        int stored = DecoderDimensions.LayerCount(tower, "vision_model.encoder.layers.");
        int available = vision.Integer("num_hidden_layers") ?? 12;
        if (stored > available)
        {
            throw new ConversionException($"The vision tower's {vision.Source} counts {available} layers, but its weights hold {stored}. One of the two is of another tower.");
        }

        int selected = configuration.Integer("mm_vision_select_layer") ?? -2;
        int run = selected < 0 ? available + 1 + selected : selected;
        if (run < 0 || run > available)
        {
            throw new ConversionException($"config.json selects hidden state {selected} of a vision tower of {available} layers.");
        }

        RequirePatches(configuration, family);
        string activation = vision.Text("hidden_act") ?? "quick_gelu";
        if (activation is not ("quick_gelu" or "gelu"))
        {
            throw new ConversionException($"The vision tower's hidden_act '{activation}' is not supported; 'quick_gelu' and 'gelu' are.");
        }

        // Sections of full CLIP configs leave out what equals the class default of the original release.
        int heads = vision.Integer("num_attention_heads") ?? 12;
        if (heads <= 0 || hidden % heads != 0)
        {
            throw new ConversionException($"The vision tower's {heads} heads do not divide its width of {hidden}.");
        }

        bool linear = weights.Has("model.mm_projector.weight");
        RequireProjector(configuration);
        int[] first = weights.Shape(linear ? "model.mm_projector.weight" : "model.mm_projector.0.weight", 2);
        if (first[1] != hidden)
        {
            throw new ConversionException(
                $"The projector takes {first[1]} features, the given vision tower yields {hidden}: it is another tower than the model was trained with. {Wanted(configuration)}");
        }

        configuration.RequireSize("mm_hidden_size", first[1], linear ? "model.mm_projector.weight" : "model.mm_projector.0.weight");
        return new GlobalEncoderDimensions(
            grid * patch,
            patch,
            grid,
            hidden,
            run,
            heads,
            stored == 0 ? 0 : tower.Shape("vision_model.encoder.layers.0.mlp.fc1.weight", 2)[0],
            vision.Number("layer_norm_eps") ?? 1e-5,
            activation,
            linear,
            first[0],
            linear ? first[0] : weights.Shape("model.mm_projector.2.weight", 2)[0]);
    }

    /// <summary>
    /// The class token is never among the image's. LISA's class sets <c>patch</c>, whatever config.json says. MGLMM's and GLaMM's towers obey <c>cls_patch</c>,
    /// but what reads the states of [SEG] counts the patches alone: every answer then ends in an error.
    /// </summary>
    private static void RequirePatches(CheckpointConfiguration configuration, CheckpointFamily family)
    {
        const string Key = "mm_vision_select_feature";
        if (family == CheckpointFamily.Lisa || configuration.Text(Key) is not { } feature || feature == "patch")
        {
            return;
        }

        throw new ConversionException(feature == "cls_patch"
            ? $"config.json says {Key} 'cls_patch': the class token would be among the image's, and the family's own code ({family.Name}) ends in an error then, since it counts the patches alone. "
                + "Set it to 'patch' if the model was trained so, as every release was."
            : $"config.json says {Key} '{feature}', which the family's own code ({family.Name}) does not know. Set it to 'patch' if the model was trained so, as every release was.");
    }

    private static string Wanted(CheckpointConfiguration configuration) =>
        NamedTower.Read(configuration) is { } named
            ? $"Give the folder of the tower that config.json names, {CheckpointFormatException.Quote(named)}, with --vision-tower."
            : "Give the folder of the CLIP tower that the model was trained with, with --vision-tower.";

    private static void RequireSizes(WeightSource tower, CheckpointConfiguration vision, int hidden, int patch, int grid)
    {
        const string Embedding = "the vision tower's vision_model.embeddings";
        vision.RequireSize("hidden_size", hidden, Embedding, otherwise: 768);
        vision.RequireSize("patch_size", patch, Embedding, otherwise: 32);
        vision.RequireSize("image_size", grid * patch, Embedding, otherwise: 224);
        if (tower.Has("vision_model.encoder.layers.0.mlp.fc1.weight"))
        {
            vision.RequireSize("intermediate_size", tower.Shape("vision_model.encoder.layers.0.mlp.fc1.weight", 2)[0], "the vision tower's mlp.fc1.weight", otherwise: 3072);
        }
    }

    /// <summary>
    /// The families' own code builds one Linear or Linear, GELU, Linear whatever config.json says; which of the two, the weights tell.
    /// </summary>
    private static void RequireProjector(CheckpointConfiguration configuration)
    {
        string? type = configuration.Text("mm_projector_type");
        if (type is not (null or "linear" or "mlp2x_gelu"))
        {
            throw new ConversionException(
                $"config.json says mm_projector_type '{type}'; one Linear ('linear') and Linear, GELU, Linear ('mlp2x_gelu') are what MGLMM, GLaMM and LISA compute, and nothing else is supported.");
        }
    }

    /// <summary>
    /// Towers of one width differ in nothing but their table of positions, and every one of them fits the projector: only the name in config.json
    /// tells which was trained. CLIP's names end in the patch and, where it is not 224, the picture's side: <c>patch14</c>, <c>patch14-336</c>.
    /// </summary>
    private static void RequireNamed(CheckpointConfiguration configuration, int patch, int grid)
    {
        const string DefaultSide = "224";
        string? named = NamedTower.Read(configuration);
        Match match = TowerName().Match(named ?? string.Empty);
        if (match.Success && int.TryParse(match.Groups["patch"].Value, out int namedPatch)
            && int.TryParse(match.Groups["side"] is { Success: true, Value: var side } ? side : DefaultSide, out int namedSide)
            && (namedPatch != patch || namedSide != grid * patch))
        {
            throw new ConversionException(
                $"config.json names the vision tower {CheckpointFormatException.Quote(named!)}, of {namedSide} px in patches of {namedPatch}; the given one takes {grid * patch} px in patches of {patch}. "
                + "Give the tower that the model was trained with; if it is the given one, correct vision_tower and mm_vision_tower in config.json.");
        }
    }

    [GeneratedRegex(@"patch(?<patch>\d+)(?:-(?<side>\d+))?/?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TowerName();

    public IEnumerable<(string Name, long[] Shape)> RequiredOfTower()
    {
        yield return ("vision_model.embeddings.class_embedding", [Hidden]);
        yield return ("vision_model.embeddings.patch_embedding.weight", [Hidden, 3, Patch, Patch]);
        yield return ("vision_model.embeddings.position_embedding.weight", [(Grid * Grid) + 1, Hidden]);
        yield return ("vision_model.pre_layrnorm.weight", [Hidden]);
        yield return ("vision_model.pre_layrnorm.bias", [Hidden]);
        for (int layer = 0; layer < Layers; layer++)
        {
            string prefix = $"vision_model.encoder.layers.{layer}.";
            foreach (string projection in (string[])["q_proj", "k_proj", "v_proj", "out_proj"])
            {
                yield return ($"{prefix}self_attn.{projection}.weight", [Hidden, Hidden]);
                yield return ($"{prefix}self_attn.{projection}.bias", [Hidden]);
            }

            foreach (string norm in (string[])["layer_norm1", "layer_norm2"])
            {
                yield return ($"{prefix}{norm}.weight", [Hidden]);
                yield return ($"{prefix}{norm}.bias", [Hidden]);
            }

            yield return (prefix + "mlp.fc1.weight", [Intermediate, Hidden]);
            yield return (prefix + "mlp.fc1.bias", [Intermediate]);
            yield return (prefix + "mlp.fc2.weight", [Hidden, Intermediate]);
            yield return (prefix + "mlp.fc2.bias", [Hidden]);
        }
    }

    public IEnumerable<(string Name, long[] Shape)> RequiredOfCheckpoint()
    {
        if (LinearProjector)
        {
            yield return ("model.mm_projector.weight", [Output, Hidden]);
            yield return ("model.mm_projector.bias", [Output]);
        }
        else
        {
            yield return ("model.mm_projector.0.weight", [ProjectorHidden, Hidden]);
            yield return ("model.mm_projector.0.bias", [ProjectorHidden]);
            yield return ("model.mm_projector.2.weight", [Output, ProjectorHidden]);
            yield return ("model.mm_projector.2.bias", [Output]);
        }
    }
}
