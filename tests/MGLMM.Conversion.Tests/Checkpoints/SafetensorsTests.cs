using System.Buffers.Binary;
using System.Text;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Every rule of the safetensors format.</summary>
public sealed class SafetensorsTests
{
    private const string Good = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]},"__metadata__":{"format":"pt"}}""";

    [Theory]
    [InlineData(Good)]
    [InlineData("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]},"a":{"data_offsets":[0,8],"shape":[2,1],"dtype":"F32"}}     """)]
    [InlineData("""{"e":{"dtype":"F16","shape":[0,5],"data_offsets":[0,0]},"a":{"dtype":"I8","shape":[9],"data_offsets":[0,9]}}""")]
    [InlineData("""{"e":{"dtype":"F16","shape":[0],"data_offsets":[9,9]},"a":{"dtype":"BOOL","shape":[3,3],"data_offsets":[0,9]}}""")]
    public void Headers_within_the_rules_are_read(string header)
    {
        using TemporaryFolder folder = new();
        using Checkpoint checkpoint = Checkpoint.Open(folder.Write("x.safetensors", File(header, 9)));
        Assert.NotEmpty(checkpoint.Tensors);
    }

    [Theory]
    [InlineData("", "does not begin with '{'")]
    [InlineData("[]", "does not begin with '{'")]
    [InlineData(" " + Good, "does not begin with '{'")]
    [InlineData("{", "not valid JSON")]
    [InlineData(Good + "x", "not valid JSON")]
    [InlineData(Good + Good, "not valid JSON")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9],}}""", "not valid JSON")]
    [InlineData("""{"a\ud800":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", "not valid JSON")]
    [InlineData("""{"a":[[[[[[[[[[]]]]]]]]]]}""", "not an object")]
    [InlineData("""{"a":{"x":[[[[[[[[[[[[]]]]]]]]]]]]}}""", "does not know")]
    [InlineData("""{"a":1}""", "not an object")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[5],"data_offsets":[4,9]}}""", "'a' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"\u0061":{"dtype":"U8","shape":[5],"data_offsets":[4,9]}}""", "'a' twice")]
    [InlineData("""{"a":{"dtype":"U8","dtype":"I8","shape":[9],"data_offsets":[0,9]}}""", "'dtype' twice")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9],"more":1}}""", "'more'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9]}}""", "needs a dtype")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9,9]}}""", "needs a dtype")]
    [InlineData("""{"a":{"dtype":1,"shape":[9],"data_offsets":[0,9]}}""", "dtype is not text")]
    [InlineData("""{"a":{"dtype":"F4","shape":[9],"data_offsets":[0,9]}}""", "'F4'")]
    [InlineData("""{"a":{"dtype":"f32","shape":[9],"data_offsets":[0,9]}}""", "'f32'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[1,9]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[5],"data_offsets":[0,5]},"b":{"dtype":"U8","shape":[5],"data_offsets":[4,9]}}""", "overlap")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "but 9 follow")]
    [InlineData("""{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10]}}""", "but 9 follow")]
    [InlineData("""{}""", "but 9 follow")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,9]}}""", "do not hold")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[9,0]}}""", "do not hold")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}}""", "do not hold")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", "64 bits")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,9],"data_offsets":[0,9]}}""", "dimensions")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-9],"data_offsets":[0,9]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9.0],"data_offsets":[0,9]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":["9"],"data_offsets":[0,9]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,18446744073709551616]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":9,"data_offsets":[0,9]}}""", "not an array")]
    [InlineData("""{"__metadata__":[],"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", "__metadata__")]
    [InlineData("""{"__metadata__":{"a":1},"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", "__metadata__")]
    [InlineData("""{"__metadata__":{"a":"1","a":"2"},"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", "__metadata__")]
    public void Headers_against_the_rules_are_refused(string header, string problem) => Refused(File(header, 9), problem);

    [Fact]
    public void Lengths_and_text_against_the_rules_are_refused()
    {
        Refused([1, 0, 0, 0, 0, 0, 0], "at least 8");
        Refused(BitConverter.GetBytes(100_000_001ul), "at most 100000000");
        Refused(BitConverter.GetBytes(ulong.MaxValue), "at most 100000000");
        Refused(BitConverter.GetBytes(1ul), "ends after 8");
        Refused([], "empty");
        byte[] invalid = File("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", 9);
        invalid[10] = 0xFF;
        Refused(invalid, "not UTF-8");
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = File(Good, 9);
        for (int length = 0; length < whole.Length; length++)
        {
            Refused(whole[..length], string.Empty);
        }
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "git lfs pull")]
    [InlineData("<!doctype html><html>", "web page")]
    [InlineData("GGUF\u0003\0\0\0", "GGUF")]
    [InlineData("\u0089HDF\r\n\u001a\n", "HDF5")]
    [InlineData("nothing that anyone knows", "neither")]
    public void Files_of_other_kinds_are_told_apart(string start, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("pytorch_model.bin", Encoding.Latin1.GetBytes(start));
        Assert.Contains(problem, Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_header_length_that_looks_like_a_pickle_is_no_obstacle()
    {
        string header = """{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""".PadRight(0x0280);
        using TemporaryFolder folder = new();
        using Checkpoint checkpoint = Checkpoint.Open(folder.Write("x.bin", File(header, 9)));
        Assert.Equal(9, checkpoint.Tensors["a"].ElementCount);
    }

    internal static byte[] File(string header, int dataLength)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        byte[] file = new byte[8 + text.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(file, text.Length);
        text.CopyTo(file, 8);
        return file;
    }

    private static void Refused(byte[] file, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("x.safetensors", file);
        Assert.Contains(problem, Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(path)).Message, StringComparison.Ordinal);
    }
}
