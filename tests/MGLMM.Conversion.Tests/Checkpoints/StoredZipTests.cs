using System.Text;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Checkpoints.Folders;
using Xunit;

namespace MGLMM.Conversion.Tests.Checkpoints;

/// <summary>The archive around the pickle: what PyTorch writes is read, every other use of the zip format is refused.</summary>
public sealed class StoredZipTests
{
    private static readonly byte[] Pickle = PickleBuilder.OneTensor("FloatStorage", "0", 2, 0, [2], [1]);
    private static readonly byte[] Storage = [0, 0, 128, 63, 0, 0, 0, 64];

    [Fact]
    public void Plain_streamed_and_zip64_archives_are_read()
    {
        foreach (StoredZipBuilder builder in (StoredZipBuilder[])[new(), new() { Flags = 8 }, new() { Zip64 = true }, new() { Zip64 = true, Flags = 8 }, new() { Flags = 0x800 }])
        {
            Assert.Equal([1f, 2f], Read(builder.AddTorch(Pickle, ("0", Storage)).Add("m/byteorder", "little"u8.ToArray()).Add("m/empty/", []).Build()));
        }
    }

    [Fact]
    public void Entries_must_be_stored_plain_and_agree_with_themselves()
    {
        Refused(new StoredZipBuilder { Method = 8 }, "compressed");
        Refused(new StoredZipBuilder { Flags = 1 }, "encrypted");
        Refused(new StoredZipBuilder { Flags = 64 }, "encrypted");
        Refused(new StoredZipBuilder { Flags = 32 }, "compressed");
        Refused(new StoredZipBuilder { StoredSizeError = 1 }, "is stored in");
        Refused(new StoredZipBuilder { StoredSizeError = -1, Zip64 = true }, "is stored in");
        Refused(new StoredZipBuilder { LocalSizeError = 4 }, "another size");
        Refused(new StoredZipBuilder { OffsetError = 1 }, "is not where");
        Refused(new StoredZipBuilder { OffsetError = 1 << 20 }, "outside the file");
        Refused(new StoredZipBuilder { OffsetError = -5, Zip64 = true }, "is not where");
    }

    [Theory]
    [InlineData("other/file", "outside the archive's own folder")]
    [InlineData("file", "outside the archive's own folder")]
    [InlineData("../m/data/1", "leads out of the archive")]
    [InlineData("m/../../x", "leads out of the archive")]
    [InlineData("/m/x", "leads out of the archive")]
    [InlineData("m\\x", "leads out of the archive")]
    [InlineData("n/data.pkl", "two data.pkl")]
    [InlineData("m/data/0", "twice")]
    [InlineData("m/folder/", "folder entry")]
    [InlineData("m/constants.pkl", "TorchScript")]
    public void Entries_that_torch_never_writes_are_refused(string name, string problem) =>
        Refused(new StoredZipBuilder().AddTorch(Pickle, ("0", Storage)).Add(name, [1]).Build(), problem);

    [Fact]
    public void A_big_endian_archive_is_refused()
    {
        Refused(new StoredZipBuilder().AddTorch(Pickle, ("0", Storage)).Add("m/byteorder", "big"u8.ToArray()).Build(), "byte order is 'big'");
        Refused(new StoredZipBuilder().AddTorch(Pickle, ("0", Storage)).Add("m/byteorder", "little endian, said at length"u8.ToArray()).Build(), "byte order");
    }

    [Fact]
    public void A_missing_storage_or_pickle_is_named()
    {
        Refused(StoredZipBuilder.Torch(Pickle), "'0' is not in the archive");
        Refused(new StoredZipBuilder().Add("m/data/0", Storage).Build(), "without a data.pkl");
        Refused(new StoredZipBuilder().Build(), "without a data.pkl");
    }

    [Fact]
    public void Entries_that_share_bytes_are_refused()
    {
        // Both directory entries name the same header; its name fits both.
        byte[] twice = new StoredZipBuilder().AddTorch(Pickle, ("0", Storage)).Add("m/data/1", Storage).Build();
        byte[] wanted = Encoding.ASCII.GetBytes("m/data/0");
        int header = twice.AsSpan().IndexOf(wanted) - 30;
        int second = twice.AsSpan().LastIndexOf("m/data/1"u8) - 46;
        BitConverter.TryWriteBytes(twice.AsSpan(second + 42), header);
        Refused(twice, "is not where");

        // A first entry so long that it swallows the second.
        byte[] swallowing = new StoredZipBuilder { Flags = 8 }.AddTorch(Pickle, ("0", Storage)).Build();
        int first = swallowing.AsSpan().LastIndexOf("m/data.pkl"u8) - 46;
        BitConverter.TryWriteBytes(swallowing.AsSpan(first + 20), Pickle.Length + 20);
        BitConverter.TryWriteBytes(swallowing.AsSpan(first + 24), Pickle.Length + 20);
        Refused(swallowing, "overlap");
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = new StoredZipBuilder { Zip64 = true }.AddTorch(Pickle, ("0", Storage)).Build();
        using TemporaryFolder folder = new();
        for (int length = 0; length < whole.Length; length++)
        {
            string path = folder.Write("x.bin", whole[..length]);
            Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(path));
        }
    }

    private static float[] Read(byte[] archive)
    {
        using TemporaryFolder folder = new();
        using Checkpoint checkpoint = Checkpoint.Open(folder.Write("x.bin", archive));
        float[] values = new float[2];
        checkpoint.Tensors["w"].ReadFloats(values);
        return values;
    }

    private static void Refused(StoredZipBuilder builder, string problem) => Refused(builder.AddTorch(Pickle, ("0", Storage)).Build(), problem);

    private static void Refused(byte[] archive, string problem)
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("x.bin", archive);
        CheckpointFormatException refusal = Assert.Throws<CheckpointFormatException>(() => Checkpoint.Open(path));
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }
}
