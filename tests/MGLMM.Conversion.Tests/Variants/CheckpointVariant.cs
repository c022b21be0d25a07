using MGLMM.Conversion.Checkpoints;
using MGLMM.Runtime.Bundles;

namespace MGLMM.Conversion.Tests.Variants;

/// <summary>
/// The oracle's checkpoint as people have it: a folder with a copy of its small files, and its tensors in memory until they are saved.
/// Disposing deletes everything.
/// </summary>
internal sealed class CheckpointVariant : IDisposable
{
    private readonly OracleFixture _oracle;
    private readonly string _root = Directory.CreateTempSubdirectory("mglmm-variant-").FullName;

    public CheckpointVariant(OracleFixture oracle)
    {
        _oracle = oracle;
        Folder = CheckpointCopy.Make(oracle.Checkpoint, Path.Combine(_root, "checkpoint"));
        Tower = CheckpointCopy.Make(oracle.VisionTower, Path.Combine(_root, Path.GetFileName(oracle.VisionTower)));
        Weights = TensorSet.Read(Folder);
        TowerWeights = TensorSet.Read(Tower);
    }

    public string Folder { get; }

    public string Tower { get; }

    public string Output => Path.Combine(_root, "bundle");

    public TensorSet Weights { get; set; }

    public TensorSet TowerWeights { get; set; }

    /// <summary>Sets a member of config.json to a value written as JSON.</summary>
    public CheckpointVariant Configure(string key, string value)
    {
        CheckpointCopy.Change(Folder, "config.json", key, value);
        return this;
    }

    public string At(string name) => Path.Combine(Folder, name);

    /// <summary>Writes the tensors in place of the weights that were copied.</summary>
    public CheckpointVariant Save(bool safetensors = false, byte[]? file = null)
    {
        File.Delete(At("pytorch_model.bin"));
        File.WriteAllBytes(At(safetensors ? "model.safetensors" : "pytorch_model.bin"), file ?? (safetensors ? Weights.ToSafetensors() : Weights.ToTorch()));
        return this;
    }

    /// <summary>Writes the tower's tensors.</summary>
    public CheckpointVariant SaveTower()
    {
        File.WriteAllBytes(Path.Combine(Tower, "pytorch_model.bin"), TowerWeights.ToTorch());
        return this;
    }

    public ConversionReport Convert(string precision = "fp32", bool allowLeftOver = false) => CheckpointConverter.Convert(new ConversionOptions
    {
        Checkpoint = Folder,
        VisionTower = Tower,
        Output = Output,
        Precision = precision,
        AllowLeftOver = allowLeftOver,
    });

    /// <summary>Converts and holds every graph and table to be that of the untouched checkpoint, to the byte.</summary>
    public ConversionReport ConvertsToTheSame()
    {
        ConversionReport report = Convert();
        Assert.Equal(Hashes(_oracle.BundleFolder), Hashes(Output));
        return report;
    }

    /// <summary>Holds the conversion to be refused with all of these words, in one line, and with nothing left behind.</summary>
    public void IsRefused(params ReadOnlySpan<string> words) => IsRefusedAt("fp32", words);

    /// <inheritdoc cref="IsRefused"/>
    public void IsRefusedAt(string precision, params ReadOnlySpan<string> words)
    {
        Exception refusal = Assert.ThrowsAny<Exception>(() => Convert(precision));
        Assert.True(refusal is ConversionException or CheckpointFormatException or FileNotFoundException, refusal.ToString());
        foreach (string word in words)
        {
            Assert.Contains(word, refusal.Message, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(2, Directory.GetFileSystemEntries(_root).Length);
    }

    /// <summary>The bundle's files and their hashes.</summary>
    public static IEnumerable<string> Hashes(string bundle) => ModelBundle.Open(bundle).Manifest.Files.Select(file => $"{file.Path} {file.Sha256}");

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
