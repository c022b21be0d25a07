using System.Text.Json;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>The official checkpoints of the numerical oracle, against what PyTorch says is in them.</summary>
public sealed class OracleCheckpointTests
{
    [Theory]
    [InlineData("mglmm-tiny-A", "checkpoint")]
    [InlineData("clip-vit-tiny-patch14-56", "clip")]
    public void Every_tensor_is_as_the_manifest_says(string folder, string section)
    {
        string oracle = OracleData.ConfigurationA;
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(oracle, "golden", "weights_manifest.json")));
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(oracle, folder));

        JsonElement[] expected = [.. manifest.RootElement.GetProperty(section).EnumerateArray()];
        Assert.Equal(expected.Select(Name).Order(StringComparer.Ordinal), checkpoint.Tensors.Keys.Order(StringComparer.Ordinal));
        foreach (JsonElement entry in expected)
        {
            CheckpointTensor tensor = checkpoint.Tensors[Name(entry)];
            Assert.Equal(entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), tensor.Shape);
            Assert.Equal(entry.GetProperty("dtype").GetString(), tensor.Kind.ToString().ToLowerInvariant());
            Assert.Equal(Path.GetFileName(entry.GetProperty("file").GetString()), tensor.FileName);

            float[] values = new float[tensor.ElementCount];
            tensor.ReadFloats(values);
            double absoluteSum = values.Sum(value => Math.Abs((double)value));
            Assert.Equal(entry.GetProperty("abs_sum").GetDouble(), absoluteSum, 1e-6 * absoluteSum);
            Assert.Equal(entry.GetProperty("sum").GetDouble(), values.Sum(value => (double)value), 1e-6 * absoluteSum);
            float[] first = [.. entry.GetProperty("first").EnumerateArray().Select(value => (float)value.GetDouble())];
            Assert.Equal(first, values[..first.Length]);
            if (entry.TryGetProperty("last", out JsonElement last))
            {
                Assert.Equal((float)last.GetDouble(), values[^1]);
            }
        }

        static string Name(JsonElement entry) => entry.GetProperty("name").GetString()!;
    }
}
