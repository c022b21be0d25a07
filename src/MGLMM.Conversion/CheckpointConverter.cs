using System.Numerics.Tensors;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Conversion.Onnx;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Preprocessing;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion;

/// <summary>
/// Turns an MGLMM, GLaMM or LISA checkpoint and its CLIP tower into an ONNX bundle. Weights stream from memory-mapped files,
/// one tensor at a time. The bundle is written to a temporary folder beside the output and renamed when it is complete.
/// </summary>
public static class CheckpointConverter
{
    private const string GlobalEncoderFile = "global_encoder.onnx";

    private const string DecoderFile = "decoder.onnx";

    private const string GroundingEncoderFile = "grounding_encoder.onnx";

    private const string MaskDecoderFile = "mask_decoder.onnx";

    private const string RegionPyramidFile = "region_pyramid.onnx";

    private const string RegionEncoderFile = "region_encoder.onnx";

    /// <summary>Where the first LISA releases put SAM.</summary>
    private const string SplitGroundingWeights = "pytorch_model-visual_model.bin";

    private const string EmbeddingsFile = "token_embeddings.bin";

    private static readonly string[] Precisions = ["fp32", "fp16", "int4"];

    private static readonly string[] Accelerators = ["cpu", "cuda"];

    // SAM's own constants, in 0..255 RGB.
    private static readonly double[] GroundingMean = [123.675, 116.28, 103.53];

    private static readonly double[] GroundingDeviation = [58.395, 57.12, 57.375];

