using PublicApiGenerator;

namespace MGLMM.Architecture.Tests;

/// <summary>
/// The public surface of every library is the one written down. Changed on purpose? Run the tests once with
/// <c>MGLMM_WRITE_PUBLIC_API=1</c> and read the difference.
/// </summary>
public sealed class PublicApiTests
{
    private static readonly ApiGeneratorOptions Options = new() { IncludeAssemblyAttributes = false };

    [Theory]
    [MemberData(nameof(Libraries.Rows), MemberType = typeof(Libraries))]
    public void The_public_surface_is_the_one_written_down(string library)
    {
        string path = RepositoryRoot.Combine("tests", "MGLMM.Architecture.Tests", "public-api", library + ".txt");
        string actual = Libraries.Load(library).GeneratePublicApi(Options).ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable("MGLMM_WRITE_PUBLIC_API") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual + "\n");
        }

        string[] expected = File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        string[] lines = actual.TrimEnd('\n').Split('\n');
        Assert.True(
            expected.SequenceEqual(lines),
            $"Gone: {string.Join("\n", expected.Except(lines))}\nNew: {string.Join("\n", lines.Except(expected))}\nChanged on purpose? Run once with MGLMM_WRITE_PUBLIC_API=1.");
    }
}
