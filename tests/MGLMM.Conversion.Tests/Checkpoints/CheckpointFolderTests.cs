using System.Text;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>Folders, shards and their index.</summary>
public sealed class CheckpointFolderTests : IDisposable
{
    private const string ShardA = "model-00001-of-00002.safetensors";
    private const string ShardB = "model-00002-of-00002.safetensors";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safetensors_come_before_torch_files_and_whole_files_before_shards()
    {
        _folder.Write("pytorch_model.bin", File.ReadAllBytes(CheckpointFiles.At("module.pt")));
        Assert.Equal(["pytorch_model.bin"], Files());
        WriteShards();
        Assert.Equal([ShardA, ShardB], Files());
        _folder.Write("model.safetensors", Shard("c"));
        Assert.Equal(["model.safetensors"], Files());
    }

    [Fact]
    public void An_index_can_be_opened_itself()
    {
        WriteShards();
        using Checkpoint checkpoint = Checkpoint.Open(Path.Combine(_folder.Location, "model.safetensors.index.json"));
        Assert.Equal(["a", "b"], checkpoint.Tensors.Keys);
        Assert.Equal(ShardB, checkpoint.Tensors["b"].FileName);
    }

    [Fact]
    public void Links_of_the_hugging_face_cache_are_followed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege on Windows.");
        WriteShards();
        string blobs = Directory.CreateDirectory(Path.Combine(_folder.Location, "blobs")).FullName;
        foreach (string name in (string[])[ShardA, ShardB, "model.safetensors.index.json"])
        {
            File.Move(Path.Combine(_folder.Location, name), Path.Combine(blobs, "blob-" + name));
            File.CreateSymbolicLink(Path.Combine(_folder.Location, name), Path.Combine("blobs", "blob-" + name));
        }

