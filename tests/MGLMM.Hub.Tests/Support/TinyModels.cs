using MGLMM.Conversion;
using MGLMM.Hub.StandIn;
using MGLMM.Testing;

[assembly: AssemblyFixture(typeof(MGLMM.Hub.Tests.Support.TinyModels))]

namespace MGLMM.Hub.Tests.Support;

/// <summary>Checkpoints to serve, and what an ordinary conversion makes of each.</summary>
public sealed class TinyModels : IDisposable
{
    public const string TowerId = "org/clip-vit-tiny-patch14-56";

    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-hub-models-").FullName;

    public TinyModels()
    {
        // Several shards of some hundred kilobytes each, cut as Python cuts them.
        RandomCheckpoint.Make(Sharded, ShardedTower, OracleCheckpoint, OracleTower, hidden: 128, layers: 8, shards: 4, TowerId);
        ShardedBundle = Convert(Sharded, ShardedTower, "sharded");
        OracleBundle = Convert(OracleCheckpoint, OracleTower, "oracle");
    }

    /// <summary>Four safetensors shards.</summary>
    public string Sharded => Path.Combine(_folder, "sharded");

    public string ShardedTower => Path.Combine(_folder, "sharded-tower");

    public string ShardedBundle { get; }

    /// <summary>One PyTorch file, written by PyTorch.</summary>
    public static string OracleCheckpoint => Path.Combine(OracleData.ConfigurationA, "mglmm-tiny-A");

    public static string OracleTower => Path.Combine(OracleData.ConfigurationA, "clip-vit-tiny-patch14-56");

    public string OracleBundle { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Convert(string checkpoint, string tower, string name)
    {
        string output = Path.Combine(_folder, name + "-bundle");
        CheckpointConverter.Convert(new ConversionOptions { Checkpoint = checkpoint, VisionTower = tower, Output = output, Name = "tiny" });
        return output;
    }
}
