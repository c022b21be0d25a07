namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>A folder for one test, deleted after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("mglmm-checkpoints-").FullName;

    public string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(Location, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
