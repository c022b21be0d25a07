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
        RequireOneOf("precision", options.Precision, Precisions);
        RequireOneOf("accelerator", options.Accelerator, Accelerators);
        RequireFolder("checkpoint", options.Checkpoint);
        RequireFolder("vision tower", options.VisionTower);
        var recovered = InterruptedConversions.Recover(OutputFolder.Normalize(options.Output));
        try
        {
            OutputFolder.Check(options);
        }
        catch (ConversionException exception) when (recovered.Count > 0)
        {
            throw new ConversionException($"{exception.Message} {string.Join(" ", recovered)}", exception);
        }

        using var source = CheckpointSource.Open(options);
        return WriteBundle(options, source, recovered, progress, cancellationToken);
    }

    private static ConversionReport WriteBundle(
        ConversionOptions options, CheckpointSource source, IReadOnlyList<string> recovered, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken)
    {
        var output = OutputFolder.Normalize(options.Output);
        var manifest = Describe(options, source);
        var faults = ManifestRules.CheckDescription(manifest).ToList();
        if (faults.Count > 0)
        {
            throw new ConversionException($"The bundle could not be loaded: {string.Join(" ", faults)}");
        }

        BundleSize.RequireRoom(Path.GetDirectoryName(output) ?? output, BundleSize.Estimate(options, source));
        using (var unfinished = UnfinishedBundle.Create(output))
        {
            manifest = Write(options, source, manifest, unfinished.Folder, progress, cancellationToken);
            OutputFolder.Publish(unfinished, options, AtomicExchange.TrySwap);
        }

        var unused = source.Weights.Unused.Concat(source.Tower.Unused).ToList();
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
        Track(source, progress, cancellationToken, out var setStage);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        WriteGraphs(options, source, folder, hashes, setStage, cancellationToken);
        setStage("token embeddings");
        hashes[EmbeddingsFile] = WriteEmbeddings(source, Path.Combine(folder, EmbeddingsFile), manifest.Decoder.EmbeddingsPrecision == "fp16", cancellationToken);
        File.Copy(Path.Combine(options.Checkpoint, TokenizerFiles.Model), Path.Combine(folder, TokenizerFiles.Model));
        setStage("hashes");
        manifest = ModelBundle.Seal(folder, manifest, hashes, cancellationToken);
        ModelBundle.Open(folder, verifyHashes: false, cancellationToken);
        return manifest;
    }

    private static void WriteGraphs(ConversionOptions options, CheckpointSource source, string folder, Dictionary<string, string> hashes, Action<string> setStage, CancellationToken cancellationToken)
    {
        var compute = options.Accelerator == "cuda" ? DataType.Float16 : DataType.Float;
        var storage = options.Precision == "fp32" ? compute : DataType.Float16;

        setStage("global encoder");
        var levels = source.Region is null ? [] : RegionEncoderDimensions.HiddenStates(source.Global);
        WriteGraph(folder, hashes, GlobalEncoderFile, compute, storage, cancellationToken, graph => GlobalEncoderGraph.Build(graph, source.Global, source.Tower, source.Weights, levels));
        setStage("decoder");
        WriteGraph(folder, hashes, DecoderFile, compute, storage, cancellationToken, graph => DecoderGraph.Build(graph, source.Decoder, source.Weights, options.Precision == "int4"));
        setStage("grounding encoder");
        WriteGraph(folder, hashes, GroundingEncoderFile, compute, storage, cancellationToken, graph => GroundingEncoderGraph.Build(graph, source.Grounding, source.Weights));

        // The mask decoder is small and decides every boundary: it computes in fp32 everywhere.
        var exact = options.Precision == "fp32" ? DataType.Float : DataType.Float16;
        setStage("mask decoder");
        WriteGraph(folder, hashes, MaskDecoderFile, DataType.Float, exact, cancellationToken, graph => MaskDecoderGraph.Build(graph, source.Mask, source.Weights));

        // So does the region encoder: it was trained in bf16, whose range fp16 has not, and sums 200,000 products at a time.
        if (source.Region is { } region)
        {
            setStage("region encoder");
            WriteGraph(folder, hashes, RegionPyramidFile, DataType.Float, exact, cancellationToken, graph => RegionPyramidGraph.Build(graph, region, source.Weights));
            WriteGraph(folder, hashes, RegionEncoderFile, DataType.Float, exact, cancellationToken, graph => RegionEncoderGraph.Build(graph, region, source.Weights));
        }
    }

    private static void WriteGraph(
        string folder, Dictionary<string, string> hashes, string file, DataType compute, DataType storage, CancellationToken cancellationToken, Action<GraphBuilder> build)
    {
        using var data = new ExternalDataFile(Path.Combine(folder, file + ".data"), cancellationToken);
        var graph = new GraphBuilder(Path.GetFileNameWithoutExtension(file), data, compute, storage);
        build(graph);
        hashes[data.FileName] = data.Complete();
        graph.Save(Path.Combine(folder, file), typeof(CheckpointConverter).Assembly.GetName().Version?.ToString() ?? "0");
    }

    private static string WriteEmbeddings(CheckpointSource source, string path, bool half, CancellationToken cancellationToken)
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
        return file.Complete();
    }

    private static BundleManifest Describe(ConversionOptions options, CheckpointSource source)
    {
        var card = BundleCard.Read(options.Checkpoint);
        bool? unescape = source.Family.UnescapesEntities ? null : false;
        var preprocessing = VisionPreprocessing.Read(options.VisionTower, source.Global.ImageSize);
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

    private static void Track(CheckpointSource source, IProgress<ConversionProgress>? progress, CancellationToken cancellationToken, out Action<string> setStage)
    {
        // What is read is what takes the time: the embeddings twice where they are the head too.
        var total = source.Required.Sum(tensor => tensor.Shape.Aggregate(1L, (product, size) => product * size))
            + (source.Decoder.TiedHead ? (long)source.Decoder.Vocabulary * source.Decoder.Hidden : 0);
        var done = 0L;
        var stage = string.Empty;
        void OnRead(long elements)
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