    /// <summary>Converts a checkpoint.</summary>
    /// <param name="options">What to convert and how.</param>
    /// <param name="progress">Told of each tensor.</param>
    /// <param name="cancellationToken">Observed at each tensor; nothing is left behind.</param>
    /// <exception cref="ConversionException">The checkpoint cannot be converted; the message says why and what to do.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static ConversionReport Convert(ConversionOptions options, IProgress<ConversionProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var source = Open(options);
        using (source.Checkpoint)
        using (source.TowerCheckpoint)
        {
            return WriteBundle(options, source, progress, cancellationToken);
        }
    }

    private static Source Open(ConversionOptions options)
    {
        RequireOneOf("precision", options.Precision, Precisions);
        RequireOneOf("accelerator", options.Accelerator, Accelerators);
        RequireFolder("checkpoint", options.Checkpoint);
        RequireFolder("vision tower", options.VisionTower);
        OutputFolder.Check(options);
        var configuration = CheckpointConfiguration.Load(Path.Combine(options.Checkpoint, "config.json"));
        var towerConfiguration = CheckpointConfiguration.Load(Path.Combine(options.VisionTower, "config.json"));
        if (configuration.Flag("mm_use_prompt_start_end") == true)
        {
            throw new ConversionException(
                "config.json says mm_use_prompt_start_end: the prompt then holds two tokens whose text no release defines. Set it to false if the checkpoint was trained without them.");
        }

        var checkpoint = Checkpoint.Open(options.Checkpoint);
        Checkpoint? tower = null;
        try
        {
            tower = Checkpoint.Open(options.VisionTower);
            if (File.Exists(Path.Combine(options.Checkpoint, SplitGroundingWeights)))
            {
                throw new ConversionException(
                    $"This checkpoint keeps SAM in a file of its own ('{SplitGroundingWeights}'), which its index does not name. Load it with its own code and save it as one state dict.");
            }

            var family = options.Family is null ? CheckpointFamily.Detect(checkpoint.Tensors.Keys) : CheckpointFamily.Named(options.Family);
            var weights = new WeightSource(checkpoint, (family.GroundingPrefix, CheckpointFamily.CanonicalGroundingPrefix));

            // A tower saved out of a larger model keeps that model's prefix.
            var towerWeights = new WeightSource(tower, ("vision_tower.vision_model.", "vision_model."), ("model.vision_tower.vision_tower.vision_model.", "vision_model."));
            var decoder = DecoderDimensions.Detect(weights, configuration);
            var global = GlobalEncoderDimensions.Detect(towerWeights, towerConfiguration, weights, configuration);
            var grounding = GroundingEncoderDimensions.Detect(weights);
            var mask = MaskDecoderDimensions.Detect(weights, grounding.Grid);
            var obstacle = string.Empty;
            var region = family == CheckpointFamily.Glamm ? RegionEncoderDimensions.Detect(weights, global, configuration, out obstacle) : null;
            weights.Require(
                decoder.Required().Concat(global.RequiredOfCheckpoint()).Concat(grounding.Required()).Concat(mask.Required()).Concat(region?.Required() ?? []),
                $"The checkpoint '{options.Checkpoint}'");
            towerWeights.Require(global.RequiredOfTower(), $"The vision tower '{options.VisionTower}'");
            RequireFit(decoder, global, grounding, mask, region);
            return new Source(checkpoint, tower, family, configuration, weights, towerWeights, decoder, global, grounding, mask, region, obstacle);
        }
        catch
        {
            checkpoint.Dispose();
            tower?.Dispose();
            throw;
        }
    }

    private static ConversionReport WriteBundle(ConversionOptions options, Source source, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken)
    {
        var output = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Output));
        var manifest = Describe(options, source);
        var faults = ManifestRules.CheckDescription(manifest).ToList();
        if (faults.Count > 0)
        {
            throw new ConversionException($"The bundle could not be loaded: {string.Join(" ", faults)}");
        }

        var remarks = Remarks(options, source);
        var parent = Path.GetDirectoryName(output) ?? throw new ConversionException($"'{options.Output}' is no folder that can be made.");
        Directory.CreateDirectory(parent);
        var temporary = Path.Combine(parent, $".{Path.GetFileName(output)}.{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(temporary);
        try
        {
            Track(source, progress, cancellationToken, out var setStage);
            WriteGraphs(options, source, temporary, setStage, cancellationToken);
            setStage("token embeddings");
            WriteEmbeddings(source, Path.Combine(temporary, EmbeddingsFile), manifest.Decoder.EmbeddingsPrecision == "fp16", cancellationToken);
            File.Copy(Path.Combine(options.Checkpoint, TokenizerFiles.Model), Path.Combine(temporary, TokenizerFiles.Model));
            setStage("hashes");
            manifest = ModelBundle.Seal(temporary, manifest, cancellationToken);
            ModelBundle.Open(temporary, verifyHashes: false, cancellationToken);
        }
        catch
        {
            OutputFolder.TryDelete(temporary);
            throw;
        }

        OutputFolder.Publish(temporary, options);
        var unused = source.Weights.Unused.Concat(source.Tower.Unused).ToList();
        var leftOver = unused.Where(name => !DeadWeights.IsKnown(name) && !IsRefusedRegionEncoder(source, name)).ToList();
        return new ConversionReport(
            output, source.Family.Name, manifest.Files.Sum(file => file.Length), leftOver, unused.Count - leftOver.Count, remarks);
    }

    /// <summary>A remark says why it is left out.</summary>
    private static bool IsRefusedRegionEncoder(Source source, string name) =>
        source is { Region: null, Family: var family } && family == CheckpointFamily.Glamm && name.StartsWith(RegionEncoderDimensions.Prefix, StringComparison.Ordinal);

    private static void WriteGraphs(ConversionOptions options, Source source, string folder, Action<string> setStage, CancellationToken cancellationToken)
    {
        var compute = options.Accelerator == "cuda" ? DataType.Float16 : DataType.Float;
        var storage = options.Precision == "fp32" ? compute : DataType.Float16;

        setStage("global encoder");
        var levels = source.Region is null ? [] : RegionEncoderDimensions.HiddenStates(source.Global);
        WriteGraph(folder, GlobalEncoderFile, compute, storage, cancellationToken, graph => GlobalEncoderGraph.Build(graph, source.Global, source.Tower, source.Weights, levels));
        setStage("decoder");
        WriteGraph(folder, DecoderFile, compute, storage, cancellationToken, graph => DecoderGraph.Build(graph, source.Decoder, source.Weights, options.Precision == "int4"));
        setStage("grounding encoder");
        WriteGraph(folder, GroundingEncoderFile, compute, storage, cancellationToken, graph => GroundingEncoderGraph.Build(graph, source.Grounding, source.Weights));

        // The mask decoder is small and decides every boundary: it computes in fp32 everywhere.
        var exact = options.Precision == "fp32" ? DataType.Float : DataType.Float16;
        setStage("mask decoder");
        WriteGraph(folder, MaskDecoderFile, DataType.Float, exact, cancellationToken, graph => MaskDecoderGraph.Build(graph, source.Mask, source.Weights));

        // So does the region encoder: it was trained in bf16, whose range fp16 has not, and sums 200,000 products at a time.
        if (source.Region is { } region)
        {
            setStage("region encoder");
            WriteGraph(folder, RegionPyramidFile, DataType.Float, exact, cancellationToken, graph => RegionPyramidGraph.Build(graph, region, source.Weights));
            WriteGraph(folder, RegionEncoderFile, DataType.Float, exact, cancellationToken, graph => RegionEncoderGraph.Build(graph, region, source.Weights));
        }
    }

    private static void WriteGraph(string folder, string file, DataType compute, DataType storage, CancellationToken cancellationToken, Action<GraphBuilder> build)
    {
        using var data = new ExternalDataFile(Path.Combine(folder, file + ".data"), cancellationToken);
        var graph = new GraphBuilder(Path.GetFileNameWithoutExtension(file), data, compute, storage);
        build(graph);
        graph.Save(Path.Combine(folder, file), typeof(CheckpointConverter).Assembly.GetName().Version?.ToString() ?? "0");
    }

    private static void WriteEmbeddings(Source source, string path, bool half, CancellationToken cancellationToken)
    {
        using var file = new ExternalDataFile(path, cancellationToken);
        var halves = Array.Empty<Half>();
        source.Weights.ReadBands("model.embed_tokens.weight", band =>
        {
            if (half)
            {
                halves = halves.Length == 0 ? new Half[band.Length] : halves;
                GraphBuilder.RequireHalf("model.embed_tokens.weight", band.Span);
                TensorPrimitives.ConvertToHalf(band.Span, halves);
                file.Write<Half>(halves.AsSpan(0, band.Length));
            }
            else
            {
                file.Write(band.Span);
            }
        });
    }

    private static BundleManifest Describe(ConversionOptions options, Source source)
    {
        var card = BundleCard.Read(options.Checkpoint);
        var configuration = source.Configuration;
        var preprocessing = VisionPreprocessing.Read(options.VisionTower, source.Global.ImageSize);

        // config.json's bbox_token_idx is not looked at: GLaMM's class overwrites it with 32002, whatever the vocabulary.
        var tokens = TokenizerFiles.Read(options.Checkpoint, configuration, source.Decoder.Vocabulary);

        // GLaMM's and LISA's own inference writes the two tokens whatever the flag says.
        var sentence = source.Family == CheckpointFamily.Mglmm && configuration.Flag("mm_use_im_start_end") == false
            ? source.Family.ImageSentence.Replace("<im_start><image><im_end>", "<image>", StringComparison.Ordinal)
            : source.Family.ImageSentence;
        return new BundleManifest
        {
            FormatVersion = BundleManifest.CurrentFormatVersion,
            Name = options.Name ?? card.Name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Checkpoint))),
            Family = source.Family.Name,
            Precision = options.Precision,
            Accelerator = options.Accelerator,
            Licence = options.Licence ?? card.Licence ?? "not stated: see the checkpoint's source",
            ModelCard = card.ModelCard ?? $"Converted from a {source.Family.Name} checkpoint that brought no model card.",
            GlobalEncoder = new GlobalEncoderSpecification
            {
                Graph = GlobalEncoderFile,
                ImageSize = source.Global.ImageSize,
                CenterCrop = preprocessing.CenterCrop,
                TokenCount = source.Global.TokenCount,
                Mean = preprocessing.Mean,
                StandardDeviation = preprocessing.StandardDeviation,
                RescaleFactor = preprocessing.RescaleFactor,
            },
            GroundingEncoder = new GroundingEncoderSpecification
            {
                Graph = GroundingEncoderFile,
                ImageSize = source.Grounding.ImageSize,
                GridSize = source.Grounding.Grid,
                Channels = source.Grounding.Channels,
                Mean = GroundingMean,
                StandardDeviation = GroundingDeviation,
            },
            Decoder = new DecoderSpecification
            {
                Graph = DecoderFile,
                Embeddings = EmbeddingsFile,
                EmbeddingsPrecision = options.Precision == "fp32" ? "fp32" : "fp16",
                HiddenSize = source.Decoder.Hidden,
                LayerCount = source.Decoder.Layers,
                HeadCount = source.Decoder.Heads,
                KeyValueHeadCount = source.Decoder.KeyValueHeads,
                HeadSize = source.Decoder.HeadSize,
                VocabularySize = source.Decoder.Vocabulary,
                MaximumLength = source.Decoder.MaximumLength,
            },
            MaskDecoder = new MaskDecoderSpecification { Graph = MaskDecoderFile, LogitsSize = 4 * source.Mask.Grid },
            RegionEncoder = source.Region is { } region
                ? new RegionEncoderSpecification { PyramidGraph = RegionPyramidFile, Graph = RegionEncoderFile, GridSize = region.Grid, Channels = region.Channels }
                : null,
            Tokens = tokens,
            Conversation = card.Conversation ?? new ConversationTemplate
            {
                System = "A chat between a curious human and an artificial intelligence assistant. "
                    + "The assistant gives helpful, detailed, and polite answers to the human's questions.",
                UserRole = "USER",
                AssistantRole = "ASSISTANT",
                Separator = " ",
                TurnEnd = "</s>",
                ImageSentence = sentence,
            },
            Granularities = card.Granularities ?? DefaultGranularities(source.Family),
            Instructions = card.Instructions ?? WithoutBoxesUnless(source.Region is not null, BundleCard.InstructionsOf(source.Family)),
            Files = [],
        };
    }

    /// <summary>A sentence with a <c>&lt;bbox&gt;</c> means nothing to a model that takes no boxes.</summary>
    private static IReadOnlyDictionary<string, IReadOnlyList<string>> WithoutBoxesUnless(bool takesBoxes, IReadOnlyDictionary<string, IReadOnlyList<string>> instructions) => takesBoxes
        ? instructions
        : instructions.Where(task => !task.Value.Any(sentence => sentence.Contains(RegionEncoderSpecification.Token, StringComparison.Ordinal))).ToDictionary();

    private static string[] DefaultGranularities(CheckpointFamily family) =>
        family == CheckpointFamily.Mglmm ? ["panoptic", "instance", "part"] : family == CheckpointFamily.Glamm ? ["instance"] : [];

    private static List<string> Remarks(ConversionOptions options, Source source)
    {
        var remarks = new List<string>();
        var generation = CheckpointConfiguration.LoadOptional(Path.Combine(options.Checkpoint, "generation_config.json"));
        if (generation?.Flag("do_sample") == true)
        {
            remarks.Add("generation_config.json asks for sampling; this runtime decodes greedily.");
        }

        if (source.Family == CheckpointFamily.Glamm && source.Region is null)
        {
            remarks.Add(source.RegionObstacle);
        }

        if (source.Family == CheckpointFamily.Lisa
            && CheckpointConfiguration.LoadOptional(Path.Combine(options.Checkpoint, "tokenizer_config.json"))?.Flag("legacy") == false)
        {
            remarks.Add("tokenizer_config.json says legacy: false; prompts are read the legacy way, with a word's beginning after each added token.");
        }

        AddSome(source.Checkpoint.UnlistedTensors.Select(name => $"In a shard but not in the index: {CheckpointFormatException.Quote(name)}."));
        AddSome(source.Checkpoint.IgnoredEntries.Select(
            entry => $"Ignored in {CheckpointFormatException.Quote(entry.FileName)}: {CheckpointFormatException.Quote(entry.Name)} ({entry.Content})."));
        return remarks;

        void AddSome(IEnumerable<string> many)
        {
            const int Most = 20;
            var all = many.ToArray();
            remarks.AddRange(all.Take(Most));
            if (all.Length > Most)
            {
                remarks.Add($"And {all.Length - Most} more of this kind.");
            }
        }
    }

    private static void Track(Source source, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken, out Action<string> setStage)
    {
        var total = source.Weights.Names.Sum(source.Weights.ElementCount) + source.Tower.Names.Sum(source.Tower.ElementCount);
        var done = 0L;
        var stage = string.Empty;
        void OnRead(string name, long elements)
        {
            cancellationToken.ThrowIfCancellationRequested();
            done += elements;
            progress?.Report(new ConversionProgress(stage, Math.Min(done, total), total));
        }

        source.Weights.OnRead = OnRead;
        source.Tower.OnRead = OnRead;
        setStage = name =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            stage = name;
            progress?.Report(new ConversionProgress(stage, Math.Min(done, total), total));
        };
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

    private static void RequireOneOf(string name, string value, string[] allowed)
    {
        if (!allowed.Contains(value))
        {
            throw new ConversionException($"Unknown {name} '{value}'. Allowed: {string.Join(", ", allowed)}.");
        }
    }

    private static void RequireFolder(string what, string path)
    {
        if (!Directory.Exists(path))
        {
            throw new ConversionException($"The {what} folder '{path}' does not exist.");
        }
    }

    private sealed record Source(
        Checkpoint Checkpoint,
        Checkpoint TowerCheckpoint,
        CheckpointFamily Family,
        CheckpointConfiguration Configuration,
        WeightSource Weights,
        WeightSource Tower,
        DecoderDimensions Decoder,
        GlobalEncoderDimensions Global,
        GroundingEncoderDimensions Grounding,
        MaskDecoderDimensions Mask,
        RegionEncoderDimensions? Region,
        string RegionObstacle);
}
