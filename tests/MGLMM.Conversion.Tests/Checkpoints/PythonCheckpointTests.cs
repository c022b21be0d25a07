using System.Runtime.InteropServices;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Files that PyTorch wrote (data/checkpoints/generate.py), bit for bit.</summary>
public sealed class PythonCheckpointTests
{
    [Theory]
    [InlineData("kinds.bin")]
    [InlineData("views.bin")]
    [InlineData("module.pt")]
    [InlineData("parameters.pth")]
    [InlineData("wrapped.pth")]
    [InlineData("wrapped-twice.pth")]
    [InlineData("archive-root.bin")]
    [InlineData("zip64-local.bin")]
    [InlineData("kinds.safetensors")]
    [InlineData("unaligned.safetensors")]
    [InlineData("sharded-torch")]
    [InlineData("sharded-safetensors")]
    public void Every_element_is_what_Python_wrote(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointFiles.At(name));

        ExpectedTensor[] expected = CheckpointFiles.Expected(name);
        Assert.Equal(expected.Select(tensor => tensor.Name).ToHashSet(), checkpoint.Tensors.Keys.ToHashSet());
        foreach (ExpectedTensor entry in expected)
        {
            CheckpointTensor tensor = checkpoint.Tensors[entry.Name];
            Assert.Equal(entry.Kind, tensor.Kind.ToString());
            Assert.Equal(entry.Shape, tensor.Shape);
            if (!name.EndsWith(".safetensors", StringComparison.Ordinal))
            {
                Assert.Equal(entry.Contiguous, tensor.IsContiguous);
            }

            float[] values = new float[tensor.ElementCount];
            tensor.ReadFloats(values);
            Assert.Equal(entry.Bits, MemoryMarshal.Cast<float, uint>(values).ToArray());
        }
    }

    [Fact]
    public void Any_part_of_a_tensor_can_be_read_by_itself()
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointFiles.At("views.bin"));
        foreach (CheckpointTensor tensor in checkpoint.Tensors.Values)
        {
            float[] whole = new float[tensor.ElementCount];
            tensor.ReadFloats(whole);
            int step = Math.Max(1, whole.Length / 9);
            for (int start = 0; start <= whole.Length; start += step)
            {
                for (int count = 0; count <= whole.Length - start; count += step)
                {
                    float[] part = new float[count];
                    tensor.ReadFloats(start, part);
                    Assert.Equal(whole.AsSpan(start, count).ToArray(), part);
                }
            }
        }
    }

    [Fact]
    public void Raw_reads_give_the_stored_elements_in_row_major_order()
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointFiles.At("views.bin"));
        CheckpointTensor tensor = checkpoint.Tensors["permuted.half"];
        Half[] halves = new Half[tensor.ElementCount];
        float[] floats = new float[tensor.ElementCount];

        tensor.ReadRaw(0, MemoryMarshal.AsBytes(halves.AsSpan()));
        tensor.ReadFloats(floats);

        Assert.Equal(floats, halves.Select(half => (float)half));
        Assert.Throws<ArgumentException>(() => tensor.ReadRaw(0, new byte[3]));
    }

    [Fact]
    public void What_is_not_a_tensor_is_listed()
    {
        using Checkpoint wrapped = Checkpoint.Open(CheckpointFiles.At("wrapped.pth"));
        Assert.Equal(
            ["args: a dictionary", "best: a float", "done: a truth value", "epoch: an integer", "none: None", "optimizer: a dictionary", "seed: an integer", "size: a tuple"],
            wrapped.IgnoredEntries.Select(entry => $"{entry.Name}: {entry.Content}").Order(StringComparer.Ordinal));

        using Checkpoint twice = Checkpoint.Open(CheckpointFiles.At("wrapped-twice.pth"));
        Assert.Equal(["*: 1 entries whose keys are not text", "module/version: an integer"], twice.IgnoredEntries.Select(entry => $"{entry.Name}: {entry.Content}"));

        using Checkpoint archive = Checkpoint.Open(CheckpointFiles.At("archive-root.bin"));
        Assert.Equal(["note: text", "storage: a storage"], archive.IgnoredEntries.Select(entry => $"{entry.Name}: {entry.Content}"));
    }

    [Theory]
    [InlineData("compressed.bin", "compressed")]
    [InlineData("legacy.bin", "torch.save(torch.load(")]
    [InlineData("legacy-tar.bin", "tar file")]
    [InlineData("protocol4.bin", "pickle protocol 4")]
    [InlineData("list.bin", "a list where a state dict is expected")]
    [InlineData("set.bin", "__builtin__.set")]
    [InlineData("complex.bin", "torch.ComplexFloatStorage")]
    [InlineData("whole-model.pt", "torch.nn.modules.container.Sequential")]
    [InlineData("sparse.pt", "torch._utils._rebuild_sparse_tensor")]
    [InlineData("quantized.pt", "torch._utils._rebuild_qtensor")]
    [InlineData("torchscript.pt", "TorchScript")]
    [InlineData("os-system.bin", "posix.system")]
    public void What_is_not_a_state_dict_is_refused_with_the_way_out(string name, string reason)
    {
        CheckpointFormatException refusal = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(CheckpointFiles.At(name)));

        Assert.Equal(name, refusal.FileName);
        Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("torch.", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("/tmp/mglmm-attack-succeeded"));
    }
}
