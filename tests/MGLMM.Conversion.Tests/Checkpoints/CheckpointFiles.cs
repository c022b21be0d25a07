using System.Text.Json;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Where the test checkpoints lie, and what they hold.</summary>
internal static class CheckpointFiles
{
    private static readonly Lazy<string> Repository = new(FindRepository);
    private static readonly Lazy<Dictionary<string, ExpectedTensor[]>> ExpectedTensors = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, ExpectedTensor[]>>(File.ReadAllBytes(At("expected.json")), JsonSerializerOptions.Web)!);

    /// <summary>A file or folder that data/checkpoints/generate.py wrote.</summary>
    public static string At(string name) => Path.Combine(Repository.Value, "tests", "MGLMM.Conversion.Tests", "data", "checkpoints", name);

    /// <summary>What Python says is in such a file.</summary>
    public static ExpectedTensor[] Expected(string name) => ExpectedTensors.Value[name];

    /// <summary>
    /// The numerical oracle's configuration, from the MGLMM_ORACLE folder or a folder <c>oracle</c> or <c>shared/oracle</c>
    /// in or above the repository; the test is skipped where it is not.
    /// </summary>
    public static string Oracle(string configuration)
    {
        List<string> places = [];
        if (Environment.GetEnvironmentVariable("MGLMM_ORACLE") is { Length: > 0 } named)
        {
            places.Add(named);
        }

        places.Add(Path.Combine(Repository.Value, "tests", "oracle"));
        places.Add(Path.Combine(Repository.Value, "tests", "data", "oracle"));
        for (DirectoryInfo? folder = new(Repository.Value); folder is not null; folder = folder.Parent)
        {
            places.Add(Path.Combine(folder.FullName, "shared", "oracle"));
        }

        string? found = places.Select(place => Path.Combine(place, configuration))
            .FirstOrDefault(place => File.Exists(Path.Combine(place, "golden", "weights_manifest.json")));
        Assert.SkipWhen(found is null, "The oracle's checkpoints are not here; set MGLMM_ORACLE to its folder.");
        return found!;
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MGLMM.SemanticKernel.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside the repository.");
    }
}

/// <summary>A tensor as expected.json tells it.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Kind">The name of its element kind.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Contiguous">What <c>Tensor.is_contiguous()</c> says.</param>
/// <param name="Bits">Its elements in single precision, in row-major order.</param>
internal sealed record ExpectedTensor(string Name, string Kind, long[] Shape, bool Contiguous, uint[] Bits);
