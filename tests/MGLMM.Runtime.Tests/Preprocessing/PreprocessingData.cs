using System.Text.Json;
using MGLMM.Runtime.Bundles;
using MGLMM.Runtime.Preprocessing;

namespace MGLMM.Runtime.Tests.Preprocessing;

/// <summary>The oracle's pre-processing settings.</summary>
internal static class PreprocessingData
{
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
