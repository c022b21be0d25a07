using System.Numerics.Tensors;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Families;
using MGLMM.Conversion.Graphs;
using MGLMM.Conversion.Onnx;
using MGLMM.Conversion.Streaming;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Preprocessing;
using DataType = MGLMM.Conversion.Onnx.TensorProto.Types.DataType;

namespace MGLMM.Conversion;

/// <summary>
/// Turns an MGLMM, GLaMM or LISA checkpoint and its CLIP tower into an ONNX bundle. Weights stream from memory-mapped files,
/// one tensor at a time. The bundle is written to a temporary folder beside the output and renamed when it is complete.
/// </summary>
public static partial class CheckpointConverter
{
    private const string GlobalEncoderFile = "global_encoder.onnx";

    private const string DecoderFile = "decoder.onnx";

    private const string GroundingEncoderFile = "grounding_encoder.onnx";

    private const string MaskDecoderFile = "mask_decoder.onnx";

    /// <summary>Where the first LISA releases put SAM.</summary>
    private const string SplitGroundingWeights = "pytorch_model-visual_model.bin";

    private const string EmbeddingsFile = "token_embeddings.bin";

    private const string DecoderPart = "decoder";

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

        var checkpoint = Checkpoint.Open(options.Checkpoint, options.OpenFile);
        Checkpoint? tower = null;
        try
        {
            tower = Checkpoint.Open(options.VisionTower, options.OpenFile);
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
            weights.Require(
                decoder.Required().Concat(global.RequiredOfCheckpoint()).Concat(grounding.Required()).Concat(mask.Required()), $"The checkpoint '{options.Checkpoint}'");
            towerWeights.Require(global.RequiredOfTower(), $"The vision tower '{options.VisionTower}'");
            RequireFit(decoder, global, grounding, mask);
            return new Source(checkpoint, tower, family, configuration, weights, towerWeights, decoder, global, grounding, mask);
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
        var manifest = DescribeChecked(options, source);
        var remarks = Remarks(options, source);
        var parent = Path.GetDirectoryName(output) ?? throw new ConversionException($"'{options.Output}' is no folder that can be made.");
        Directory.CreateDirectory(parent);
        var temporary = Path.Combine(parent, $".{Path.GetFileName(output)}.{Guid.NewGuid():N}.partial");
        Directory.CreateDirectory(temporary);
        try
        {
            var tracker = new ConversionTracker(source.ElementCount, progress, cancellationToken);
            foreach (var part in Parts(options, source))
            {
                tracker.Begin(part.Name);
                part.Write(new ConversionPart(part.Name, temporary, source.Weights.View(tracker.Read), source.Tower.View(tracker.Read), null, cancellationToken));
            }

            manifest = Seal(options, manifest, temporary, tracker, cancellationToken);
        }
        catch
        {
            OutputFolder.TryDelete(temporary);
            throw;
        }

        OutputFolder.Publish(temporary, options);
        return Report(source, output, manifest, remarks);
    }

    private static BundleManifest DescribeChecked(ConversionOptions options, Source source)
    {
        var manifest = Describe(options, source);
        var faults = ManifestRules.CheckDescription(manifest).ToList();
        return faults.Count == 0 ? manifest : throw new ConversionException($"The bundle could not be loaded: {string.Join(" ", faults)}");
    }

    /// <summary>Adds what is small to a folder of finished parts, and writes the manifest.</summary>
    private static BundleManifest Seal(ConversionOptions options, BundleManifest manifest, string folder, ConversionTracker tracker, CancellationToken cancellationToken)
    {
        File.Copy(Path.Combine(options.Checkpoint, TokenizerFiles.Model), Path.Combine(folder, TokenizerFiles.Model), overwrite: true);
        tracker.Begin("hashes");
        manifest = ModelBundle.Seal(folder, manifest, cancellationToken);
        ModelBundle.Open(folder, verifyHashes: false, cancellationToken);
        return manifest;
    }

    private static ConversionReport Report(Source source, string output, BundleManifest manifest, IReadOnlyList<string> remarks)
    {
        var unused = source.Weights.Unused.Concat(source.Tower.Unused).ToList();
        var leftOver = unused.Where(name => !DeadWeights.IsKnown(name)).ToList();
        return new ConversionReport(
            output, source.Family.Name, manifest.Files.Sum(file => file.Length), leftOver, unused.Count - leftOver.Count, remarks);
    }

