using System.Text.Json;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Imaging;
using MGLMM.Runtime.Tests.Support;

namespace MGLMM.Runtime.Tests.Imaging;

/// <summary>The pictures and reference numbers of <c>data/imaging</c>, and the oracle's pre-processing settings.</summary>
internal static class ImagingData
{
    private static readonly string Root = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "imaging");

    /// <summary>What cv2.imread gives for each picture (see <c>make_files.py</c>).</summary>
    public static NpzFile Decoded { get; } = NpzFile.Load(PathOf("decoded.npz"));

    /// <summary>What Pillow's resize gives.</summary>
    public static NpzFile Resized { get; } = NpzFile.Load(PathOf("resized.npz"));

    /// <summary>Configuration A's CLIP settings.</summary>
    public static GlobalEncoderSpecification GlobalEncoder { get; } = CreateGlobalEncoder();

    /// <summary>Configuration A's SAM settings; mean and deviation are constants of the official code.</summary>
    public static GroundingEncoderSpecification GroundingEncoder { get; } = new()
    {
        Graph = "unused",
        ImageSize = 128,
        GridSize = 8,
        Channels = 48,
        Mean = [123.675, 116.28, 103.53],
        StandardDeviation = [58.395, 57.12, 57.375],
    };

    public static string PathOf(string fileName) => Path.Combine(Root, fileName);

    public static byte[] Bytes(string fileName) => File.ReadAllBytes(PathOf(fileName));

    /// <summary>The first place where a picture differs from a [height, width, 3] array, or null.</summary>
    public static string? FirstDifference(NpyArray expected, RgbImage actual)
    {
        if (!expected.Shape.SequenceEqual([actual.Height, actual.Width, 3]))
        {
            return $"size {actual.Width}x{actual.Height} instead of [{string.Join(", ", expected.Shape)}]";
        }

        int at = actual.Pixels.CommonPrefixLength(expected.Bytes);
        return at == actual.Pixels.Length
            ? null
            : $"({at / 3 % actual.Width}, {at / 3 / actual.Width}) channel {at % 3}: {actual.Pixels[at]} instead of {expected.Bytes[at]}";
    }

    private static GlobalEncoderSpecification CreateGlobalEncoder()
    {
        string folder = Path.Combine(OracleData.ConfigurationA, "clip-vit-tiny-patch14-56");
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "preprocessor_config.json")));
        JsonElement root = json.RootElement;
        JsonElement size = root.GetProperty("size");
        return new GlobalEncoderSpecification
        {
            Graph = "unused",
            ImageSize = size.ValueKind == JsonValueKind.Number ? size.GetInt32() : size.GetProperty("shortest_edge").GetInt32(),
            CenterCrop = true,
            TokenCount = 16,
            Mean = [.. root.GetProperty("image_mean").EnumerateArray().Select(value => value.GetDouble())],
            StandardDeviation = [.. root.GetProperty("image_std").EnumerateArray().Select(value => value.GetDouble())],
            RescaleFactor = 1.0 / 255.0,
        };
    }
}
