namespace MGLMM.Masks.Tests;

public class CocoRleTests
{
    [Fact]
    public void Strings_areas_and_boxes_are_those_of_the_coco_api()
    {
        int rows = 0;
        foreach (string[] row in Data.Rows("coco-strings.tsv"))
        {
            int width = int.Parse(row[1]);
            int height = int.Parse(row[2]);
            int[] counts = Data.Numbers(row[5]);
            Mask mask = Mask.FromCounts(counts, width, height);
            Assert.Equal(counts, mask.Counts.ToArray());
            Assert.Equal(row[6], CocoRle.Encode(mask));
            Assert.Equal(mask, CocoRle.Decode(row[6], width, height));
            Assert.Equal(mask, CocoRle.DecodeUncompressed(counts, width, height));
            Assert.Equal(long.Parse(row[3]), mask.Area);
            Assert.Equal(row[4], $"{mask.Box.Left} {mask.Box.Top} {mask.Box.Width} {mask.Box.Height}");
            Assert.Equal(mask, Mask.FromBitmap(mask.ToBitmap(), width, height));
            rows++;
        }

        Assert.Equal(200, rows);
    }

    [Fact]
    public void Unions_and_intersections_are_those_of_the_coco_api()
    {
        int rows = 0;
        foreach (string[] row in Data.Rows("coco-pairs.tsv"))
        {
            int width = int.Parse(row[1]);
            int height = int.Parse(row[2]);
            Mask first = CocoRle.Decode(row[3], width, height);
            Mask second = CocoRle.Decode(row[4], width, height);
            Assert.Equal(row[5], CocoRle.Encode(first.Union(second)));
            Assert.Equal(row[6], CocoRle.Encode(first.Intersect(second)));
            Assert.Equal(long.Parse(row[7]), Mask.Union([first, second]).Area);
            Assert.Equal(long.Parse(row[8]), first.IntersectionArea(second));
            rows++;
        }

        Assert.Equal(60, rows);
    }

    [Fact]
    public void Every_mask_comes_back_from_its_string()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(1500, largest: 60, seed: 51))
        {
            Same.Check(plain, CocoRle.Decode(CocoRle.Encode(plain.ToMask()), plain.Width, plain.Height), seed);
        }
    }

    [Fact]
    public void Zero_length_runs_of_other_writers_are_taken_out()
    {
        // 2 3 0 2 3 0 0: from the fourth on, differences to the number two before.
        Assert.Equal([2, 5, 3], CocoRle.Decode("230O3NM", 2, 5).Counts.ToArray());
        Assert.Equal([2, 5, 3], CocoRle.DecodeUncompressed([2, 3, 0, 2, 3, 0, 0], 2, 5).Counts.ToArray());
    }

    [Theory]
    [InlineData("", "sum to 0")]
    [InlineData("9", "sum to 9")]
    [InlineData(":0", "sum to 10 pixels instead of 20")]
    [InlineData("/", "character 0 has the code 47")]
    [InlineData("5p", "character 1 has the code 112")]
    [InlineData("5\u00e9", "code 233")]
    [InlineData("5\u0130", "code 304")]
    [InlineData("5 ", "code 32")]
    [InlineData("5P", "ends within the number that starts at character 1")]
    [InlineData("PPPPPPPPPPPPPPPP0", "too long")]
    [InlineData("oooooooooo", "too long")]
    [InlineData("O", "run 0 has the negative length -1")]
    [InlineData("130I", "run 3 has the negative length")]
    [InlineData("5:e0", "more than 20 pixels at run 2")]
    [InlineData("ooooooO", "negative")]
    public void Damaged_strings_are_refused_with_what_is_wrong(string counts, string expected)
    {
        FormatException error = Assert.Throws<FormatException>(() => CocoRle.Decode(counts, 4, 5));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_counts_are_refused()
    {
        Assert.Throws<FormatException>(() => CocoRle.DecodeUncompressed([5, -1, 16], 4, 5));
        Assert.Throws<FormatException>(() => CocoRle.DecodeUncompressed([5, 16], 4, 5));
        Assert.Throws<FormatException>(() => CocoRle.DecodeUncompressed([5], 4, 5));
        Assert.Throws<FormatException>(() => CocoRle.DecodeUncompressed([int.MaxValue, int.MaxValue, 22], 4, 5));
    }

    [Fact]
    public void Endless_zero_runs_are_refused()
    {
        FormatException error = Assert.Throws<FormatException>(() => CocoRle.Decode(new string('0', 10_000_000), 4, 5));
        Assert.Contains("more than 42 runs", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_short_string_that_claims_a_huge_size_takes_no_memory()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<FormatException>(() => CocoRle.Decode("000", 46_000, 46_000));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1_000_000);
    }

    [Fact]
    public void Nothing_but_a_format_error_comes_out_of_random_strings()
    {
        Random random = new(52);
        string[] known = [.. Data.Rows("coco-strings.tsv").Select(r => r[6]).Where(s => s.Length < 400)];
        int accepted = 0;
        for (int i = 0; i < 40_000; i++)
        {
            char[] text;
            if (random.Next(2) == 0)
            {
                text = new char[random.Next(40)];
                int end = random.Next(3) == 0 ? 65536 : 114;
                for (int k = 0; k < text.Length; k++)
                {
                    text[k] = (char)random.Next(end == 114 ? 46 : 0, end);
                }
            }
            else
            {
                text = known[random.Next(known.Length)].ToCharArray();
                text[random.Next(text.Length)] = (char)random.Next(46, 114);
            }

            try
            {
                Mask mask = CocoRle.Decode(new string(text), random.Next(1, 60), random.Next(1, 60));
                Same.Canonical(mask);
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
