namespace MGLMM.Testing;

/// <summary>A folder for one test, gone after it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("mglmm-test-").FullName;

    public string PathOf(string name) => Path.Combine(Location, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(PathOf(name), bytes);
        return PathOf(name);
    }

    public void Dispose()
    {
        SpinWait waiting = default;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Directory.Delete(Location, recursive: true);
                return;
            }
            catch (IOException) when (attempt < 100 && Directory.Exists(Location))
            {
                // What the test had under way in the background put a file there meanwhile.
                waiting.SpinOnce();
            }
        }
    }
}
