using System.Text.Json;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Where the test checkpoints lie, and what they hold.</summary>
internal static class CheckpointFiles
{
    private static readonly Lazy<Dictionary<string, ExpectedTensor[]>> ExpectedTensors = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, ExpectedTensor[]>>(File.ReadAllBytes(At("expected.json")), JsonSerializerOptions.Web)!);

    /// <summary>A file or folder that data/checkpoints/generate.py wrote.</summary>
    public static string At(string name) => RepositoryRoot.Combine("tests", "MGLMM.Conversion.Tests", "data", "checkpoints", name);

    /// <summary>What Python says is in such a file.</summary>
    public static ExpectedTensor[] Expected(string name) => ExpectedTensors.Value[name];
}

/// <summary>A tensor as expected.json tells it.</summary>
/// <param name="Name">Its key.</param>
/// <param name="Kind">The name of its element kind.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Contiguous">What <c>Tensor.is_contiguous()</c> says.</param>
/// <param name="Bits">Its elements in single precision, in row-major order.</param>
internal sealed record ExpectedTensor(string Name, string Kind, long[] Shape, bool Contiguous, uint[] Bits);
