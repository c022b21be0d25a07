namespace MGLMM.Testing;

/// <summary>The checkout that the tests run from, found by walking up from the test assembly.</summary>
public static class RepositoryRoot
{
    private const string Marker = "MGLMM.SemanticKernel.sln";

    /// <summary>The folder that holds the solution file.</summary>
    public static string Path { get; } = Find();

    /// <summary>A path inside the repository.</summary>
    public static string Combine(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, Marker)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"No folder above {AppContext.BaseDirectory} holds {Marker}; run the tests from inside the repository.");
    }
}
