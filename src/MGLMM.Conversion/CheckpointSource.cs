using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using MGLMM.Conversion.Families;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion;

/// <summary>
/// A checkpoint and its tower, opened and checked before anything is written: what they hold is what the family's own code would compute
/// with, or opening fails with the way out.
/// </summary>
internal sealed class CheckpointSource : IDisposable
{
    /// <summary>Where the first LISA releases put SAM.</summary>
    private const string SplitGroundingWeights = "pytorch_model-visual_model.bin";

    /// <summary>Where LLaVA's training puts the projector.</summary>
    private const string ProjectorWeights = "mm_projector.bin";

    private readonly Checkpoint _checkpoint;
    private readonly Checkpoint _tower;

    private CheckpointSource(Checkpoint checkpoint, Checkpoint tower)
    {
        _checkpoint = checkpoint;
        _tower = tower;
    }

    public required CheckpointFamily Family { get; init; }

    public required CheckpointConfiguration Configuration { get; init; }

    /// <summary>The checkpoint's tensors, SAM's under one prefix for all families.</summary>
    public required WeightSource Weights { get; init; }

    /// <summary>The tensors of the tower that is used: the given one, or the tuned one inside the checkpoint.</summary>
    public required WeightSource Tower { get; init; }

    public required DecoderDimensions Decoder { get; init; }

    public required GlobalEncoderDimensions Global { get; init; }

    public required GroundingEncoderDimensions Grounding { get; init; }

    public required MaskDecoderDimensions Mask { get; init; }

    /// <summary>Null where the model takes no boxes.</summary>
    public required RegionEncoderDimensions? Region { get; init; }

    /// <summary>Ids of the tokens, and how prompts are read.</summary>
    public required TokenSpecification Tokens { get; init; }

    /// <summary>What introduces the image in prompts.</summary>
    public required string ImageSentence { get; init; }

    /// <summary>Every tensor that a graph reads, with its shape.</summary>
    public required IReadOnlyList<(string Name, long[] Shape)> Required { get; init; }

    /// <summary>Tensors that nothing accounts for; not empty only where the options allow it.</summary>
    public required IReadOnlyList<string> LeftOver { get; init; }

