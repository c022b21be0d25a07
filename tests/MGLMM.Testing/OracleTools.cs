using MGLMM.Vision;
using MGLMM.Vision.Workspaces;

namespace MGLMM.Testing;

/// <summary>Tools over an <see cref="OracleModel"/>, shared by the tests of an assembly, and folders that go with it.</summary>
public sealed class OracleTools : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"mglmm-tools-{Guid.NewGuid():N}");

    public OracleModel Model { get; } = new();

    /// <summary>Tools with the oracle's pictures registered by their names: <c>landscape</c>, <c>portrait</c>, <c>square</c>.</summary>
    public VisionToolset NewToolset(VisionToolsetOptions? options = null, IGroundingModel? model = null, VisionWorkspace? workspace = null)
    {
        VisionToolset toolset = new(model ?? Model, workspace, (options ?? new VisionToolsetOptions()) with { MaximumNewTokens = options?.MaximumNewTokens ?? 48 });
        foreach (string name in OracleData.GoldenImages)
        {
            toolset.AddImage(name[..name.IndexOf('_', StringComparison.Ordinal)], File.ReadAllBytes(OracleData.Image(name + ".png")));
        }

        return toolset;
    }

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose()
    {
        Model.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }
}
