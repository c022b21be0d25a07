namespace MGLMM.Masks.Tests;

public class FactoryTests
{
    [Fact]
    public void Every_source_of_pixels_gives_the_same_mask()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(1000, largest: 66))
        {
            Random random = new(seed);
            int width = plain.Width;
            int height = plain.Height;
            byte[] bytes = [.. plain.Pixels.Select(p => (byte)(p ? random.Next(1, 256) : 0))];

            Same.Check(plain, Mask.FromBitmap(plain.Pixels, width, height), seed);
            Same.Check(plain, Mask.FromBitmap(bytes, width, height), seed);
            Same.Check(plain, Mask.FromCounts(plain.Counts(), width, height), seed);

            MaskBuilder builder = new(width, height);
            foreach (PixelPosition p in plain.Inside())
            {
                builder.AppendColumnRun(p.X, p.Y, p.Y + 1);
            }

            Same.Check(plain, builder.ToMask(), seed);
        }
    }

    [Fact]
    public void A_mask_writes_itself_out_as_it_was_read()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(1000, largest: 66, seed: 2))
        {
            Mask mask = plain.ToMask();
            Assert.True(plain.Pixels.AsSpan().SequenceEqual(mask.ToBitmap()), $"{seed}");

            byte[] bytes = [.. Enumerable.Repeat((byte)77, plain.Pixels.Length)];
            byte inside = (byte)new Random(seed).Next(1, 256);
            mask.CopyTo(bytes, inside);
            Assert.True(plain.Pixels.Select(p => p ? inside : (byte)0).SequenceEqual(bytes), $"{seed}");
        }
    }

    [Fact]
    public void Single_pixels_area_and_box_are_those_of_the_bitmap()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(800, largest: 24, seed: 3))
        {
            Mask mask = plain.ToMask();
            Assert.Equal(plain.Area(), mask.Area);
            Assert.Equal(plain.Box(), mask.Box);
            for (int y = -1; y <= plain.Height; y++)
            {
                for (int x = -1; x <= plain.Width; x++)
                {
                    if (plain.At(x, y) != mask.Contains(x, y))
                    {
                        Assert.Fail($"{seed}: {x}, {y}");
                    }
                }
            }

            Assert.Equal(plain[0, 0], mask.Contains(0, 0));
            Assert.False(mask.Contains(plain.Width, 0));
            Assert.False(mask.Contains(0, -1));
        }
    }

    [Fact]
    public void A_rectangle_is_cut_to_the_image()
    {
        Random random = new(4);
        for (int i = 0; i < 1000; i++)
        {
            (int width, int height) = RandomMasks.Size(random, 20);
            PixelBox box = new(random.Next(-5, 25), random.Next(-5, 25), random.Next(-5, 25), random.Next(-5, 25));
            Same.Check(Plain.Make(width, height, (x, y) => Plain.IsIn(box, x, y)), Mask.FromRectangle(width, height, box), box);
        }

        Assert.Equal(Mask.Full(5, 4), Mask.FromRectangle(5, 4, new PixelBox(int.MinValue, int.MinValue, int.MaxValue, int.MaxValue)));
    }

    [Fact]
    public void Empty_and_full_are_what_they_say()
    {
        Assert.Equal([12], Mask.Empty(3, 4).Counts.ToArray());
        Assert.Equal([0, 12], Mask.Full(3, 4).Counts.ToArray());
        Assert.True(Mask.Empty(3, 4).Box.IsEmpty);
        Assert.Equal(new PixelBox(0, 0, 3, 4), Mask.Full(3, 4).Box);
    }

    [Fact]
    public void Counts_with_zero_lengths_are_made_canonical()
    {
        Assert.Equal([2, 5, 3], Mask.FromCounts([2, 3, 0, 2, 3, 0, 0, 0], 2, 5).Counts.ToArray());
        Assert.Equal([10], Mask.FromCounts([4, 0, 6], 2, 5).Counts.ToArray());
        Assert.Equal([0, 10], Mask.FromCounts([0, 4, 0, 6, 0], 2, 5).Counts.ToArray());
    }

    [Fact]
    public void Counts_that_do_not_fit_the_size_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Mask.FromCounts([], 2, 5));
        Assert.Throws<ArgumentException>(() => Mask.FromCounts([9], 2, 5));
        Assert.Throws<ArgumentException>(() => Mask.FromCounts([5, 6], 2, 5));
        Assert.Throws<ArgumentException>(() => Mask.FromCounts([5, -1, 6], 2, 5));
        Assert.Throws<ArgumentException>(() => Mask.FromCounts([int.MaxValue, int.MaxValue, 12], 2, 5));
    }

    [Theory]
    [InlineData(0, 5)]
    [InlineData(5, 0)]
    [InlineData(-1, 5)]
    [InlineData(65536, 32768)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Impossible_sizes_are_refused(int width, int height)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask.Empty(width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask.Full(width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MaskBuilder(width, height));
        Assert.Throws<ArgumentOutOfRangeException>(() => CocoRle.Decode("0", width, height));
        Assert.ThrowsAny<ArgumentException>(() => Mask.FromBitmap(new bool[25], width, height));
    }

    [Fact]
    public void The_largest_possible_mask_works()
    {
        Mask full = Mask.Full(int.MaxValue, 1);
        Assert.Equal(int.MaxValue, full.Area);
        Assert.Equal(full, full.Complement().Complement());
        Assert.Equal(int.MaxValue / 2.0, Mask.Full(1, int.MaxValue).Centroid()!.Value.Y);
        Assert.Equal(full, CocoRle.Decode(CocoRle.Encode(full), int.MaxValue, 1));
    }

    [Fact]
    public void Buffers_of_another_length_are_refused_with_both_numbers()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => Mask.FromBitmap(new bool[11], 3, 4));
        Assert.Contains("12", error.Message, StringComparison.Ordinal);
        Assert.Contains("11", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Mask.Full(3, 4).CopyTo(new bool[13]));
    }

    [Fact]
    public void Equal_pixels_are_equal_masks_and_a_size_tells_masks_apart()
    {
        Mask mask = Mask.FromRectangle(6, 4, new PixelBox(1, 1, 3, 3));
        Mask same = Mask.FromBitmap(mask.ToBitmap(), 6, 4);
        Assert.Equal(mask, same);
        Assert.Equal(mask.GetHashCode(), same.GetHashCode());
        Assert.False(mask.Equals(null));
        Assert.False(mask.Equals((object)"mask"));
        Assert.NotEqual(Mask.Empty(6, 4), Mask.Empty(4, 6));
    }

    [Fact]
    public void A_builder_takes_runs_across_columns_and_goes_on_after_a_mask()
    {
        MaskBuilder builder = new MaskBuilder(4, 3).Append(false, 2).Append(true, 5);
        Mask first = builder.ToMask();
        Assert.Equal([2, 5, 5], first.Counts.ToArray());
        Mask second = builder.Append(true, 1).AppendColumnRun(3, 1, 3).ToMask();
        Assert.Equal([2, 6, 2, 2], second.Counts.ToArray());
        Assert.Equal([2, 5, 5], first.Counts.ToArray());
        Assert.Equal(12, builder.Position);
    }

    [Fact]
    public void A_builder_refuses_what_is_out_of_order_or_out_of_the_image()
    {
        MaskBuilder builder = new(4, 3);
        builder.AppendColumnRun(1, 1, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AppendColumnRun(0, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AppendColumnRun(1, 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AppendColumnRun(4, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AppendColumnRun(2, 0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.AppendColumnRun(2, 2, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Append(true, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Append(true, -1));
        Assert.Equal([4, 1, 7], builder.ToMask().Counts.ToArray());
    }
}
