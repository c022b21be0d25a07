namespace MGLMM.Masks.Tests;

public class GeometryTests
{
    [Fact]
    public void The_centroid_is_the_mean_of_the_pixel_centres()
    {
        foreach ((_, Plain plain) in RandomMasks.Many(1500, seed: 11))
        {
            MaskPoint? actual = plain.ToMask().Centroid();
            if (plain.Area() == 0)
            {
                Assert.Null(actual);
                continue;
            }

            Assert.Equal(plain.Inside().Average(p => p.X + 0.5), actual!.Value.X, 9);
            Assert.Equal(plain.Inside().Average(p => p.Y + 0.5), actual.Value.Y, 9);
        }
    }

    [Fact]
    public void A_crop_holds_the_pixels_of_its_rectangle()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(2000, largest: 40, seed: 12))
        {
            Random random = new(seed);
            int left = random.Next(plain.Width);
            int top = random.Next(plain.Height);
            PixelBox box = new(left, top, random.Next(left, plain.Width) + 1, random.Next(top, plain.Height) + 1);
            Mask crop = plain.ToMask().Crop(box);
            Same.Check(Plain.Make(box.Width, box.Height, (x, y) => plain[x + left, y + top]), crop, seed);

            // And back where it came from.
            Same.Check(
                plain.Map((x, y) => Plain.IsIn(box, x, y) && plain[x, y]), crop.Place(left, top, plain.Width, plain.Height), seed);
        }
    }

    [Fact]
    public void A_crop_must_lie_within_the_image()
    {
        Mask mask = Mask.Full(5, 4);
        Assert.Equal(mask, mask.Crop(new PixelBox(0, 0, 5, 4)));
        Assert.Throws<ArgumentException>(() => mask.Crop(default));
        Assert.Throws<ArgumentException>(() => mask.Crop(new PixelBox(3, 3, 3, 4)));
        Assert.Throws<ArgumentException>(() => mask.Crop(new PixelBox(-1, 0, 3, 4)));
        Assert.Throws<ArgumentException>(() => mask.Crop(new PixelBox(0, 0, 5, 5)));
    }

    [Fact]
    public void A_placed_mask_is_moved_and_cut_to_the_canvas()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(2000, seed: 13))
        {
            Random random = new(seed);
            (int width, int height) = RandomMasks.Size(random, 40);
            int left = random.Next(-30, 45);
            int top = random.Next(-30, 45);
            Same.Check(
                Plain.Make(width, height, (x, y) => plain.At(x - left, y - top)), plain.ToMask().Place(left, top, width, height), seed);
        }

        Assert.True(Mask.Full(3, 3).Place(int.MaxValue, int.MinValue, 4, 4).IsEmpty);
    }

    [Fact]
    public void The_gap_is_that_of_the_nearest_pixels()
    {
        foreach ((int seed, Plain a, Plain b) in RandomMasks.Pairs(3000, largest: 14, seed: 15))
        {
            // Thinned and moved apart, or nearly all pairs would touch.
            Random random = new(seed);
            int split = random.Next(a.Width + 1);
            double density = Math.Pow(random.NextDouble(), 3);
            Plain left = a.Map((x, y) => x < split && a[x, y] && random.NextDouble() < density);
            Plain right = b.Map((x, y) => (x >= split || seed % 3 == 0) && b[x, y] && random.NextDouble() < density);
            double? gap = left.ToMask().GapTo(right.ToMask());
            Assert.Equal(left.GapTo(right), gap);
            Assert.Equal(gap, right.ToMask().GapTo(left.ToMask()));
        }
    }

    [Fact]
    public void Touching_is_no_gap_and_one_pixel_between_is_a_gap_of_one()
    {
        static Mask At(int x, int y) => Mask.FromRectangle(9, 9, new PixelBox(x, y, x + 2, y + 2));
        Assert.Equal(0, At(0, 0).GapTo(At(1, 1)));
        Assert.Equal(0, At(0, 0).GapTo(At(2, 0)));
        Assert.Equal(0, At(0, 0).GapTo(At(2, 2)));
        Assert.Equal(1, At(0, 0).GapTo(At(3, 1)));
        Assert.Equal(5, At(0, 0).GapTo(At(5, 6)));
        Assert.Null(At(0, 0).GapTo(Mask.Empty(9, 9)));
    }

    [Fact]
    public void The_point_inside_is_the_deepest_pixel()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(600, largest: 14, seed: 16))
        {
            CheckPointInside(plain, seed);
        }

        foreach ((int seed, Plain plain) in RandomMasks.Many(12, largest: 40, seed: 17))
        {
            CheckPointInside(plain, seed);
        }
    }

    [Fact]
    public void The_point_inside_a_ring_is_on_the_ring_and_that_of_a_rectangle_in_its_middle()
    {
        Mask ring = Mask.FromRectangle(100, 100, new PixelBox(10, 10, 90, 90)).Subtract(
            Mask.FromRectangle(100, 100, new PixelBox(20, 20, 80, 80)));
        PixelPosition point = ring.PointInside()!.Value;
        Assert.True(ring.Contains(point.X, point.Y));
        Assert.Equal(new PixelPosition(50, 20), Mask.FromRectangle(200, 200, new PixelBox(0, 10, 101, 31)).PointInside());
    }

    private static void CheckPointInside(Plain plain, int seed)
    {
        Mask mask = plain.ToMask();
        PixelPosition? actual = mask.PointInside();
        if (mask.IsEmpty)
        {
            Assert.Null(actual);
            return;
        }

        MaskPoint middle = mask.Centroid()!.Value;
        PixelPosition expected = plain.Inside()
            .OrderByDescending(p => plain.Depth(p.X, p.Y))
            .ThenBy(p => ((p.X + 0.5 - middle.X) * (p.X + 0.5 - middle.X)) + ((p.Y + 0.5 - middle.Y) * (p.Y + 0.5 - middle.Y)))
            .ThenBy(p => p.Y).ThenBy(p => p.X).First();
        Assert.True(expected == actual, $"{seed}: expected {expected}, got {actual}");
    }
}