    /// <summary>What a reader of the result should know.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>Opens and checks both folders.</summary>
    /// <exception cref="ConversionException">Something is wrong with them; the message says what and what to do.</exception>
    /// <exception cref="CheckpointFormatException">A file is damaged or of a kind that is not read.</exception>
    public static CheckpointSource Open(ConversionOptions options)
    {
        CheckpointConfiguration configuration = CheckpointConfiguration.Load(Path.Combine(options.Checkpoint, "config.json"));
        CheckpointConfiguration towerConfiguration = CheckpointConfiguration.Load(Path.Combine(options.VisionTower, "config.json"));
        if (configuration.Flag("mm_use_prompt_start_end") == true)
        {
            throw new ConversionException(
                "config.json says mm_use_prompt_start_end: the prompt then holds two tokens whose text no release defines. Set it to false if the checkpoint was trained without them.");
        }

        Checkpoint checkpoint = Checkpoint.Open(options.Checkpoint, options.OpenFile);
        Checkpoint? tower = null;
        try
        {
            tower = Checkpoint.Open(options.VisionTower, options.OpenFile);
            return Read(options, configuration, towerConfiguration, checkpoint, tower);
        }
        catch
        {
            checkpoint.Dispose();
            tower?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _checkpoint.Dispose();
        _tower.Dispose();
    }

    private static CheckpointSource Read(
        ConversionOptions options, CheckpointConfiguration configuration, CheckpointConfiguration towerConfiguration, Checkpoint checkpoint, Checkpoint tower)
    {
        if (File.Exists(Path.Combine(options.Checkpoint, SplitGroundingWeights)))
        {
            throw new ConversionException(
                $"This checkpoint keeps SAM in a file of its own ('{SplitGroundingWeights}'), which its index does not name. Load it with its own code and save it as one state dict.");
        }

        string what = $"The checkpoint '{options.Checkpoint}'";
        string whatTower = $"The vision tower '{options.VisionTower}'";
        Dictionary<string, CheckpointTensor> tensors = TensorNames.OfModel(checkpoint.Tensors, out IReadOnlyList<string>? removed);
        Quantization.Refuse(what, options.Checkpoint, configuration, tensors);
        Quantization.Refuse(whatTower, options.VisionTower, towerConfiguration, tower.Tensors);
        if (!options.AllowLeftOver)
        {
            UnmergedAdapter.Refuse(what, tensors.Keys);
            UnmergedAdapter.Refuse(whatTower, [.. tower.Tensors.Keys]);
        }

        CheckpointFamily family = options.Family is null ? CheckpointFamily.Detect(tensors.Keys) : CheckpointFamily.Named(options.Family);
        List<string> remarks = new();
        CheckpointConfiguration? generation = CheckpointConfiguration.LoadOptional(Path.Combine(options.Checkpoint, "generation_config.json"));
        GreedyDecoding.Require(generation, configuration, remarks);
        NamedTower.TellOfAnother(configuration, remarks);
        AddRemarks(remarks, options, checkpoint, removed);
        WeightSource weights = new(
            what, "Check that all shards are there and that the family is right.", tensors.Where(pair => !TunedTower.IsPart(pair.Key)).Select(pair => family.Canonical(pair)));
        WeightSource given = new(whatTower, "Give the CLIP tower that config.json names, whole.", TensorNames.OfTower(tower.Tensors));
        WeightSource towerWeights = TunedTower.Choose(what, configuration, tensors, given, compare: options.OpenFile is null, remarks);
        DecoderDimensions decoder = DecoderDimensions.Detect(weights, configuration);
        RequireProjector(options.Checkpoint, what, weights);
        GlobalEncoderDimensions global = GlobalEncoderDimensions.Detect(
            towerWeights, towerConfiguration, weights, configuration, family, isGiven: ReferenceEquals(towerWeights, given));
        GroundingEncoderDimensions grounding = GroundingEncoderDimensions.Detect(weights);
        MaskDecoderDimensions mask = MaskDecoderDimensions.Detect(weights, grounding.Grid);
        RegionEncoderDimensions? region = null;
        if (family == CheckpointFamily.Glamm && (region = RegionEncoderDimensions.Detect(weights, global, configuration, out string? obstacle)) is null)
        {
            remarks.Add(obstacle);
        }

        (string Name, long[] Shape)[] ofCheckpoint =
            [.. decoder.Required(), .. global.RequiredOfCheckpoint(), .. grounding.Required(), .. mask.Required(), .. region?.Required() ?? []];
        (string Name, long[] Shape)[] ofTower = [.. global.RequiredOfTower()];
        weights.Require(ofCheckpoint);
        towerWeights.Require(ofTower);
        RequireFit(decoder, global, grounding, mask, region);
        configuration.RequireSize("out_dim", mask.Channels, MaskDecoderDimensions.TextPrefix + "2.weight");
        if (decoder.TiedHead && weights.Has("lm_head.weight"))
        {
            remarks.Add("config.json says tie_word_embeddings: the token embeddings are the head, and the stored 'lm_head.weight' is not read.");
        }

        List<string> leftOver = Unaccounted(family, decoder, region, ofCheckpoint.Concat(ofTower), weights, towerWeights);
        if (leftOver.Count > 0 && !options.AllowLeftOver)
        {
            throw LeftOverTensors.Refusal(what, family, leftOver);
        }

        // GLaMM's and LISA's own inference writes the two tokens whatever the flag says.
        string sentence = family == CheckpointFamily.Mglmm && configuration.Flag("mm_use_im_start_end") == false
            ? family.ImageSentence.Replace("<im_start><image><im_end>", "<image>", StringComparison.Ordinal)
            : family.ImageSentence;
        TokenSpecification tokens = TokenizerFiles.Read(options.Checkpoint, family, configuration, sentence, decoder.Vocabulary, remarks);
        GreedyDecoding.RequireEnd(generation, tokens.EndOfSequence, remarks);
        return new CheckpointSource(checkpoint, tower)
        {
            Family = family,
            Configuration = configuration,
            Weights = weights,
            Tower = towerWeights,
            Decoder = decoder,
            Global = global,
            Grounding = grounding,
            Mask = mask,
            Region = region,
            Tokens = tokens,
            ImageSentence = sentence,
            Required = [.. ofCheckpoint, .. ofTower],
            LeftOver = leftOver,
            Remarks = remarks,
        };
    }

    /// <summary>Training keeps the projector in a file of its own, which the families' inference does not read.</summary>
    private static void RequireProjector(string folder, string what, WeightSource weights)
    {
        if (!weights.Names.Any(name => name.StartsWith("model.mm_projector.", StringComparison.Ordinal)) && File.Exists(Path.Combine(folder, ProjectorWeights)))
        {
            throw new ConversionException(
                $"{what} keeps its projector in a file of its own ('{ProjectorWeights}'). Load the model with it (pretrain_mm_mlp_adapter) and save the whole as one state dict.");
        }
    }

    /// <summary>What no graph reads and nothing explains. What lies in the tower's folder outside the tower is no part of the model.</summary>
    private static List<string> Unaccounted(
        CheckpointFamily family, DecoderDimensions decoder, RegionEncoderDimensions? region, IEnumerable<(string Name, long[] Shape)> required, WeightSource weights, WeightSource tower)
    {
        HashSet<string> read = required.Select(tensor => tensor.Name).ToHashSet(StringComparer.Ordinal);
        if (decoder.TiedHead)
        {
            read.Add("lm_head.weight");
        }

        return [.. weights.Names.Concat(tower.Names.Where(name => name.StartsWith("vision_model.", StringComparison.Ordinal)))
            .Where(name => !read.Contains(name) && !DeadWeights.IsKnown(name) && !IsExplained(name))
            .Order(StringComparer.Ordinal)];

        // A region encoder that could not be run is told of in a remark.
        bool IsExplained(string name) => family == CheckpointFamily.Glamm && region is null && name.StartsWith(RegionEncoderDimensions.Prefix, StringComparison.Ordinal);
    }

    private static void AddRemarks(List<string> remarks, ConversionOptions options, Checkpoint checkpoint, IReadOnlyList<string> removed)
    {
        if (removed.Count > 0)
        {
            remarks.Add($"Tensor names are read without {string.Join(" and ", removed.Select(CheckpointFormatException.Quote))}, which training wrappers put there.");
        }

        if (File.Exists(Path.Combine(options.Checkpoint, "adapter_config.json")))
        {
            remarks.Add("An adapter lies beside the weights (adapter_config.json). It is not read: if it is not merged into them yet, merge it and convert again.");
        }

        if (checkpoint.UnreadFiles.Count > 0)
        {
            remarks.Add($"Weights were read from {string.Join(", ", checkpoint.FileNames.Take(3).Select(CheckpointFormatException.Quote))}; not read: {string.Join(", ", checkpoint.UnreadFiles.Select(CheckpointFormatException.Quote))}.");
        }

        AddSome(checkpoint.UnlistedTensors.Select(name => $"In a shard but not in the index: {CheckpointFormatException.Quote(name)}."));
        AddSome(checkpoint.IgnoredEntries.Select(
            entry => $"Ignored in {CheckpointFormatException.Quote(entry.FileName)}: {CheckpointFormatException.Quote(entry.Name)} ({entry.Content})."));

        void AddSome(IEnumerable<string> many)
        {
            const int Most = 20;
            string[] all = many.ToArray();
            remarks.AddRange(all.Take(Most));
            if (all.Length > Most)
            {
                remarks.Add($"And {all.Length - Most} more of this kind.");
            }
        }
    }

    private static void RequireFit(
        DecoderDimensions decoder, GlobalEncoderDimensions global, GroundingEncoderDimensions grounding, MaskDecoderDimensions mask, RegionEncoderDimensions? region)
    {
        if (region is not null && region.Output != decoder.Hidden)
        {
            throw new ConversionException($"The region encoder yields {region.Output} features, the decoder takes {decoder.Hidden}.");
        }

        if (global.Output != decoder.Hidden)
        {
            throw new ConversionException($"The projector yields {global.Output} features, the decoder takes {decoder.Hidden}.");
        }

        if (mask.TextHidden != decoder.Hidden || mask.Channels != grounding.Channels)
        {
            throw new ConversionException(
                $"The mask decoder takes states of {mask.TextHidden} and {mask.Channels} channels; decoder and image encoder give {decoder.Hidden} and {grounding.Channels}.");
        }

        if (mask.Channels % MaskDecoderDimensions.Heads != 0 || mask.CrossChannels % MaskDecoderDimensions.Heads != 0 || mask.Channels % 2 != 0)
        {
            throw new ConversionException($"The mask decoder's widths {mask.Channels} and {mask.CrossChannels} are not divisible by its {MaskDecoderDimensions.Heads} heads.");
        }
    }
}
