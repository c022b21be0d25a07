using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Exports;

namespace MGLMM.Vision.Tests.Exports;

/// <summary>Polygon formats give the mask back, by the rules of the programs that read them.</summary>
public sealed partial class ExactPolygonsTests
{
    [Fact]
    public void Yolo_gives_regions_back_but_for_lines_of_a_pixel_between_pieces()
    {
        (int joined, int apart) = (0, 0);
        foreach ((string name, Mask mask) in HardMasks.All())
        {
            (IReadOnlyList<double[]>? lines, string? note) = Yolo(mask);
            Mask read = Read(lines, mask);
            Assert.Equal(read, Mask.Union(lines.Select(line => PolygonReader.Rounded(line, mask.Width, mask.Height))));
            Assert.True(read.Contains(mask), name);
            IReadOnlyList<Mask> pieces = mask.ConnectedComponents();
            if (pieces.Count == 1)
            {
                Assert.Single(lines);
                Assert.True(read.Equals(mask), name);
                Assert.True(note is null || note.EndsWith("nothing is lost.", StringComparison.Ordinal), note);
            }
            else if (lines.Count == 1)
            {
                // No more than what the shortest lines between the pieces take, and that is little. A line halfway between two pixels may take both.
                joined++;
                int told = int.Parse(BridgePixels().Match(note!).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
                Assert.True(told <= ShortestLines(pieces), $"{name}: {told} pixels of bridges");
                Assert.True(told * 10 <= mask.Area, name);
                Assert.InRange(read.Area - mask.Area, told - (told / 4), told + 1 + (told / 4));
            }
            else
            {
                apart++;
                Assert.Equal(pieces.Count, lines.Count);
                Assert.True(read.Equals(mask), name);
                Assert.Contains($"m1 is {lines.Count} lines", note, StringComparison.Ordinal);
            }
        }

        Assert.True(joined > 5 && apart > 20, $"{joined} joined, {apart} apart");
    }

    [Fact]
    public void Yolo_gives_five_hundred_pieces_back()
    {
        Random random = new(5);
        HashSet<(int X, int Y)> cells = Enumerable.Range(0, 40 * 50).OrderBy(_ => random.Next()).Take(500).Select(cell => (X: 4 * (cell % 50), Y: 4 * (cell / 50))).ToHashSet();
        Mask mask = Geometry.PlainScene.Draw(200, 160, (x, y) => x % 4 < 2 && y % 4 < 3 && cells.Contains((x - (x % 4), y - (y % 4))));
        (IReadOnlyList<double[]> lines, _) = Yolo(mask);
        Assert.Equal(500, lines.Count);
        Assert.Equal(mask, Read(lines, mask));

        // Together with something large they are joined.
        mask = mask.Place(0, 0, 800, 600).Union(HardMasks.Box(800, 600, 300, 200, 800, 600));
        (lines, _) = Yolo(mask);
        Assert.Single(Read([Assert.Single(lines)], mask).ConnectedComponents());
        Assert.InRange(Read(lines, mask).Area - mask.Area, 1, mask.Area / 10);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7999, 3)]
    [InlineData(3, 5003)]
    [InlineData(32749, 2)]
    public void Yolo_digits_are_enough_for_any_column(int width, int height)
    {
        // Every column and row is an end of some line.
        Mask mask = Geometry.PlainScene.Draw(width, height, (x, y) => (x % 2 == 0) ^ (y % 2 == 1) || y == 0);
        (IReadOnlyList<double[]> lines, _) = Yolo(mask);
        Assert.Equal(mask, Read(lines, mask));
        Assert.Equal(mask, Mask.Union(lines.Select(line => PolygonReader.Rounded(line, width, height))));
    }

