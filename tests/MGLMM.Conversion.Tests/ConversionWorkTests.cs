using System.Security.Cryptography;
using MGLMM.Conversion.Checkpoints;
using MGLMM.Conversion.Onnx;
using MGLMM.Conversion.Tests.Checkpoints;

namespace MGLMM.Conversion.Tests;

/// <summary>What a conversion says of its own work: the room it needs, how far it is, and that many cores write what one would.</summary>
public sealed class ConversionWorkTests(OracleFixture oracle) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Output => Path.Combine(_folder.Location, "bundle");

    [Theory]
    [InlineData("fp32", "cpu")]
    [InlineData("fp32", "cuda")]
    [InlineData("fp16", "cpu")]
    [InlineData("int8", "cpu")]
    [InlineData("int4", "cpu")]
    [InlineData("fp16", "cuda")]
    [InlineData("int4", "cuda")]
    public void The_room_that_is_asked_for_is_what_the_bundle_takes(string precision, string accelerator)
    {
        const long Slack = 2 << 20;
        ConversionReport report = oracle.Convert(Output, precision, accelerator);
        ConversionOptions options = Options(precision, accelerator);
        using CheckpointSource source = CheckpointSource.Open(options);
        Assert.InRange(BundleSize.Estimate(options, source), report.Bytes, (long)(report.Bytes * 1.05) + Slack);

        // Weights alone, without what stands for all that no shape tells.
        long stored = new DirectoryInfo(Output).EnumerateFiles().Where(file => file.Extension is ".data" or ".bin").Sum(file => file.Length);
        Assert.InRange(BundleSize.OfWeights(options, source), 0.9 * stored, 1.02 * stored);
    }

    [Fact]
    public void Larger_blocks_take_less_room()
    {
        using CheckpointSource source = CheckpointSource.Open(Options("int4", "cpu"));
        long[] sizes = [.. ((int[])[32, 64]).Select(block => BundleSize.OfWeights(Options("int4", "cpu", block), source))];

        // Every row of this checkpoint's projections is cut into half as many scales.
        Assert.True(sizes[1] < sizes[0], $"{sizes[0]}, then {sizes[1]}");
    }

    [Fact]
    public void Too_little_room_is_told_of_with_both_figures()
    {
        BundleSize.RequireRoom("/here", 6_500_000_000, 6_500_000_000);
        ConversionException refusal = Assert.Throws<ConversionException>(() => BundleSize.RequireRoom("/here", 6_500_000_000, 3_200_000_000));
        foreach (string words in (string[])["6.5 GB", "3.2 GB", "3.3 GB", "/here", "--output"])
        {
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }

        BundleSize.RequireRoom(Path.Combine(_folder.Location, "not", "there", "yet"), 1);
        Assert.Throws<ConversionException>(() => BundleSize.RequireRoom(Path.Combine(_folder.Location, "not", "there", "yet"), long.MaxValue));
    }

    [Fact]
    public void Progress_grows_to_exactly_the_whole()
    {
        List<ConversionProgress> told = [];
        CheckpointConverter.Convert(Options("int4", "cpu"), new Teller(told));
        Assert.Equal(told.Select(value => value.Elements).Order(), told.Select(value => value.Elements));
        Assert.Equal(told[^1].TotalElements, told[^1].Elements);
        Assert.Single(told.Select(value => value.TotalElements).Distinct());
        Assert.Equal(["global encoder", "decoder", "grounding encoder", "mask decoder", "token embeddings", "hashes"], told.Select(value => value.Stage).Distinct());
    }

    [Fact]
    public void A_file_of_weights_is_written_in_order_and_hashed_along()
    {
        Random random = new(3);
        string path = Path.Combine(_folder.Location, "weights.data");
        List<(long Offset, byte[] Bytes)> parts = [];
        string? hash;
        using (ExternalDataFile file = new(path, CancellationToken.None))
        {
            foreach (int size in (int[])[0, 1, 63, 64, 70_000, 5_000_001, 3, 1 << 20, (1 << 20) - 1])
            {
                byte[] bytes = new byte[size];
                random.NextBytes(bytes);
                parts.Add((file.Append<byte>(TensorProto.Types.DataType.Uint8, bytes), bytes));
            }

            hash = file.Complete();
        }

        byte[] written = File.ReadAllBytes(path);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(written)), hash);
        Assert.All(parts, part => Assert.True(part.Bytes.AsSpan().SequenceEqual(written.AsSpan((int)part.Offset, part.Bytes.Length))));
        Assert.All(parts, part => Assert.Equal(0, part.Offset % (part.Bytes.Length >= 65536 ? 4096 : 64)));
    }

    [Fact]
    public void A_disk_that_fills_up_stops_whoever_writes()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "A file that is always full is a Linux matter.");
        string path = Path.Combine(_folder.Location, "weights.data");
        using ExternalDataFile file = new(path, CancellationToken.None, File.Open("/dev/full", FileMode.Open, FileAccess.Write));
        byte[] block = new byte[4 << 20];
        Assert.Throws<IOException>(() =>
        {
            for (int count = 0; count < 100; count++)
            {
                file.Write<byte>(block);
            }
        });
    }

    [Fact]
    public void The_first_failure_of_many_is_thrown_as_it_was()
    {
        Assert.Throws<ConversionException>(() => ParallelBands.For(64, _ => throw new ConversionException("one")));
        Assert.Throws<OperationCanceledException>(() => ParallelBands.For(64, _ => throw new OperationCanceledException()));
        int[] seen = new int[1000];
        ParallelBands.For(seen.Length, index => seen[index]++);
        Assert.All(seen, count => Assert.Equal(1, count));
    }

    public void Dispose() => _folder.Dispose();

    private ConversionOptions Options(string precision, string accelerator, int blockSize = ConversionOptions.StandardBlockSize) => new()
    {
        Checkpoint = oracle.Checkpoint,
        VisionTower = oracle.VisionTower,
        Output = Output,
        Precision = precision,
        Accelerator = accelerator,
        BlockSize = blockSize,
    };

    private sealed class Teller(List<ConversionProgress> told) : IProgress<ConversionProgress>
    {
        public void Report(ConversionProgress value) => told.Add(value);
    }
}
