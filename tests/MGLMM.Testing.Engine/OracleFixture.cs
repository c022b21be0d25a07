using System.Text.Json;
using MGLMM.Conversion;
using MGLMM.Runtime;

namespace MGLMM.Testing.Engine;

/// <summary>The oracle's checkpoint A, converted to fp32 once for all tests, and what the official code computed with it.</summary>
public sealed class OracleFixture : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mglmm-oracle-{Guid.NewGuid():N}");
    private readonly JsonDocument _cases;

    public OracleFixture()
    {
        BundleFolder = Path.Combine(_folder, "bundle");
        Report = Convert(BundleFolder, "fp32");
        Model = MglmmModel.Load(BundleFolder);
        _cases = JsonDocument.Parse(File.ReadAllBytes(OracleData.Golden("cases.json")));
    }

    /// <summary>The fp32 bundle.</summary>
    public string BundleFolder { get; }

    public ConversionReport Report { get; }

    public MglmmModel Model { get; }

    public string Checkpoint => Path.Combine(OracleData.ConfigurationA, "mglmm-tiny-A");

    public string VisionTower => Path.Combine(OracleData.ConfigurationA, "clip-vit-tiny-patch14-56");

    public JsonElement Case(string name) => _cases.RootElement.GetProperty("cases").GetProperty(name);

    /// <summary>The picture of a case.</summary>
    public string PictureOf(string name) => OracleData.Image(Case(name).GetProperty("image").GetString()!);

    /// <summary>The question of a case.</summary>
    public string QuestionOf(string name) => Case(name).GetProperty("question").GetString()!;

    /// <summary>The tokens that a case was limited to.</summary>
    public AskOptions OptionsOf(string name) => new() { MaximumNewTokens = Case(name).GetProperty("max_new_tokens").GetInt32() };

    /// <summary>Asks a model what a case asks.</summary>
    public Task<GroundedAnswer> AskAsync(MglmmModel model, string name) => model.OpenImage(PictureOf(name)).AskAsync(QuestionOf(name), OptionsOf(name));

    /// <summary>The ids that the official code answered a case with.</summary>
    public IEnumerable<int> IdsOf(string name) => Case(name).GetProperty("generated_ids").EnumerateArray().Select(id => id.GetInt32());

    public string NewFolder() => Path.Combine(_folder, Guid.NewGuid().ToString("N"));

    public ConversionReport Convert(string output, string precision, string accelerator = "cpu") =>
        CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = Checkpoint,
            VisionTower = VisionTower,
            Output = output,
            Precision = precision,
            Accelerator = accelerator,
        });

    public void Dispose()
    {
        Model.Dispose();
        _cases.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
