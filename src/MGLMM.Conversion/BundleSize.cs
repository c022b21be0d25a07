using System.Globalization;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Graphs;

namespace MGLMM.Conversion;

/// <summary>How much room a bundle takes, known before it is written, and whether there is as much.</summary>
internal static class BundleSize
{
    /// <summary>For what no tensor's shape tells: graphs, tables of positions, alignment.</summary>
    private const long Extra = 1 << 20;

    private const double ExtraShare = 0.02;

    private const string Embeddings = "model.embed_tokens.weight";

    private const string Head = "lm_head.weight";

    /// <summary>What the names of the encoders' products have in them; norms, which do too, are small.</summary>
    private static readonly string[] InEncoders = ["image_encoder.blocks.", "vision_model.encoder.layers.", "mm_projector."];

    /// <summary>The bundle's size in bytes, a little on the safe side.</summary>
    public static long Estimate(ConversionOptions options, CheckpointSource source)
    {
        long total = OfWeights(options, source) + ((long)source.Decoder.MaximumLength * source.Decoder.HeadSize * sizeof(float));
        return (long)(total * (1 + ExtraShare)) + Extra;
    }

    /// <summary>The bytes of all tensors, as they are stored.</summary>
    internal static long OfWeights(ConversionOptions options, CheckpointSource source)
    {
        // What computes in fp32 whatever the accelerator, and is stored so where nothing is to be rounded.
        HashSet<string> exact = [Embeddings, .. source.Mask.Required().Concat(source.Region?.Required() ?? []).Select(tensor => tensor.Name)];
        long total = source.Required.Sum(tensor => Bytes(options, tensor.Name, tensor.Shape, exact.Contains(tensor.Name)));
        return source.Decoder.TiedHead ? total + Bytes(options, Head, [source.Decoder.Vocabulary, source.Decoder.Hidden], isExact: false) : total;
    }

    /// <summary>Makes sure that there is room where the bundle will be written.</summary>
    /// <param name="folder">A folder on the disk; it or its nearest parent exists.</param>
    /// <param name="needed">Bytes.</param>
    /// <exception cref="ConversionException">There is not; the message says how much is needed and how much there is.</exception>
    public static void RequireRoom(string folder, long needed)
    {
        if (Available(folder) is { } available)
        {
            RequireRoom(folder, needed, available);
        }
    }

    /// <inheritdoc cref="RequireRoom(string, long)"/>
    /// <param name="folder">A folder on the disk.</param>
    /// <param name="needed">Bytes.</param>
    /// <param name="available">Bytes.</param>
    public static void RequireRoom(string folder, long needed, long available)
    {
        if (available < needed)
        {
            throw new ConversionException(
                $"The bundle takes about {Gigabytes(needed)}, but there are {Gigabytes(available)} free at '{folder}'. Make room for {Gigabytes(needed - available)} more, or choose an --output on another disk. "
                + "A bundle that is replaced stays until the new one is complete.");
        }
    }

    private static long Bytes(ConversionOptions options, string name, IReadOnlyList<long> shape, bool isExact)
    {
        const string Layers = "model.layers.";
        bool isProjection = name.StartsWith(Layers, StringComparison.Ordinal) && name.EndsWith("_proj.weight", StringComparison.Ordinal);
        bool isRounded = ConversionOptions.ActivationsFor(options.Activations, options.Precision, options.Accelerator) == "int8";
        bool isInEncoder = options.EncodersOrDefault == "int8" && name.EndsWith(".weight", StringComparison.Ordinal) && InEncoders.Any(name.Contains);
        return options.Precision switch
        {
            "int4" when isProjection => InBlocks(4, options.BlockSize),
            "int8" when isProjection => InBlocks(8, WeightProducts.EightBitBlock),
            _ when isInEncoder || (isRounded && name == Head) => InBlocks(8, WeightProducts.EightBitBlock),
            "fp32" when isExact || options.Accelerator == "cpu" => Elements() * sizeof(float),
            _ => Elements() * 2,
        };

        long Elements() => shape.Aggregate(1L, (product, size) => product * size);

        // A row's last block is stored whole.
        long InBlocks(int bits, int block) =>
            Elements() / shape[^1] * ((shape[^1] + block - 1) / block) * ((block * bits / 8) + (options.Accelerator == "cuda" ? 2 : sizeof(float)));
    }

    private static long? Available(string folder)
    {
        try
        {
            while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
            {
                folder = parent;
            }

            DriveInfo drive = new(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder);
            return drive.AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Some network disks do not say; the disk itself will.
            return null;
        }
    }

    private static string Gigabytes(long bytes) => bytes < 100_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1e6):N0} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB");
}
