using System.Buffers.Binary;
using System.IO.Compression;

namespace MGLMM.Masks.Tests;

public class MaskPngTests
{
    [Fact]
    public void Files_by_pillow_are_read_as_pillow_was_given_them()
    {
        int files = 0;
        foreach (string[] row in Data.Rows("png-expected.tsv"))
        {
            Mask expected = Mask.FromCounts(Data.Numbers(row[3]), int.Parse(row[1]), int.Parse(row[2]));
            byte[] png = File.ReadAllBytes(Data.PathOf("png/" + row[0]));
            Assert.True(expected.Equals(MaskPng.Decode(png)), row[0]);
            using FileStream stream = File.OpenRead(Data.PathOf("png/" + row[0]));
            Assert.Equal(expected, MaskPng.Decode(stream));
            files++;
        }

        Assert.Equal(12, files);
    }

    [Fact]
    public void Every_mask_comes_back_from_its_file()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(500, largest: 66, seed: 61))
        {
            Mask mask = plain.ToMask();
            Same.Check(plain, MaskPng.Decode(MaskPng.Encode(mask)), seed);
            Same.Check(plain, MaskPng.Decode(MaskPng.Encode(mask, bitDepth: 8)), seed);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => MaskPng.Encode(Mask.Full(1, 1), 2));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(0, 16)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    public void Every_depth_and_filter_is_read(int colour, int depth)
    {
        for (int seed = 0; seed < 40; seed++)
        {
            Random random = new(seed);
            (int width, int height) = RandomMasks.Size(random, 40);
            Plain plain = RandomMasks.One(random, width, height);
            int[] samples = [.. plain.Pixels.Select(p => p ? random.Next(1, 1 << depth) : 0)];
            byte[] png = Png.Make(width, height, depth, colour, samples, y => (seed + y) % 5, dataChunk: random.Next(1, 200));
            Same.Check(plain, MaskPng.Decode(png), seed);
        }
    }

    [Theory]
    [InlineData("refused-colour.png", "colour or alpha")]
    [InlineData("refused-alpha.png", "colour or alpha")]
    public void Kinds_that_are_not_read_are_named(string file, string expected)
    {
        FormatException error = Assert.Throws<FormatException>(() => MaskPng.Decode(File.ReadAllBytes(Data.PathOf("png/" + file))));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_with_a_file_is_said()
    {
        Refused("signature", []);
        Refused("signature", "GIF89a"u8.ToArray());
        Refused("ends before its IEND", Png.Signature);
        Refused("instead of IHDR", [.. Png.Signature, .. Png.Chunk("IEND", [])]);
        Refused("two IHDR", [.. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Header(2, 2, 8, 0)]);
        Refused("instead of 13", [.. Png.Signature, .. Png.Chunk("IHDR", new byte[12])]);
        Refused("0 x 2", [.. Png.Signature, .. Png.Header(0, 2, 8, 0)]);
        Refused("3 bits", [.. Png.Signature, .. Png.Header(2, 2, 3, 0)]);
        Refused("16 bits", [.. Png.Signature, .. Png.Header(2, 2, 16, 3)]);
        Refused("interlaced", [.. Png.Signature, .. Png.Header(2, 2, 8, 0, interlace: 1)]);
        Refused("compression or filter method", [.. Png.Signature, .. Png.Header(2, 2, 8, 0, compression: 1)]);
        Refused("compression or filter method", [.. Png.Signature, .. Png.Header(2, 2, 8, 0, filter: 1)]);
        Refused("limit", [.. Png.Signature, .. Png.Header(100_000, 100_000, 8, 0)]);
        Refused("unknown chunk 'ABCD'", [.. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Chunk("ABCD", [])]);
        Refused("before its last row", [.. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Chunk("IEND", [])]);
        Refused("before its last row", File(2, 2, [0, 1, 2, 0, 1]));
        Refused("more pixel data", File(2, 2, [0, 1, 2, 0, 1, 2, 3]));
        Refused("unknown filter 5", File(2, 2, [5, 1, 2, 0, 1, 2]));
        Refused("damaged", [.. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Chunk("IDAT", [1, 2, 3, 4, 5, 6]), .. Png.Chunk("IEND", [])]);
        byte[] split = Png.Deflate([0, 1, 2, 0, 1, 2]);
        Refused("do not follow one another", [
            .. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Chunk("IDAT", split[..4]), .. Png.Chunk("tEXt", []),
            .. Png.Chunk("IDAT", split[4..]), .. Png.Chunk("IEND", [])]);
        byte[] flipped = MaskPng.Encode(Mask.Full(9, 9));
        flipped[20] ^= 1;
        Refused("checksum of the chunk 'IHDR'", flipped);
        byte[] swollen = MaskPng.Encode(Mask.Full(9, 9));
        BinaryPrimitives.WriteUInt32BigEndian(swollen.AsSpan(8), uint.MaxValue);
        Refused("longer than the rest", swollen);

        static byte[] File(int width, int height, byte[] rows) =>
            [.. Png.Signature, .. Png.Header(width, height, 8, 0), .. Png.Chunk("IDAT", Png.Deflate(rows)), .. Png.Chunk("IEND", [])];

        static void Refused(string expected, byte[] png)
        {
            FormatException error = Assert.Throws<FormatException>(() => MaskPng.Decode(png));
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
            Assert.Throws<FormatException>(() => MaskPng.Decode(new MemoryStream(png)));
        }
    }

    [Fact]
    public void The_checksum_of_the_pixels_is_compared()
    {
        byte[] data = Png.Deflate([0, 1, 2, 0, 1, 2]);
        data[^1] ^= 1;
        byte[] png = [.. Png.Signature, .. Png.Header(2, 2, 8, 0), .. Png.Chunk("IDAT", data), .. Png.Chunk("IEND", [])];
        Assert.Throws<FormatException>(() => MaskPng.Decode(png));
    }

    [Fact]
    public void Limits_are_the_callers()
    {
        byte[] png = MaskPng.Encode(Mask.Full(100, 100));
        Assert.Equal(Mask.Full(100, 100), MaskPng.Decode(png, new MaskPngLimits { MaxPixels = 10_000 }));
        Assert.Throws<FormatException>(() => MaskPng.Decode(png, new MaskPngLimits { MaxPixels = 9_999 }));
        Assert.Throws<FormatException>(() => MaskPng.Decode(png, new MaskPngLimits { MaxBytes = png.Length - 1 }));
        Assert.Throws<FormatException>(() => MaskPng.Decode(new MemoryStream(png), new MaskPngLimits { MaxBytes = png.Length - 1 }));
    }

    [Fact]
    public void A_small_file_that_claims_a_huge_size_takes_no_memory()
    {
        byte[] png = [.. Png.Signature, .. Png.Header(8000, 8000, 8, 0), .. Png.Chunk("IDAT", Png.Deflate([0])), .. Png.Chunk("IEND", [])];
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FormatException>(() => MaskPng.Decode(png));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Nothing_but_a_format_error_comes_out_of_damaged_files()
    {
        byte[][] known = [.. Directory.GetFiles(Data.PathOf("png")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];
        Random random = new(62);
        int accepted = 0;
        for (int i = 0; i < 6000; i++)
        {
            byte[] png = [.. known[random.Next(known.Length)]];
            for (int k = random.Next(1, 4); k > 0; k--)
            {
                png[random.Next(png.Length)] = (byte)random.Next(256);
            }

            if (random.Next(4) == 0)
            {
                png = png[..random.Next(png.Length)];
            }

            if (random.Next(5) > 0)
            {
                // Right checksums let the damage through to the inner layers.
                Png.Reseal(png);
            }

            try
            {
                Same.Canonical(MaskPng.Decode(png, new MaskPngLimits { MaxPixels = 1_000_000 }));
                accepted++;
            }
            catch (FormatException)
            {
                // What a caller is told to expect.
            }
        }

        Assert.True(accepted > 0);
    }
}
