using System.Globalization;
using MGLMM.Conversion.Checkpoints;

namespace MGLMM.Conversion;

/// <summary>How much room a bundle takes, known before it is written, and whether there is as much.</summary>
internal static class BundleSize
{
    /// <summary>For what no tensor's shape tells: graphs, tables of positions, alignment.</summary>
    private const long Extra = 1 << 20;

    private const double ExtraShare = 0.02;

    private const int WeightsPerScale = 32;

    /// <summary>What the names of the encoders' products have in them; norms, which do too, are small.</summary>
    private static readonly string[] InEncoders = ["image_encoder.blocks.", "vision_model.encoder.layers.", "mm_projector."];

    /// <summary>The bundle's size in bytes, a little on the safe side.</summary>
    public static long Estimate(ConversionOptions options, CheckpointSource source)
    {
        long total = source.Required.Sum(tensor => Bytes(options, tensor.Name, tensor.Shape.Aggregate(1L, (product, size) => product * size)));
        if (source.Decoder.TiedHead)
        {
            total += (long)source.Decoder.Vocabulary * source.Decoder.Hidden * WideOrHalf(options);
        }

        total += (long)source.Decoder.MaximumLength * source.Decoder.HeadSize * 4;
        return (long)(total * (1 + ExtraShare)) + Extra;
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

    private static long Bytes(ConversionOptions options, string name, long elements)
    {
        const string Layers = "model.layers.";
        bool isProjection = name.StartsWith(Layers, StringComparison.Ordinal) && name.EndsWith("_proj.weight", StringComparison.Ordinal);
        int scale = options.Accelerator == "cuda" ? 2 : 4;
        return (isProjection, options.Precision) switch
        {
            (true, "int4") => (elements / 2) + (elements / WeightsPerScale * scale),
            (true, "int8") => elements + (elements / WeightsPerScale * scale),
            _ when options.EncodersOrDefault == "int8" && name.EndsWith(".weight", StringComparison.Ordinal) && InEncoders.Any(name.Contains) => elements + (elements / WeightsPerScale),
            _ => elements * WideOrHalf(options),
        };
    }

    private static int WideOrHalf(ConversionOptions options) => options is { Precision: "fp32", Accelerator: "cpu" } ? 4 : 2;

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
