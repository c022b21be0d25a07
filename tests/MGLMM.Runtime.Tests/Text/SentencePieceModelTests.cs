using System.Globalization;
using MGLMM.Runtime.Text;
using Xunit;

namespace MGLMM.Runtime.Tests.Text;

public sealed class SentencePieceModelTests
{
    [Fact]
    public void Says_what_it_refuses()
    {
        Refuses("it is empty", []);
        Refuses("has no pieces", [0x12, 0x02, 0x18, 0x02]);
        Refuses("ends too early", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]);
        Refuses("ends too early", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]);
        Refuses("a number is too long", [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        Refuses("wire type 3", [0x0B]);
        Refuses("wrong wire type", [0x08, 0x01]);
        Refuses("not valid UTF-8", [0x0A, 0x03, 0x0A, 0x01, 0xC0]);
        Refuses("empty or longer", [0x0A, 0x00]);
        Refuses("is not a number", [0x0A, 0x08, 0x0A, 0x01, (byte)'a', 0x15, 0x00, 0x00, 0xC0, 0x7F]);
        Refuses("unused", [0x0A, 0x05, 0x0A, 0x01, (byte)'a', 0x18, 0x05]);
        Refuses("unknown type", [0x0A, 0x05, 0x0A, 0x01, (byte)'a', 0x18, 0x07]);
    }

    [Theory]
    [InlineData("is not a BPE model", new byte[] { 0x12, 0x02, 0x18, 0x01 })]
    [InlineData("has no byte fallback", new byte[] { 0x12, 0x03, 0x98, 0x02, 0x00 })]
    [InlineData("rewrites the text", new byte[] { 0x1A, 0x03, 0x12, 0x01, 0x00 })]
    [InlineData("adds no dummy prefix", new byte[] { 0x1A, 0x02, 0x18, 0x00 })]
    [InlineData("removes extra whitespace", new byte[] { 0x1A, 0x02, 0x20, 0x01 })]
    [InlineData("does not escape whitespace", new byte[] { 0x1A, 0x02, 0x28, 0x00 })]
    [InlineData("treats whitespace as a suffix", new byte[] { 0x12, 0x03, 0xC0, 0x01, 0x01 })]
    [InlineData("rewrites the text", new byte[] { 0x2A, 0x03, 0x12, 0x01, 0x00 })]
    [InlineData("appears twice", new byte[] { 0x0A, 0x03, 0x0A, 0x01, (byte)'a' })]
    [InlineData("more than one unknown", new byte[] { 0x0A, 0x05, 0x0A, 0x01, 0x7F, 0x18, 0x02 })]
    [InlineData("the form <0x00>", new byte[] { 0x0A, 0x05, 0x0A, 0x01, 0x7F, 0x18, 0x06 })]
    public void Refuses_other_settings_than_LLaMAs(string message, byte[] appended)
    {
        // Protobuf merges repeated messages, so an appended field overrides the file's.
        Refuses(message, [.. File.ReadAllBytes(TextData.OracleModel), .. appended]);
    }

    [Fact]
    public void Refuses_files_beyond_the_limit_without_reading_them_whole()
    {
        using EndlessStream endless = new();
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => SentencePieceModel.Load(endless));
        Assert.Contains("larger than 64 MiB", refused.Message, StringComparison.Ordinal);
        Assert.InRange(endless.BytesRead, 0, SentencePieceModel.MaximumFileLength + (1 << 20));
    }

    /// <summary>MGLMM_FUZZ_COUNT sets the number of mutations.</summary>
    [Fact]
    public void Survives_damaged_files()
    {
        int count = int.Parse(Environment.GetEnvironmentVariable("MGLMM_FUZZ_COUNT") ?? "400", CultureInfo.InvariantCulture);
        byte[] original = File.ReadAllBytes(TextData.OracleModel);
        int refused = 0;
        for (int seed = 0; seed < count; seed++)
        {
            byte[] damaged = Damage(original, new Random(seed));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                GroundingTokenizer tokenizer = GroundingTokenizer.Load(new MemoryStream(damaged), TextData.Tokens(600));
                int[] ids = tokenizer.EncodePrompt("The <im_start><image><im_end> red barn \U0001F600 <p>[SEG]</s>   \0");
                _ = tokenizer.Decode(ids);
            }
            catch (InvalidDataException problem)
            {
                Assert.False(string.IsNullOrWhiteSpace(problem.Message));
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        }

        Assert.InRange(refused, count / 4, count);
    }

    private static byte[] Damage(byte[] original, Random random)
    {
        List<byte> bytes = new(original);
        for (int i = random.Next(1, 6); i > 0 && bytes.Count > 0; i--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 200), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes[at] = 0xFF;
                    break;
                case 3:
                    bytes.RemoveRange(at, length);
                    break;
                case 4:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 5 when random.Next(4) == 0:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }

    private static void Refuses(string message, byte[] file)
    {
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => SentencePieceModel.Load(new MemoryStream(file)));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }
}
