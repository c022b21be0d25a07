namespace MGLMM.Masks.Tests;

public class PolygonTests
{
    [Fact]
    public void Exact_outlines_rasterise_to_the_same_mask()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(2000, largest: 40, seed: 41))
        {
            Mask mask = plain.ToMask();
            IReadOnlyList<MaskPolygon> polygons = mask.ToPolygons();
            Same.Check(plain, Mask.FromPolygons(polygons, plain.Width, plain.Height), seed);
        }
    }

    [Fact]
    public void Each_piece_has_its_own_polygon_with_its_own_holes()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(1000, seed: 42))
        {
            IReadOnlyList<Mask> pieces = plain.ToMask().ConnectedComponents(Connectivity.Four);
            IReadOnlyList<MaskPolygon> polygons = plain.ToMask().ToPolygons();
            Assert.Equal(pieces.Count, polygons.Count);
            for (int i = 0; i < pieces.Count; i++)
            {
                Assert.Equal(pieces[i], Mask.FromPolygons([polygons[i]], plain.Width, plain.Height));
                int holes = pieces[i].Holes(Connectivity.Four).ConnectedComponents(Connectivity.Eight).Count;
                Assert.True(holes == polygons[i].Holes.Count, $"{seed}: {holes} holes, {polygons[i].Holes.Count} rings");
                Assert.Equal(pieces[i].Area + pieces[i].Holes(Connectivity.Four).Area, SignedArea(polygons[i].Outer));
                Assert.Equal(pieces[i].Area, SignedArea(polygons[i].Outer) + polygons[i].Holes.Sum(SignedArea));
                CheckRing(polygons[i].Outer, clockwise: true);
                foreach (IReadOnlyList<MaskPoint> hole in polygons[i].Holes)
                {
                    CheckRing(hole, clockwise: false);
                }
            }
        }
    }

    [Fact]
    public void A_rectangle_has_four_points()
    {
        MaskPolygon polygon = Assert.Single(Mask.FromRectangle(9, 9, new PixelBox(2, 3, 7, 5)).ToPolygons());
        Assert.Equal([new(2, 3), new(7, 3), new(7, 5), new(2, 5)], polygon.Outer);
        Assert.Empty(polygon.Holes);
        Assert.Empty(Mask.Empty(9, 9).ToPolygons());
    }

    [Theory]
    [InlineData(1, 1, 9, 1, 3)]
    [InlineData(1, 1, 4, 1, 3)]
    [InlineData(9, 2, 1, 2, 3)]
    [InlineData(-9, 0, 2, 0, 3)]
    [InlineData(1, 1, 1, 9, 2)]
    [InlineData(1, -9, 1, 1, 2)]
    [InlineData(4, 0, 4, 2, 0)]
    [InlineData(0, 3, 3, 3, 0)]
    public void A_line_ends_at_the_border(int x0, int y0, int x1, int y1, int area)
    {
        Mask line = Mask.FromPolygons([new MaskPolygon([new(x0, y0), new(x1, y1), new(x0, y0)], [])], 4, 3, PolygonRule.PixelCentres);
        PixelBox expected = area == 0 ? default : new PixelBox(Math.Max(0, Math.Min(x0, x1)), Math.Max(0, Math.Min(y0, y1)), Math.Min(4, Math.Max(x0, x1) + 1), Math.Min(3, Math.Max(y0, y1) + 1));
        Assert.Equal((area, expected), (line.Area, line.Box));
        Assert.Equal(12, line.Counts.ToArray().Sum());
    }

    [Fact]
    public void Points_are_within_a_billion_pixels()
    {
        static MaskPoint[] Square(double far) => [new(-far, -far), new(far, -far), new(far, far), new(-far, far)];
        Assert.Equal(12, Mask.FromPolygons([new MaskPolygon(Square(1e9), [])], 4, 3).Area);
        foreach (double far in (double[])[1e9 + 1, double.NaN, double.PositiveInfinity])
        {
            foreach (MaskPoint point in (MaskPoint[])[new(far, 1), new(1, far), new(-far, 1), new(1, -far)])
            {
                Assert.Contains("billion", Assert.Throws<ArgumentException>(() => Mask.FromPolygons([new MaskPolygon([new(0, 0), point, new(2, 2)], [])], 4, 3)).Message);
            }
        }
    }

    [Fact]
    public void Polygons_of_pixels_cover_what_OpenCV_and_Pillow_fill()
    {
        int rows = 0;
        foreach (string[] row in Data.Rows("polygon-fills.tsv"))
        {
            (int width, int height) = (int.Parse(row[0]), int.Parse(row[1]));
            MaskPoint[] points =
            [
                .. row[3].Split(' ').Select(point => point.Split(',').Select(int.Parse).ToArray())
                    .Select((point, index) => new MaskPoint(point[0] + (0.25 * (index % 4)), point[1] + (0.9 * (index % 2)))),
            ];
            Mask mask = Mask.FromPolygons([new MaskPolygon(points, [])], width, height, PolygonRule.PixelCentres);
            Mask openCV = Mask.FromCounts(Data.Numbers(row[4]), width, height);
            if (row[2] == "level")
            {
                // All three agree on lines along rows and columns.
                Assert.Equal(openCV, mask);
                Assert.Equal(Mask.FromCounts(Data.Numbers(row[5]), width, height), mask);
            }
            else
            {
                // Sloping lines beyond the picture's border are cut off first by OpenCV, which moves some by a pixel along their length.
                Assert.InRange(openCV.Union(mask).Area - openCV.IntersectionArea(mask), 0, points.All(point => point.X >= 0 && point.X < width && point.Y >= 0 && point.Y < height) ? 0 : 21);
            }

            rows++;
        }

        Assert.Equal(120, rows);
    }

    [Fact]
    public void Three_times_the_same_pixel_is_that_pixel()
    {
        Mask mask = Mask.FromPolygons([new MaskPolygon([new(3, 2), new(3.9, 2.9), new(3, 2)], [])], 9, 5, PolygonRule.PixelCentres);
        Assert.Equal(Mask.FromRectangle(9, 5, new PixelBox(3, 2, 4, 3)), mask);
        Assert.True(Mask.FromPolygons([new MaskPolygon([new(3, 2), new(3, 2), new(3, 2)], [])], 9, 5, PolygonRule.PixelEdges).IsEmpty);
        Assert.True(Mask.FromPolygons([], 9, 5, PolygonRule.PixelCentres).IsEmpty);

        // Lines that are far longer than the picture cost no more than the picture.
        Mask far = Mask.FromPolygons([new MaskPolygon([new(-9e8, 2), new(9e8, 2), new(9e8, 2.5)], [])], 9, 5, PolygonRule.PixelCentres);
        Assert.Equal(Mask.FromRectangle(9, 5, new PixelBox(0, 2, 9, 3)), far);
        Assert.Throws<ArgumentException>(() => Mask.FromPolygons([new MaskPolygon([new(0, 0), new(1, 1)], [])], 9, 5, PolygonRule.PixelCentres));
        Assert.Throws<ArgumentException>(() => Mask.FromPolygons([new MaskPolygon([new(0, 0), new(1, double.NaN), new(2, 0)], [])], 9, 5, PolygonRule.PixelCentres));
    }

    [Fact]
    public void Simplified_outlines_have_fewer_points_and_stay_within_the_tolerance()
    {
        foreach ((int seed, Plain plain) in RandomMasks.Many(200, largest: 60, seed: 43))
        {
            double tolerance = 0.5 + (seed % 4);
            Mask mask = plain.ToMask();
            IReadOnlyList<MaskPolygon> exact = mask.ToPolygons();
            IReadOnlyList<MaskPolygon> simple = mask.ToPolygons(tolerance);
            Assert.Equal(exact.Count, simple.Count);
            for (int i = 0; i < exact.Count; i++)
            {
                Assert.InRange(simple[i].Outer.Count, 3, exact[i].Outer.Count);
                Assert.All(simple[i].Holes, hole => Assert.True(hole.Count >= 3));
                Assert.All(exact[i].Outer, p => Assert.True(Distance(p, simple[i].Outer) <= tolerance + 1e-9, $"{seed}: {p}"));
            }
        }

        Mask disc = Mask.FromRectangle(250, 250, new PixelBox(125, 125, 126, 126)).Grow(100);
        int before = disc.ToPolygons()[0].Outer.Count;
        int after = disc.ToPolygons(1)[0].Outer.Count;
        Assert.True(after < before / 10, $"{before} points became {after}");
        Assert.True(disc.IntersectionOverUnion(Mask.FromPolygons(disc.ToPolygons(1), 250, 250)) > 0.98);
    }

    [Fact]
    public void Any_polygon_is_filled_by_the_even_odd_rule_at_pixel_centres()
    {
        for (int seed = 0; seed < 1200; seed++)
        {
            Random random = new(seed);
            (int width, int height) = RandomMasks.Size(random, 30);
            MaskPoint[] Ring() => [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => new MaskPoint(
                (random.NextDouble() * (width + 20)) - 10, (random.NextDouble() * (height + 20)) - 10))];
            MaskPolygon[] polygons = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ =>
                new MaskPolygon(Ring(), [.. Enumerable.Range(0, random.Next(3)).Select(_ => Ring())]))];
            Plain expected = Plain.Make(width, height, (x, y) => polygons.Any(p =>
                Crossings(p.Outer, x + 0.5, y + 0.5) + p.Holes.Sum(h => Crossings(h, x + 0.5, y + 0.5)) is var n && n % 2 == 1));
            Same.Check(expected, Mask.FromPolygons(polygons, width, height), seed);
        }
    }

    [Fact]
    public void Polygons_that_share_an_edge_neither_overlap_nor_leave_a_gap()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            // A fan of triangles around a point fills its square exactly once.
            Random random = new(seed);
            MaskPoint middle = new(random.NextDouble() * 20, random.NextDouble() * 20);
            double[] angles = [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => random.NextDouble() * 4), 0, 1, 2, 3];
            MaskPoint[] rim = [.. angles.Order().Select(OnSquare)];
            Mask[] triangles = [.. rim.Select((p, i) => Mask.FromPolygons(
                [new MaskPolygon([middle, p, rim[(i + 1) % rim.Length]], [])], 20, 20))];
            Assert.Equal(400, triangles.Sum(t => t.Area));
            Assert.Equal(Mask.Full(20, 20), Mask.Union(triangles));
        }

        static MaskPoint OnSquare(double angle)
        {
            double along = (angle - Math.Floor(angle)) * 20;
            return ((int)angle % 4) switch
            {
                0 => new(along, 0),
                1 => new(20, along),
                2 => new(20 - along, 20),
                _ => new(0, 20 - along),
            };
        }
    }

    [Fact]
    public void Rings_that_are_none_and_coordinates_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Mask.FromPolygons([new MaskPolygon([new(0, 0), new(1, 1)], [])], 4, 4));
        Assert.Throws<ArgumentException>(() => Mask.FromPolygons([new MaskPolygon([new(0, 0), new(1, 1), new(double.NaN, 0)], [])], 4, 4));
        Assert.Throws<ArgumentException>(() => Mask.FromPolygons([new MaskPolygon([new(0, 0), new(1, 1), new(1e10, 0)], [])], 4, 4));
        Assert.Throws<ArgumentException>(
            () => Mask.FromPolygons([new MaskPolygon([new(0, 0), new(4, 0), new(4, 4)], [[new(1, 1)]])], 4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask.Full(2, 2).ToPolygons(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Mask.Full(2, 2).ToPolygons(double.NaN));
        Assert.Equal(Mask.Empty(4, 4), Mask.FromPolygons([], 4, 4));
    }

    private static int Crossings(IReadOnlyList<MaskPoint> ring, double x, double y)
    {
        int crossings = 0;
        for (int i = 0; i < ring.Count; i++)
        {
            MaskPoint a = ring[i];
            MaskPoint b = ring[(i + 1) % ring.Count];
            if ((a.X <= x) != (b.X <= x) && a.Y + ((x - a.X) / (b.X - a.X) * (b.Y - a.Y)) <= y)
            {
                crossings++;
            }
        }

        return crossings;
    }

    private static double SignedArea(IReadOnlyList<MaskPoint> ring) => Enumerable.Range(0, ring.Count).Sum(i =>
        (ring[i].X * ring[(i + 1) % ring.Count].Y) - (ring[(i + 1) % ring.Count].X * ring[i].Y)) / 2;

    private static void CheckRing(IReadOnlyList<MaskPoint> ring, bool clockwise)
    {
        Assert.True(ring.Count >= 4);
        Assert.Equal(clockwise, SignedArea(ring) > 0);
        for (int i = 0; i < ring.Count; i++)
        {
            // Every point is a corner: the edges before and after it run one along x and one along y.
            MaskPoint before = ring[(i + ring.Count - 1) % ring.Count];
            MaskPoint after = ring[(i + 1) % ring.Count];
            Assert.True(before.X == ring[i].X ? before.Y != ring[i].Y && after.Y == ring[i].Y : before.Y == ring[i].Y && after.X == ring[i].X);
        }
    }

    private static double Distance(MaskPoint p, IReadOnlyList<MaskPoint> ring)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < ring.Count; i++)
        {
            MaskPoint a = ring[i];
            MaskPoint b = ring[(i + 1) % ring.Count];
            double length = Math.Pow(b.X - a.X, 2) + Math.Pow(b.Y - a.Y, 2);
            double t = length == 0 ? 0 : Math.Clamp((((p.X - a.X) * (b.X - a.X)) + ((p.Y - a.Y) * (b.Y - a.Y))) / length, 0, 1);
            best = Math.Min(best, Math.Sqrt(Math.Pow(a.X + (t * (b.X - a.X)) - p.X, 2) + Math.Pow(a.Y + (t * (b.Y - a.Y)) - p.Y, 2)));
        }

        return best;
    }
}
