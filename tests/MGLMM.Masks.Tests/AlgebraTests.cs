namespace MGLMM.Masks.Tests;

public class AlgebraTests
{
    [Fact]
    public void Set_operations_are_those_of_the_bitmaps()
    {
        foreach ((int seed, Plain a, Plain b) in RandomMasks.Pairs(2000, largest: 34))
        {
            Mask first = a.ToMask();
            Mask second = b.ToMask();
            Same.Check(a.Map((x, y) => a[x, y] || b[x, y]), first.Union(second), seed);
            Same.Check(a.Map((x, y) => a[x, y] && b[x, y]), first.Intersect(second), seed);
            Same.Check(a.Map((x, y) => a[x, y] && !b[x, y]), first.Subtract(second), seed);
            Same.Check(a.Map((x, y) => !a[x, y]), first.Complement(), seed);
        }
    }

    [Fact]
    public void Measures_are_those_of_the_bitmaps()
    {
        foreach ((int seed, Plain a, Plain b) in RandomMasks.Pairs(2000, largest: 34, seed: 2))
        {
            Mask first = a.ToMask();
            Mask second = b.ToMask();
            long shared = a.Map((x, y) => a[x, y] && b[x, y]).Area();
            long either = a.Map((x, y) => a[x, y] || b[x, y]).Area();
            Assert.True(shared == first.IntersectionArea(second), $"{seed}");
            Assert.Equal(either == 0 ? 1 : (double)shared / either, first.IntersectionOverUnion(second));
            Assert.Equal(a.Area() == 0 ? 1 : (double)shared / a.Area(), first.ContainmentIn(second));
            Assert.Equal(shared == b.Area(), first.Contains(second));
        }
    }

    [Fact]
    public void The_laws_of_sets_hold()
    {
        foreach ((_, Plain a, Plain b) in RandomMasks.Pairs(1000, largest: 40, seed: 3))
        {
            Mask p = a.ToMask();
            Mask q = b.ToMask();
            Mask r = RandomMasks.One(new Random(a.Width), a.Width, a.Height).ToMask();
            Mask none = Mask.Empty(a.Width, a.Height);
            Mask all = Mask.Full(a.Width, a.Height);

            Assert.Equal(p.Union(q), q.Union(p));
            Assert.Equal(p.Intersect(q), q.Intersect(p));
            Assert.Equal(p.Union(q).Union(r), p.Union(q.Union(r)));
            Assert.Equal(p.Intersect(q.Union(r)), p.Intersect(q).Union(p.Intersect(r)));
            Assert.Equal(p.Union(q.Intersect(r)), p.Union(q).Intersect(p.Union(r)));
            Assert.Equal(p.Union(q).Complement(), p.Complement().Intersect(q.Complement()));
            Assert.Equal(p, p.Complement().Complement());
            Assert.Equal(p, p.Union(p.Intersect(q)));
            Assert.Equal(none, p.Subtract(p));
            Assert.Equal(all, p.Union(p.Complement()));
            Assert.Equal(p.Area + q.Area, p.Union(q).Area + p.IntersectionArea(q));
            Assert.True(p.Union(q).Contains(p));
            Assert.True(p.Contains(none));
        }
    }

    [Fact]
    public void The_union_of_many_is_their_union_one_by_one()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            Random random = new(seed);
            (int width, int height) = RandomMasks.Size(random, 30);
            Mask[] masks = [.. Enumerable.Range(0, random.Next(1, 18)).Select(_ => RandomMasks.One(random, width, height).ToMask())];
            Mask expected = masks.Aggregate((a, b) => a.Union(b));
            Assert.Equal(expected, Mask.Union(masks));
        }

        Assert.Throws<ArgumentException>(() => Mask.Union([]));
    }

    [Fact]
    public void Two_empty_masks_agree_and_empty_lies_in_everything()
    {
        Mask none = Mask.Empty(4, 4);
        Mask some = Mask.FromRectangle(4, 4, new PixelBox(0, 0, 2, 2));
        Assert.Equal(1, none.IntersectionOverUnion(none));
        Assert.Equal(0, none.IntersectionOverUnion(some));
        Assert.Equal(1, none.ContainmentIn(some));
        Assert.Equal(0, some.ContainmentIn(none));
    }

    [Fact]
    public void Masks_of_different_sizes_are_refused_with_both_sizes()
    {
        Mask a = Mask.Full(3, 4);
        Mask b = Mask.Full(4, 3);
        Action[] operations =
        [
            () => a.Union(b), () => a.Intersect(b), () => a.Subtract(b),
            () => a.IntersectionArea(b), () => a.IntersectionOverUnion(b), () => a.ContainmentIn(b), () => a.Contains(b),
            () => a.GapTo(b), () => Mask.Union([a, b]),
        ];
        foreach (Action operation in operations)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(operation);
            Assert.Contains("3 x 4", error.Message, StringComparison.Ordinal);
            Assert.Contains("4 x 3", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Large_sparse_masks_combine_without_being_decoded()
    {
        // A bitmap of this size would take two billion bytes.
        const int Side = 46_000;
        Mask a = Mask.FromRectangle(Side, Side, new PixelBox(100, 100, 200, 45_000));
        Mask b = Mask.FromRectangle(Side, Side, new PixelBox(150, 40_000, 45_000, 40_010));
        Assert.Equal(50 * 10, a.IntersectionArea(b));
        Assert.Equal(a.Area + b.Area - 500, a.Union(b).Area);
        Assert.Equal(((long)Side * Side) - a.Area, a.Complement().Area);
        Assert.Equal(a, CocoRle.Decode(CocoRle.Encode(a), Side, Side));
    }
}
