namespace MGLMM.Masks.Tests;

public class MorphologyTests
{
    private static readonly double[] Radii = [0, 0.5, 0.99, 1, 1.4, 1.5, 2, Math.Sqrt(5), 2.5, 3, 4.3, 5, 7.1, 13, 100];

    [Fact]
    public void Growing_reaches_all_pixels_within_the_radius()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(800, largest: 20, seed: 21))
        {
            double radius = Radii[seed % Radii.Length];
            radius = radius > 50 && plain.Pixels.Length > 150 ? 3 : radius;
            Same.Check(plain.Grow(radius), plain.ToMask().Grow(radius), (seed, radius));
        }
    }

    [Fact]
    public void Shrinking_keeps_pixels_with_no_outside_pixel_of_the_image_within_the_radius()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(800, largest: 20, seed: 22))
        {
            double radius = Radii[seed % Radii.Length];
            radius = radius > 50 && plain.Pixels.Length > 150 ? 3 : radius;
            Same.Check(plain.Shrink(radius), plain.ToMask().Shrink(radius), (seed, radius));
        }
    }

    [Fact]
    public void The_laws_of_growing_and_shrinking_hold()
    {
        foreach ((int seed, Plain a, Plain b) in RandomMasks.Pairs(400, largest: 36, seed: 23))
        {
            Mask p = a.ToMask();
            Mask q = b.ToMask();
            double radius = Radii[seed % Radii.Length];
            Assert.True(p.Grow(radius).Contains(p));
            Assert.True(p.Contains(p.Shrink(radius)));
            Assert.Equal(p.Union(q).Grow(radius), p.Grow(radius).Union(q.Grow(radius)));
            Assert.Equal(p.Intersect(q).Shrink(radius), p.Shrink(radius).Intersect(q.Shrink(radius)));
            Assert.Equal(p.Shrink(radius), p.Complement().Grow(radius).Complement());

            // Closing only adds, opening only takes away.
            Assert.True(p.Grow(radius).Shrink(radius).Contains(p));
            Assert.True(p.Contains(p.Shrink(radius).Grow(radius)));
        }
    }

    [Fact]
    public void The_edge_of_the_image_does_not_eat_into_a_region()
    {
        Mask half = Mask.FromRectangle(10, 10, new PixelBox(0, 0, 5, 10));
        Assert.Equal(Mask.FromRectangle(10, 10, new PixelBox(0, 0, 3, 10)), half.Shrink(2));
        Assert.Equal(Mask.Full(10, 10), Mask.Full(10, 10).Shrink(100));
    }

    [Fact]
    public void Huge_radii_fill_or_empty_the_image()
    {
        Mask dot = Mask.FromRectangle(30, 20, new PixelBox(3, 4, 4, 5));
        Assert.Equal(Mask.Full(30, 20), dot.Grow(1e300));
        Assert.Equal(Mask.Empty(30, 20), dot.Shrink(1e300));
        Assert.Equal(Mask.Empty(30, 20), Mask.Empty(30, 20).Grow(5));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_radius_is_a_finite_number_not_negative(double radius)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask.Full(2, 2).Grow(radius));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask.Full(2, 2).Shrink(radius));
    }
}
