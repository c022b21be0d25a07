using System.Globalization;
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

    private const string RegionPyramidFile = "region_pyramid.onnx";

    private const string RegionEncoderFile = "region_encoder.onnx";

    private const string EmbeddingsFile = "token_embeddings.bin";

    private const string DecoderPart = "decoder";

    private static readonly string[] Activations = ["int8", "fp32"];
    private static readonly string[] BlockSizes = ["32", "64", "128"];

    private static readonly string[] Precisions = ["fp32", "fp16", "int8", "int4"];

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
        RequireSense(options);
        List<string> recovered = InterruptedConversions.Recover(OutputFolder.Normalize(options.Output));
        try
        {
            OutputFolder.Check(options);
        }
        catch (ConversionException exception) when (recovered.Count > 0)
        {
            throw new ConversionException($"{exception.Message} {string.Join(" ", recovered)}", exception);
        }

        using CheckpointSource source = CheckpointSource.Open(options);
        return WriteBundle(options, source, recovered, progress, cancellationToken);
    }

    private static ConversionReport WriteBundle(
        ConversionOptions options, CheckpointSource source, IReadOnlyList<string> recovered, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken)
    {
        string output = OutputFolder.Normalize(options.Output);
        BundleManifest manifest = DescribeChecked(options, source);
        BundleSize.RequireRoom(Path.GetDirectoryName(output) ?? output, BundleSize.Estimate(options, source));
        using (UnfinishedBundle unfinished = UnfinishedBundle.Create(output))
        {
            manifest = Write(options, source, manifest, unfinished.Folder, progress, cancellationToken);
            OutputFolder.Publish(unfinished, options, AtomicExchange.TrySwap);
        }

        return Report(source, output, manifest, recovered);
    }

    private static void RequireSense(ConversionOptions options)
    {
        RequireOneOf("precision", options.Precision, Precisions);
        RequireOneOf("activations", options.Activations, Activations);
        RequireOneOf("encoders", options.Encoders ?? Activations[0], Activations);
        RequireOneOf("block size", options.BlockSize.ToString(CultureInfo.InvariantCulture), BlockSizes);
        RequireOneOf("accelerator", options.Accelerator, Accelerators);
        RequireFolder("checkpoint", options.Checkpoint);
        RequireFolder("vision tower", options.VisionTower);
    }

    private static BundleManifest DescribeChecked(ConversionOptions options, CheckpointSource source)
    {
        BundleManifest manifest = Describe(options, source);
        List<string> faults = ManifestRules.CheckDescription(manifest).ToList();
        return faults.Count == 0 ? manifest : throw new ConversionException($"The bundle could not be loaded: {string.Join(" ", faults)}");
    }

    private static ConversionReport Report(CheckpointSource source, string output, BundleManifest manifest, IReadOnlyList<string> recovered)
    {
        List<string> unused = source.Weights.Unused.Concat(source.Tower.Unused).ToList();
        return new ConversionReport(
            output,
            source.Family.Name,
            manifest.Files.Sum(file => file.Length),
            source.LeftOver,
            unused.Count(DeadWeights.IsKnown),
            [.. recovered, .. source.Remarks]);
    }

    private static BundleManifest Write(
        ConversionOptions options, CheckpointSource source, BundleManifest manifest, string folder, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken)
    {
        // What is read is what takes the time: the embeddings twice where they are the head too.
        long total = source.Required.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size))
            + (source.Decoder.TiedHead ? (long)source.Decoder.Vocabulary * source.Decoder.Hidden : 0);
        ConversionTracker tracker = new(total, progress, cancellationToken);
        List<ConversionPart> parts = new();
        foreach ((string name, Action<ConversionPart> write) in Parts(options, source))
        {
            tracker.Begin(name);
            parts.Add(new ConversionPart(name, folder, source.Weights.View(tracker.Read), source.Tower.View(tracker.Read), null, cancellationToken));
            write(parts[^1]);
        }

        return Seal(options, manifest, folder, parts, tracker, cancellationToken);
    }

    /// <summary>Adds what is small to a folder of finished parts, and writes the manifest.</summary>
    private static BundleManifest Seal(
        ConversionOptions options, BundleManifest manifest, string folder, IEnumerable<ConversionPart> parts, ConversionTracker tracker, CancellationToken cancellationToken)
    {
        File.Copy(Path.Combine(options.Checkpoint, TokenizerFiles.Model), Path.Combine(folder, TokenizerFiles.Model), overwrite: true);
        tracker.Begin("hashes");
        Dictionary<string, string> hashes = parts.Where(part => part.Hash is not null).ToDictionary(part => part.File!, part => part.Hash!, StringComparer.Ordinal);
        manifest = ModelBundle.Seal(folder, manifest, hashes, cancellationToken);
        ModelBundle.Open(folder, verifyHashes: false, cancellationToken);
        return manifest;
    }

    /// <summary>The parts of a bundle in the order in which they are written; each reads and writes on its own, so that they may also be written side by side.</summary>
    private static IEnumerable<(string Name, Action<ConversionPart> Write)> Parts(ConversionOptions options, CheckpointSource source)
    {
        DataType compute = options.Accelerator == "cuda" ? DataType.Float16 : DataType.Float;
        DataType storage = options.Precision == "fp32" ? compute : DataType.Float16;
        DataType exact = options.Precision == "fp32" ? DataType.Float : DataType.Float16;
        int[] levels = source.Region is null ? [] : RegionEncoderDimensions.HiddenStates(source.Global);
        yield return ("global encoder", part => WriteGraph(
            part, GlobalEncoderFile, compute, storage, graph => GlobalEncoderGraph.Build(graph, source.Global, part.Tower, part.Weights, levels, EncodersOf(options))));
        yield return (DecoderPart, part => WriteGraph(
            part, DecoderFile, compute, storage, graph => DecoderGraph.Build(graph, source.Decoder, part.Weights, ProductsOf(options)), options.BlockSize));
        yield return ("grounding encoder", part => WriteGraph(
            part, GroundingEncoderFile, compute, storage, graph => GroundingEncoderGraph.Build(graph, source.Grounding, part.Weights, EncodersOf(options))));

        // The mask decoder is small and decides every boundary: it computes in fp32 everywhere.
        yield return ("mask decoder", part => WriteGraph(part, MaskDecoderFile, DataType.Float, exact, graph => MaskDecoderGraph.Build(graph, source.Mask, part.Weights)));

        // So does the region encoder: it was trained in bf16, whose range fp16 has not, and sums 200,000 products at a time.
        if (source.Region is { } region)
        {
            yield return ("region pyramid", part => WriteGraph(part, RegionPyramidFile, DataType.Float, exact, graph => RegionPyramidGraph.Build(graph, region, part.Weights)));
            yield return ("region encoder", part => WriteGraph(part, RegionEncoderFile, DataType.Float, exact, graph => RegionEncoderGraph.Build(graph, region, part.Weights)));
        }

        yield return ("token embeddings", part => WriteEmbeddings(part, options.Precision != "fp32"));
    }

    private static ProjectionKind ProductsOf(ConversionOptions options) => (options.Precision, ConversionOptions.ActivationsFor(options.Activations, options.Precision, options.Accelerator)) switch
    {
        ("int4", "int8") => ProjectionKind.FourBitRounded,
        ("int8", "int8") => ProjectionKind.EightBitRounded,
        ("int4", _) => ProjectionKind.FourBit,
        ("int8", _) => ProjectionKind.EightBit,
        _ => ProjectionKind.Full,
    };

    private static ProjectionKind EncodersOf(ConversionOptions options) =>
        options.EncodersOrDefault == "int8" ? ProjectionKind.EightBitRounded : ProjectionKind.Full;

    private static void WriteGraph(ConversionPart part, string file, DataType compute, DataType storage, Action<GraphBuilder> build, int fourBitBlock = ConversionOptions.StandardBlockSize)
    {
        using ExternalDataFile data = part.OpenData(file + ".data");
        GraphBuilder graph = new(Path.GetFileNameWithoutExtension(file), data, compute, storage, fourBitBlock);
        build(graph);
        part.Finish(data);
        if (part.Folder is not null)
        {
            graph.Save(Path.Combine(part.Folder, file), typeof(CheckpointConverter).Assembly.GetName().Version?.ToString() ?? "0");
        }
    }

    private static void WriteEmbeddings(ConversionPart part, bool half)
    {
        const string Name = "model.embed_tokens.weight";
        using ExternalDataFile file = part.OpenData(EmbeddingsFile);
        file.Begin(half ? DataType.Float16 : DataType.Float, part.Weights.ElementCount(Name) * (half ? 2 : 4));
        Half[] halves = Array.Empty<Half>();
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
        part.Finish(file);
    }

    private static BundleManifest Describe(ConversionOptions options, CheckpointSource source)
    {
        BundleCard card = BundleCard.Read(options.Checkpoint);
        bool? unescape = source.Family.UnescapesEntities ? null : false;
        VisionPreprocessing preprocessing = VisionPreprocessing.Read(options.VisionTower, source.Global.ImageSize);
        return new BundleManifest
        {
            FormatVersion = BundleManifest.CurrentFormatVersion,
            Name = options.Name ?? card.Name ?? options.FallbackName ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Checkpoint))),
            Family = source.Family.Name,
            Precision = options.Precision,
            Accelerator = options.Accelerator,
            Licence = options.Licence ?? card.Licence ?? options.FallbackLicence ?? "not stated: see the checkpoint's source",
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
            Tokens = source.Tokens,
            Conversation = card.Conversation is { } written ? written with { UnescapeEntities = written.UnescapeEntities ?? unescape } : new ConversationTemplate
            {
                System = "A chat between a curious human and an artificial intelligence assistant. "
                    + "The assistant gives helpful, detailed, and polite answers to the human's questions.",
                UserRole = "USER",
                AssistantRole = "ASSISTANT",
                Separator = " ",
                TurnEnd = "</s>",
                ImageSentence = source.ImageSentence,
                UnescapeEntities = unescape,
            },
            Granularities = card.Granularities ?? DefaultGranularities(source.Family),
            Languages = card.Languages,
            Vocabulary = card.Vocabulary,
            Meanings = card.Meanings,
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
}
