using System.Collections.Concurrent;
using System.Text.Json;
using MGLMM.Conversion.Tests.Parity;
using MGLMM.Imaging;
using MGLMM.Runtime;
using MGLMM.Runtime.Inference;

[assembly: AssemblyFixture(typeof(GlammOracleFixture))]

namespace MGLMM.Conversion.Tests.Parity;

/// <summary>GLaMM's oracle checkpoint, converted to fp32 once for all tests, and what the official code computed with it.</summary>
public sealed class GlammOracleFixture : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mglmm-glamm-oracle-{Guid.NewGuid():N}");
    private readonly JsonDocument _cases = Parse("golden", "cases.json");
    private readonly JsonDocument _expected = Parse("expected.json");
    private readonly JsonDocument _expectedRegions = Parse("expected-regions.json");

    public GlammOracleFixture()
    {
        BundleFolder = Path.Combine(_folder, "bundle");
        Report = CheckpointConverter.Convert(new ConversionOptions { Checkpoint = Checkpoint, VisionTower = VisionTower, Output = BundleFolder, Precision = "fp32" });
        Model = MglmmModel.Load(BundleFolder);
    }

    private readonly ConcurrentDictionary<string, Lazy<(RgbImage Image, float[] Tokens, float[] Pyramid)>> _encodings = new(StringComparer.Ordinal);

    public static string Root { get; } = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "oracle-glamm");

    public static string Checkpoint => Path.Combine(Root, "glamm-tiny");

    public static string VisionTower => Path.Combine(Root, "clip-vit-tiny-patch14-252");

    public static IReadOnlyList<string> Images { get; } = ["wide_150x88", "tall_70x132", "nearsquare_95x107"];

    public string BundleFolder { get; }

    public ConversionReport Report { get; }

    public MglmmModel Model { get; }

    /// <summary>Names of the dialogues without boxes, or of those with.</summary>
    public static IEnumerable<string> Names(bool regions)
    {
        using JsonDocument document = Parse(regions ? "expected-regions.json" : "expected.json");
        return [.. document.RootElement.EnumerateObject().Select(member => member.Name)];
    }

    public static string Image(string file) => Path.Combine(Root, "images", file);

    public static JsonDocument Parse(params string[] path) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine([Root, .. path])));

    internal static NpzFile Golden(string name) => NpzFile.Load(Path.Combine(Root, "golden", name + ".npz"));

    /// <summary>The readable record: the prompt, and each turn's question and boxes.</summary>
    public JsonElement Case(string name) => _cases.RootElement.GetProperty("cases").GetProperty(name);

    /// <summary>What the official code printed and the masks that its demo shows.</summary>
    public JsonElement Expected(string name) =>
        _expected.RootElement.TryGetProperty(name, out JsonElement expected) ? expected : _expectedRegions.RootElement.GetProperty(name);

    /// <summary>The boxes of each turn of a dialogue, the last one's last.</summary>
    public RegionBox[][] Boxes(string name)
    {
        JsonElement expected = Expected(name);
        if (!expected.TryGetProperty("boxes", out JsonElement boxes))
        {
            return [.. Questions(name).Select(_ => Array.Empty<RegionBox>())];
        }

        return [.. (expected.TryGetProperty("earlier_boxes", out JsonElement earlier) ? earlier.EnumerateArray().ToArray() : []).Append(boxes).Select(
            turn => turn.EnumerateArray().Select(box => new RegionBox(box[0].GetDouble(), box[1].GetDouble(), box[2].GetDouble(), box[3].GetDouble())).ToArray())];
    }

    /// <summary>The question of each turn of a dialogue, the last one's last.</summary>
    public string[] Questions(string name)
    {
        JsonElement expected = Expected(name);
        return [.. (expected.TryGetProperty("earlier", out JsonElement earlier) ? earlier.EnumerateArray().Select(question => question.GetString()!) : []),
            expected.GetProperty("question").GetString()!];
    }

    /// <summary>A picture, its image tokens and the region encoder's pyramid, made once.</summary>
    internal (RgbImage Image, float[] Tokens, float[] Pyramid) Encode(string file) => _encodings.GetOrAdd(file, _ => new(() =>
    {
        using RunGuard guard = new(RequestQueue.Alone(), CancellationToken.None);
        RgbImage image = ImageDecoder.DecodeFile(Image(file));
        (float[]? tokens, float[]? levels) = Model.Vision.EncodeImage(Model.Vision.PreprocessGlobal(image), guard);
        return (image, tokens, Model.Vision.EncodePyramid(levels!, guard));
    })).Value;

    /// <summary>Asks a whole dialogue; the last turn's answer.</summary>
    public async Task<GroundedAnswer> AskAsync(MglmmModel model, string name)
    {
        JsonElement expected = Expected(name);
        Dialogue dialogue = model.OpenImage(Image(expected.GetProperty("image").GetString()!)).StartDialogue();
        foreach ((string question, RegionBox[] boxes) in Questions(name).Zip(Boxes(name)))
        {
            await dialogue.AskAsync(
                question,
                new AskOptions { MaximumNewTokens = expected.GetProperty("max_new_tokens").GetInt32(), Regions = boxes, IncludeRegionFeatures = true });
        }

        return dialogue.Turns[^1];
    }

    public void Dispose()
    {
        Model.Dispose();
        _cases.Dispose();
        _expected.Dispose();
        _expectedRegions.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
