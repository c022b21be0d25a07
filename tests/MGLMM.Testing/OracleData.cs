namespace MGLMM.Testing;

/// <summary>Paths of the official code's numbers under <c>data/oracle</c> (see the README there).</summary>
public static class OracleData
{
    /// <summary>The <c>data/oracle</c> folder.</summary>
    public static string Root { get; } = RepositoryRoot.Combine("tests", "MGLMM.Runtime.Tests", "data", "oracle");

    /// <summary>Configuration A's folder: checkpoint, CLIP tower and golden files.</summary>
    public static string ConfigurationA { get; } = Path.Combine(Root, "A");

    /// <summary>A file of configuration A's <c>golden</c> folder.</summary>
    public static string Golden(string fileName) => Path.Combine(ConfigurationA, "golden", fileName);

    /// <summary>A picture, by its path below <c>images</c>.</summary>
    public static string Image(string relativePath) => Path.Combine(Root, "images", relativePath);

    /// <summary>The three golden pictures' names, without extension.</summary>
    public static IReadOnlyList<string> GoldenImages { get; } = ["landscape_97x61", "portrait_50x83", "square_163x163"];
}