        Assert.Equal([ShardA, ShardB], Files());
    }

    [Fact]
    public void What_is_not_there_is_named()
    {
        Assert.Contains("holds no checkpoint", Assert.Throws<FileNotFoundException>(() => Checkpoint.Open(_folder.Location)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Checkpoint.Open(Path.Combine(_folder.Location, "none.bin")));
        WriteShards();
        File.Delete(Path.Combine(_folder.Location, ShardB));
        Refused(ShardB);
    }

    [Fact]
    public void Pipes_and_devices_are_refused_instead_of_waited_for()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Device files are a Unix matter.");
        Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open("/dev/zero"));
    }

    [Theory]
    [InlineData("../x.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub/x.safetensors")]
    [InlineData("..\\\\x")]
    [InlineData("C:x")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\\u0000b")]
    public void Shards_stay_in_the_folder(string shard)
    {
        WriteIndex($$"""{"weight_map":{"a":"{{shard}}"} }""");
        Refused("not a plain file name");
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "no \"weight_map\"")]
    [InlineData("{}", "no \"weight_map\"")]
    [InlineData("""{"weight_map":[]}""", "no \"weight_map\"")]
    [InlineData("""{"weight_map":{}}""", "lists no tensors")]
    [InlineData("""{"weight_map":{"a":1}}""", "which file holds 'a'")]
    [InlineData("""{"weight_map":{"a":"x","a":"y"}}""", "not valid JSON")]
    [InlineData("""{"weight_map":{"a":"\ud800"}}""", "not valid JSON")]
    [InlineData("""{"weight_map":{"z":"model-00001-of-00002.safetensors"}}""", "tensor 'z' is in")]
    [InlineData("""{"weight_map":{"b":"model-00001-of-00002.safetensors","a":"model-00002-of-00002.safetensors"}}""", "but it is not")]
    public void A_broken_index_is_refused(string index, string problem)
    {
        WriteShards();
        WriteIndex(index);
        Refused(problem);
    }

    [Fact]
    public void Tensors_that_the_index_does_not_list_are_reported()
    {
        WriteShards();
        _folder.Write(ShardB, Shard("b", "extra"));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Location);
        Assert.Equal(["extra"], checkpoint.UnlistedTensors);
        Assert.Contains("extra", checkpoint.Tensors.Keys);
    }

    [Fact]
    public void One_tensor_in_two_shards_is_refused()
    {
        WriteShards();
        _folder.Write(ShardB, SafetensorsTests.File("""{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12));
        Refused("also in");
    }

    [Fact]
    public void One_tensor_that_two_shards_hold_alike_is_read()
    {
        WriteShards();
        _folder.Write(ShardB, Shard("b", "a"));
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Location);
        Assert.Equal(["a", "b"], checkpoint.Tensors.Keys.Order());

        // While files arrive there are headers alone, and nothing to compare.
        string told = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Location, MappedFile.Open)).Message;
        Assert.Contains("also in", told, StringComparison.Ordinal);
        Assert.Contains("'mglmm convert'", told, StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_are_checked_and_end_with_the_checkpoint()
    {
        WriteShards();
        Checkpoint checkpoint = Checkpoint.Open(_folder.Location);
        CheckpointTensor tensor = checkpoint.Tensors["a"];
        Assert.Throws<ArgumentException>(() => tensor.ReadFloats(new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadFloats(-1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadFloats(1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadFloats(long.MaxValue, new float[1]));
        tensor.ReadFloats(1, []);
        tensor.ReadFloats(new float[1]);
        checkpoint.Dispose();
        checkpoint.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tensor.ReadFloats(new float[1]));
    }

    [Fact]
    public void A_file_cut_short_under_the_reader_is_an_error_and_not_a_crash()
    {
        string header = """{"a":{"dtype":"F32","shape":[100000],"data_offsets":[0,400000]}}""";
        string path = _folder.Write("model.safetensors", SafetensorsTests.File(header, 400_000));
        using Checkpoint checkpoint = Checkpoint.Open(path);
        using (FileStream other = OpenDespiteSharing(path))
        {
            other.SetLength(1000);
        }

        Assert.Contains("shorter", Assert.Throws<IOException>(() => checkpoint.Tensors["a"].ReadFloats(new float[100000])).Message, StringComparison.Ordinal);

        // .NET locks files against other .NET writers only; another program would not ask.
        static FileStream OpenDespiteSharing(string path)
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            }
            catch (IOException)
            {
                Assert.Skip("The file is locked against this test.");
                throw;
            }
        }
    }

    [Fact]
    public void Many_threads_read_at_once()
    {
        using Checkpoint checkpoint = Checkpoint.Open(CheckpointFiles.At("views.bin"));
        Dictionary<string, float[]> expected = checkpoint.Tensors.ToDictionary(pair => pair.Key, pair => Read(pair.Value));

        Parallel.For(0, 200, _ =>
        {
            foreach ((string name, CheckpointTensor tensor) in checkpoint.Tensors)
            {
                Assert.Equal(expected[name], Read(tensor));
            }
        });

        static float[] Read(CheckpointTensor tensor)
        {
            float[] values = new float[tensor.ElementCount];
            tensor.ReadFloats(values);
            return values;
        }
    }

    [Fact]
    public void Opening_and_reading_a_part_of_a_huge_file_takes_no_memory_for_the_rest()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows would write the whole file.");

        // A sparse file: 12 GiB that take no room on the disk.
        const long Count = 3L << 30;
        byte[] header = Encoding.UTF8.GetBytes($$"""{"a":{"dtype":"F32","shape":[{{Count}}],"data_offsets":[0,{{Count * 4}}]} }""");
        string path = Path.Combine(_folder.Location, "model.safetensors");
        using (FileStream stream = File.Create(path))
        {
            stream.Write(BitConverter.GetBytes((long)header.Length));
            stream.Write(header);
            try
            {
                stream.SetLength(8 + header.Length + (Count * 4));
            }
            catch (IOException)
            {
                Assert.Skip("The file system has no sparse files.");
            }

            stream.Seek(-4, SeekOrigin.End);
            stream.Write(BitConverter.GetBytes(1.5f));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        using Checkpoint checkpoint = Checkpoint.Open(path);
        float[] last = new float[2];
        checkpoint.Tensors["a"].ReadFloats(Count - 2, last);
        Assert.Equal([0f, 1.5f], last);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static byte[] Shard(params string[] names) => SafetensorsTests.File(
        "{" + string.Join(",", names.Select((name, i) => $$"""  "{{name}}":{"dtype":"F32","shape":[1],"data_offsets":[{{i * 4}},{{(i + 1) * 4}}]}""")) + "}", names.Length * 4);

    private List<string> Files()
    {
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Location);
        return [.. checkpoint.FileNames];
    }

    private void WriteShards()
    {
        _folder.Write(ShardA, Shard("a"));
        _folder.Write(ShardB, Shard("b"));
        WriteIndex($$"""{"metadata":{"total_size":8},"weight_map":{"a":"{{ShardA}}","b":"{{ShardB}}"} }""");
    }

    private void WriteIndex(string json) => _folder.Write("model.safetensors.index.json", Encoding.UTF8.GetBytes(json));

    private void Refused(string problem) =>
        Assert.Contains(problem, Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(_folder.Location)).Message, StringComparison.Ordinal);
}