    [Fact]
    public void Labelme_gives_every_region_back()
    {
        foreach ((string name, Mask mask) in HardMasks.All())
        {
            JsonArray shapes = JsonNode.Parse(Write("labelme", mask).Content.Span)!["shapes"]!.AsArray();
            Mask read = Mask.Union(shapes.Select(shape => (string)shape!["shape_type"]! == "mask"
                ? MaskPng.Decode(Convert.FromBase64String((string)shape["mask"]!)).Place(
                    (int)shape["points"]![0]![0]!, (int)shape["points"]![0]![1]!, mask.Width, mask.Height)
                : PolygonReader.Pillow([.. Points(shape["points"]!)], mask.Width, mask.Height)));
            Assert.True(read.Equals(mask), name);
            Assert.All(shapes.Where(shape => (string)shape!["shape_type"]! == "polygon"), shape => Assert.True(shape!["points"]!.AsArray().Count >= 3));
        }
    }

    [Fact]
    public void Coco_polygons_give_regions_back_but_for_their_holes()
    {
        foreach ((string name, Mask mask) in HardMasks.All())
        {
            JsonArray rings = JsonNode.Parse(Write("coco_polygon", mask).Content.Span)!["annotations"]![0]!["segmentation"]!.AsArray();
            Mask read = Mask.FromPolygons(
                rings.Select(ring => new MaskPolygon([.. ring!.AsArray().Chunk(2).Select(point => new MaskPoint((double)point[0]!, (double)point[1]!))], [])), mask.Width, mask.Height);
            Mask expected = Mask.FromPolygons(mask.ToPolygons().Select(polygon => polygon with { Holes = [] }), mask.Width, mask.Height);
            Assert.True(read.Equals(expected), name);
        }
    }

    [Fact]
    public void Geojson_rings_touch_neither_themselves_nor_each_other_twice()
    {
        foreach ((string name, Mask mask) in HardMasks.All())
        {
            JsonNode geometry = JsonNode.Parse(Write("geojson", mask).Content.Span)!["features"]![0]!["geometry"]!;
            JsonArray coordinates = geometry["coordinates"]!.AsArray();
            JsonArray[] polygons = (string)geometry["type"]! == "Polygon" ? [coordinates] : [.. coordinates.Select(polygon => polygon!.AsArray())];
            List<MaskPolygon> read = new();
            foreach (JsonArray polygon in polygons)
            {
                MaskPoint[][] rings = polygon.Select(ring => Points(ring!).ToArray()).ToArray();
                foreach (MaskPoint[]? ring in rings)
                {
                    Assert.Equal(ring[0], ring[^1]);
                    Assert.True(ring.Distinct().Count() == ring.Length - 1, $"{name}: a ring comes by a point twice");
                }

                for (int first = 0; first < rings.Length; first++)
                {
                    for (int second = 0; second < first; second++)
                    {
                        Assert.True(rings[first].Distinct().Intersect(rings[second]).Count() <= 1, $"{name}: two rings share two points");
                    }
                }

                Assert.True(DoubleArea(rings[0]) > 0);
                Assert.All(rings.Skip(1), ring => Assert.True(DoubleArea(ring) < 0));
                read.Add(new MaskPolygon(rings[0][..^1], [.. rings.Skip(1).Select(ring => ring[..^1])]));
            }

            Assert.True(Mask.FromPolygons(read, mask.Width, mask.Height).Equals(mask), name);
            Assert.Equal(2 * mask.Area, read.Sum(polygon => DoubleArea(polygon.Outer) + polygon.Holes.Sum(DoubleArea)));
        }
    }

    private static ExportedFile Write(string format, Mask mask)
    {
        VisionWorkspace workspace = new();
        workspace.AddImage(RgbImage.FromPixels(new byte[mask.Width * mask.Height * RgbImage.Channels], mask.Width, mask.Height), "picture.png");
        workspace.AddRegion("img1", mask);
        return workspace.Export(ExportFormats.BuiltIn.Single(known => known.Name == format), "img1");
    }