    /// <summary>The parts of a bundle in the order in which they are written; each reads and writes on its own, so that they may also be written side by side.</summary>
    private static IEnumerable<(string Name, Action<ConversionPart> Write)> Parts(ConversionOptions options, Source source)
    {
        var compute = options.Accelerator == "cuda" ? DataType.Float16 : DataType.Float;
        var storage = options.Precision == "fp32" ? compute : DataType.Float16;
        yield return ("global encoder", part => WriteGraph(
            part, GlobalEncoderFile, compute, storage, graph => GlobalEncoderGraph.Build(graph, source.Global, part.Tower, part.Weights)));
        yield return (DecoderPart, part => WriteGraph(
            part, DecoderFile, compute, storage, graph => DecoderGraph.Build(graph, source.Decoder, part.Weights, options.Precision == "int4")));
        yield return ("grounding encoder", part => WriteGraph(
            part, GroundingEncoderFile, compute, storage, graph => GroundingEncoderGraph.Build(graph, source.Grounding, part.Weights)));

        // The mask decoder is small and decides every boundary: it computes in fp32 everywhere.
        yield return ("mask decoder", part => WriteGraph(
            part,
            MaskDecoderFile,
            DataType.Float,
            options.Precision == "fp32" ? DataType.Float : DataType.Float16,
            graph => MaskDecoderGraph.Build(graph, source.Mask, part.Weights)));
        yield return ("token embeddings", part => WriteEmbeddings(part, options.Precision != "fp32"));
    }

    private static void WriteGraph(ConversionPart part, string file, DataType compute, DataType storage, Action<GraphBuilder> build)
    {
        using var data = part.OpenData(file + ".data");
        var graph = new GraphBuilder(Path.GetFileNameWithoutExtension(file), data, compute, storage);
        build(graph);
        data.Barrier();
        part.Finish(data.Length);
        if (part.Folder is not null)
        {
            graph.Save(Path.Combine(part.Folder, file), typeof(CheckpointConverter).Assembly.GetName().Version?.ToString() ?? "0");
        }
    }

    private static void WriteEmbeddings(ConversionPart part, bool half)
    {
        const string Name = "model.embed_tokens.weight";
        using var file = part.OpenData(EmbeddingsFile);
        file.Begin(half ? DataType.Float16 : DataType.Float, part.Weights.ElementCount(Name) * (half ? 2 : 4));
        var halves = Array.Empty<Half>();
        part.Weights.ReadBands(Name, band =>
        {
            if (half)
            {
                halves = halves.Length == 0 ? new Half[band.Length] : halves;
                GraphBuilder.RequireHalf(Name, band.Span);
                TensorPrimitives.ConvertToHalf(band.Span, halves);
                file.Write<Half>(halves.AsSpan(0, band.Length));
            }
            else
            {
                file.Write(band.Span);
            }
        });
        file.Barrier();
        part.Finish(file.Length);
    }

    private static BundleManifest Describe(ConversionOptions options, Source source)
    {
        var card = BundleCard.Read(options.Checkpoint);
        var configuration = source.Configuration;
        var preprocessing = VisionPreprocessing.Read(options.VisionTower, source.Global.ImageSize);
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
            Instructions = card.Instructions ?? BundleCard.InstructionsOf(source.Family),
            Files = [],
        };
    }

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

        if (source.Family == CheckpointFamily.Glamm)
        {
            remarks.Add("GLaMM's region encoder is not converted: regions are described by cropping instead.");
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

    private static void RequireFit(DecoderDimensions decoder, GlobalEncoderDimensions global, GroundingEncoderDimensions grounding, MaskDecoderDimensions mask)
    {
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

    internal sealed record Source(
        Checkpoint Checkpoint,
        Checkpoint TowerCheckpoint,
        CheckpointFamily Family,
        CheckpointConfiguration Configuration,
        WeightSource Weights,
        WeightSource Tower,
        DecoderDimensions Decoder,
        GlobalEncoderDimensions Global,
        GroundingEncoderDimensions Grounding,
        MaskDecoderDimensions Mask)
    {
        /// <summary>Weights of both, among them those that nothing reads.</summary>
        public long ElementCount => Weights.Names.Sum(Weights.ElementCount) + Tower.Names.Sum(Tower.ElementCount);
    }
}
