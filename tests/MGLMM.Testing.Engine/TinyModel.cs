using System.Text.Json.Nodes;
using MGLMM.Conversion;
using MGLMM.Runtime;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Testing.Engine;

/// <summary>
/// The oracle's tiny checkpoint, converted once. A card gives it instruction templates that make exactly the instructions it was
/// fitted to, so that its answers are known (see <c>cases.json</c> of the oracle).
/// </summary>
public sealed class TinyModel : IDisposable
{
    /// <summary>Its answer about the landscape, in plain words.</summary>
    public const string LandscapeCaption = "The image shows a red barn beside a small pond under the grey sky.";

    private const string Describe =
        "Could you please give me a detailed description of the image? Please respond with interleaved segmentation masks for the corresponding parts of the answer.";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mglmm-plugin-{Guid.NewGuid():N}");

    public TinyModel()
    {
        string checkpoint = Path.Combine(_folder, "checkpoint");
        Directory.CreateDirectory(checkpoint);
        foreach (string file in Directory.GetFiles(Path.Combine(OracleData.ConfigurationA, "mglmm-tiny-A")))
        {
            File.Copy(file, Path.Combine(checkpoint, Path.GetFileName(file)));
        }

        string segment = "Can you segment the {0} in this image?";
        JsonObject card = new()
        {
            ["name"] = "tiny",
            ["granularities"] = new JsonArray("panoptic", "instance", "part"),
            ["instructions"] = new JsonObject
            {
                ["segment_and_caption.panoptic"] = new JsonArray(Describe),
                ["segment_and_caption.instance"] = new JsonArray(Describe),
                ["segment_and_caption.part"] = new JsonArray(segment.Replace("{0}", "{object}", StringComparison.Ordinal)),
                ["refer"] = new JsonArray(segment.Replace("{0}", "{expression}", StringComparison.Ordinal)),
                ["reason_segment"] = new JsonArray("{question}"),
                ["caption.brief"] = new JsonArray("Can you segment the dog in this image?"),
                ["caption.normal"] = new JsonArray(Describe),
                ["ask"] = new JsonArray("{question}"),
            },
        };
        File.WriteAllText(Path.Combine(checkpoint, "mglmm.json"), card.ToJsonString());
        BundleFolder = Path.Combine(_folder, "bundle");
        CheckpointConverter.Convert(new ConversionOptions
        {
            Checkpoint = checkpoint,
            VisionTower = Path.Combine(OracleData.ConfigurationA, "clip-vit-tiny-patch14-56"),
            Output = BundleFolder,
            Precision = "fp32",
            Accelerator = "cpu",
        });
        Model = MglmmModel.Load(BundleFolder);
    }

    public string BundleFolder { get; }

    public MglmmModel Model { get; }

    /// <summary>A model of which less is known: its manifest changed, its weights the same.</summary>
    public MglmmModel LoadChanged(Action<JsonObject> change, ModelOptions? options = null)
    {
        string copy = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(copy);
        foreach (string file in Directory.GetFiles(BundleFolder))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        string path = Path.Combine(copy, BundleManifest.FileName);
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(manifest);
        File.WriteAllText(path, manifest.ToJsonString());
        return MglmmModel.Load(copy, options);
    }

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose()
    {
        Model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