    /// <summary>All rings of a region are one path that is filled by the even-odd rule: pieces whose simplified outlines overlap would take each other away.</summary>
    [Fact]
    public void An_svg_path_keeps_nearly_all_of_a_region_by_its_own_fill_rule()
    {
        IEnumerable<(string Name, Mask Mask)> strokes = Enumerable.Range(2, 12).Select(slope => (
            $"strokes of slope {slope}", Geometry.PlainScene.Draw(80, 60, (x, y) => (x + (slope * y)) % (slope + 3) < 2 && (x + (slope * y)) / (slope + 3) % 7 < 5)));
        foreach ((string name, Mask mask) in HardMasks.All().Concat(strokes))
        {
            string path = PathData().Match(Encoding.UTF8.GetString(Write("svg", mask).Content.Span)).Groups[1].Value;
            MaskPoint[][] rings = path.Split('Z', StringSplitOptions.RemoveEmptyEntries)
                .Select(ring => ring.Split(['M', 'L'], StringSplitOptions.RemoveEmptyEntries).Select(point => point.Split(' '))
                    .Select(point => new MaskPoint(double.Parse(point[0], CultureInfo.InvariantCulture), double.Parse(point[1], CultureInfo.InvariantCulture))).ToArray())
                .ToArray();
            double overlap = Mask.FromPolygons([new MaskPolygon(rings[0], rings[1..])], mask.Width, mask.Height).IntersectionOverUnion(mask);
            Assert.True(overlap >= 0.98, $"{name}: {overlap}");
        }
    }

    [GeneratedRegex(" d=\"([^\"]*)\"")]
    private static partial Regex PathData();

    private static (IReadOnlyList<double[]> Lines, string? Note) Yolo(Mask mask)
    {
        ExportedFile file = Write("yolo_seg", mask);
        using ZipArchive archive = new(new MemoryStream(file.Content.ToArray()));
        using StreamReader reader = new(archive.GetEntry("labels/picture.txt")!.Open(), Encoding.UTF8);
        double[][] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Skip(1).Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.All(lines, line => Assert.True(line.Length >= 6 && line.All(number => number is > 0 and < 1)));
        return (lines, file.Note);
    }

    private static Mask Read(IReadOnlyList<double[]> lines, Mask mask) =>
        Mask.Union(lines.Select(line => PolygonReader.Ultralytics([.. line.Select(number => (float)number)], mask.Width, mask.Height)));

    /// <summary>Pixels on the shortest lines that join all pieces (Prim): none shorter can be.</summary>
    private static long ShortestLines(IReadOnlyList<Mask> pieces)
    {
        Dictionary<Mask, int> rest = pieces.Skip(1).ToDictionary(piece => piece, piece => Distance(pieces[0], piece));
        long total = 0L;
        while (rest.Count > 0)
        {
            (Mask next, int distance) = rest.MinBy(pair => pair.Value);
            rest.Remove(next);
            total += distance - 1;
            foreach (Mask? piece in rest.Keys.ToArray())
            {
                rest[piece] = Math.Min(rest[piece], Distance(next, piece));
            }
        }

        return total;
    }

    private static int Distance(Mask one, Mask other)
    {
        ((int X, int Y)[] ones, (int X, int Y)[] others) = (Pixels(one), Pixels(other));
        return ones.Min(a => others.Min(b => Math.Max(Math.Abs(a.X - b.X), Math.Abs(a.Y - b.Y))));
    }

    private static (int X, int Y)[] Pixels(Mask mask) =>
    [
        .. Enumerable.Range(mask.Box.Top, mask.Box.Height)
            .SelectMany(y => Enumerable.Range(mask.Box.Left, mask.Box.Width).Select(x => (X: x, Y: y))).Where(pixel => mask.Contains(pixel.X, pixel.Y)),
    ];

    private static IEnumerable<MaskPoint> Points(JsonNode points) => points.AsArray().Select(point => new MaskPoint((double)point![0]!, (double)point[1]!));

    private static double DoubleArea(IReadOnlyList<MaskPoint> ring) =>
        Enumerable.Range(0, ring.Count).Sum(index => (ring[index].X * ring[(index + 1) % ring.Count].Y) - (ring[(index + 1) % ring.Count].X * ring[index].Y));

    [GeneratedRegex("cover ([0-9]+) pixel")]
    private static partial Regex BridgePixels();
}
