using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using MGLMM.Imaging;
using MGLMM.Language;
using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Language;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Exports;
using MGLMM.Vision.Tests.Geometry;
using SkiaSharp;

namespace MGLMM.Vision.Tests.Output;

public sealed class ExportRegionsTests(OracleTools oracle)
{
    private const int Width = 40;
    private const int Height = 30;

    [Fact]
    public async Task Coco_run_lengths_are_those_of_pycocotools()
    {
        string[] rows = await File.ReadAllLinesAsync(RepositoryRoot.Combine("tests", "MGLMM.Masks.Tests", "data", "coco-strings.tsv"));
        int checkedRows = 0;
        foreach (string[]? row in rows.Skip(1).Select(row => row.Split('\t')).Where(row => row[3] != "0").Where((_, index) => index % 8 == 0))
        {
            (int width, int height) = (int.Parse(row[1], CultureInfo.InvariantCulture), int.Parse(row[2], CultureInfo.InvariantCulture));
            PlainScene scene = new(oracle, width, height);
            int[] counts = row[5].Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(count => int.Parse(count, CultureInfo.InvariantCulture)).ToArray();
            scene.Workspace.AddRegions(scene.Image, [(Mask.FromCounts(counts, width, height), "a thing")], "drawn", null, "model");
            JsonNode annotation = (await Json(scene, "coco_rle"))["annotations"]![0]!;
            Assert.Equal(row[6], (string)annotation["segmentation"]!["counts"]!);
            Assert.Equal([height, width], Numbers(annotation["segmentation"]!["size"]!));
            Assert.Equal(row[3], annotation["area"]!.ToJsonString());
            Assert.Equal(row[4], string.Join(' ', Numbers(annotation["bbox"]!)));
            checkedRows++;
        }

        Assert.InRange(checkedRows, 15, 30);
    }

    [Theory]
    [InlineData("coco_rle")]
    [InlineData("coco_polygon")]
    public async Task Coco_files_are_complete(string format)
    {
        PlainScene scene = Scene();
        JsonNode coco = await Json(scene, format);
        JsonNode image = Assert.Single(coco["images"]!.AsArray())!;
        Assert.InRange((int)image["id"]!, 1, int.MaxValue);
        Assert.Equal((Width, Height, "Noise, drawn.png"), ((int)image["width"]!, (int)image["height"]!, (string)image["file_name"]!));
        Assert.NotNull(coco["info"]!["description"]);
        Assert.Equal(["red car", "tree", "house", "object"], coco["categories"]!.AsArray().Select(category => (string)category!["name"]!));
        Assert.Equal([1, 2, 3, 4], coco["categories"]!.AsArray().Select(category => (int)category!["id"]!));
        JsonArray annotations = coco["annotations"]!.AsArray();
        Assert.Equal(scene.Workspace.Regions.Count, annotations.Count);
        Assert.Equal(annotations.Count, annotations.Select(annotation => (int)annotation!["id"]!).Where(id => id > 0).Distinct().Count());
        foreach ((JsonNode? annotation, VisionRegion? region) in annotations.Zip(scene.Workspace.Regions))
        {
            PixelBox box = region.Mask.Box;
            Assert.Equal(((int)image["id"]!, 0, region.Mask.Area), ((int)annotation!["image_id"]!, (int)annotation["iscrowd"]!, (long)annotation["area"]!));
            Assert.Equal([box.Left, box.Top, box.Width, box.Height], Numbers(annotation["bbox"]!));
            Assert.Equal(LabelOf(region), (string)coco["categories"]![(int)annotation["category_id"]! - 1]!["name"]!);
            Assert.Equal(region.Handle, (string)annotation["region"]!);
            if (format == "coco_rle")
            {
                Assert.Equal(region.Mask, CocoRle.Decode((string)annotation["segmentation"]!["counts"]!, Width, Height));
            }
            else
            {
                List<MaskPoint>[] polygons = annotation["segmentation"]!.AsArray().Select(ring => Points(Numbers(ring!))).ToArray();
                Assert.All(polygons, ring => Assert.True(ring.Count >= 3));
                Assert.Equal(Filled(region.Mask), Mask.FromPolygons(polygons.Select(ring => new MaskPolygon(ring, [])), Width, Height));
            }
        }
    }

    [Fact]
    public async Task Lost_holes_are_said()
    {
        PlainScene scene = new(oracle);
        scene.AddBox("a cup", 0, 0, 5, 5);
        Assert.Null((await scene.Toolset.ExportRegionsAsync("img1", "coco_polygon").As<ArtifactResult>()).Note);
        scene.Add("a ring", Ring);
        Assert.Equal(
            "2 holes of 1 region are filled: coco_polygon has no holes. coco_rle and geojson keep them.",
            (await scene.Toolset.ExportRegionsAsync("img1", "coco_polygon").As<ArtifactResult>()).Note);
        Assert.Null((await scene.Toolset.ExportRegionsAsync("img1", "geojson").As<ArtifactResult>()).Note);
    }

    [Fact]
    public async Task Panoptic_pixels_name_the_segments_and_smaller_regions_lie_on_top()
    {
        PlainScene scene = Scene();
        scene.AddBox("a sky", 0, 0, Width, 6);
        VisionRegion cloud = scene.AddBox("a cloud", 3, 1, 8, 4);
        VisionRegion under = scene.AddBox("a bird", 3, 1, 8, 4);
        ArtifactResult made = await scene.Toolset.ExportRegionsAsync("img1", "panoptic_png").As<ArtifactResult>();
        Assert.Equal(("a1-regions.zip", $"{cloud.Handle} has no segment: others cover it wholly."), (made.FileName, made.Note));
        Dictionary<string, byte[]> files = Zip(scene, made);
        Assert.Equal(["panoptic.json", "panoptic/Noise, drawn.png"], files.Keys);
        JsonNode json = JsonNode.Parse(files["panoptic.json"])!;
        JsonNode annotation = Assert.Single(json["annotations"]!.AsArray())!;
        Assert.Equal(((int)json["images"]![0]!["id"]!, "Noise, drawn.png"), ((int)annotation["image_id"]!, (string)annotation["file_name"]!));
        JsonArray segments = annotation["segments_info"]!.AsArray();
        Assert.Equal(scene.Workspace.Regions.Count - 1, segments.Count);
        Assert.Equal(segments.Count, segments.Select(segment => (int)segment!["id"]!).Distinct().Count());
        Assert.All(json["categories"]!.AsArray(), category => Assert.Equal(3, category!["color"]!.AsArray().Count));
        Assert.Equal(
            [("red car", 1), ("tree", 1), ("house", 1), ("object", 1), ("sky", 0), ("cloud", 0), ("bird", 1)],
            json["categories"]!.AsArray().Select(category => ((string)category!["name"]!, (int)category["isthing"]!)));

        PngPixels png = new(files["panoptic/Noise, drawn.png"]);
        Dictionary<int, List<(int X, int Y)>> owners = new();
        for (int at = 0; at < Width * Height; at++)
        {
            (int x, int y) = (at % Width, at / Width);
            SKColor color = png[x, y];
            int id = color.Red + (256 * color.Green) + (256 * 256 * color.Blue);

            // The smallest region there; of equal ones, the later.
            VisionRegion? owner = scene.Workspace.Regions.Where(region => region.Mask.Contains(x, y)).OrderBy(region => region.Mask.Area).ThenByDescending(region => region.Number).FirstOrDefault();
            JsonNode? segment = segments.SingleOrDefault(segment => (int)segment!["id"]! == id);
            Assert.Equal(owner?.Handle, (string?)segment?["region"]);
            if (owner is not null)
            {
                (owners.TryGetValue(id, out List<(int X, int Y)>? pixels) ? pixels : owners[id] = []).Add((x, y));
            }
            else
            {
                Assert.Equal(0, id);
            }
        }

        foreach (JsonNode? segment in segments)
        {
            List<(int X, int Y)> pixels = owners[(int)segment!["id"]!];
            Assert.Equal(pixels.Count, (int)segment["area"]!);
            (int left, int top) = (pixels.Min(pixel => pixel.X), pixels.Min(pixel => pixel.Y));
            Assert.Equal([left, top, pixels.Max(pixel => pixel.X) + 1 - left, pixels.Max(pixel => pixel.Y) + 1 - top], Numbers(segment["bbox"]!));
            Assert.Equal(0, (int)segment["iscrowd"]!);
            Assert.InRange((int)segment["category_id"]!, 1, json["categories"]!.AsArray().Count);
        }

        Assert.Contains(segments, segment => (string)segment!["region"]! == under.Handle);
    }

    [Fact]
    public async Task Many_panoptic_segments_have_ids_of_their_own()
    {
        PlainScene scene = new(oracle, 400, 4);
        for (int index = 0; index < 400; index++)
        {
            scene.AddBox(null, index, 0, index + 1, 4);
        }

        Dictionary<string, byte[]> files = Zip(scene, await scene.Toolset.ExportRegionsAsync("img1", "panoptic_png").As<ArtifactResult>());
        int[] ids = JsonNode.Parse(files["panoptic.json"])!["annotations"]![0]!["segments_info"]!.AsArray().Select(segment => (int)segment!["id"]!).ToArray();
        Assert.Equal(400, ids.Distinct().Count());
        Assert.DoesNotContain(0, ids);
    }

    [Fact]
    public async Task Masks_are_one_png_or_a_zip_of_them()
    {
        PlainScene scene = Scene();
        ArtifactResult one = await scene.Toolset.ExportRegionsAsync("m3", "mask_png").As<ArtifactResult>();
        Assert.Equal(("a1-mask.png", Width, Height), (one.FileName, one.WidthPx, one.HeightPx));
        Same(scene.Region("m3").Mask, Content(scene, one));
        ArtifactResult all = await scene.Toolset.ExportRegionsAsync("img1", "mask_png").As<ArtifactResult>();
        Assert.Equal("a2-masks.zip", all.FileName);
        Dictionary<string, byte[]> files = Zip(scene, all);
        Assert.Equal(["m1-red-car.png", "m2-tree.png", "m3-house.png", "m4-tree.png", "m5-object.png", "m6-red-car.png"], files.Keys);
        foreach ((byte[] file, VisionRegion region) in files.Values.Zip(scene.Workspace.Regions))
        {
            Same(region.Mask, file);
        }

        static void Same(Mask mask, byte[] file)
        {
            Assert.Equal(8, new PngPixels(file).BitDepth);
            Assert.Equal(mask, MaskPng.Decode(file));
            Assert.Equal(mask.Area, new PngPixels(file).Count(color => color.Red == 255 && color.Green == 255));
        }
    }

    [Fact]
    public async Task Labelme_shapes_are_the_regions()
    {
        PlainScene scene = Scene();
        JsonNode json = await Json(scene, "labelme");
        Assert.Equal((Width, Height, "Noise, drawn.png"), ((int)json["imageWidth"]!, (int)json["imageHeight"]!, (string)json["imagePath"]!));
        Assert.True(json.AsObject().ContainsKey("imageData"));
        JsonArray shapes = json["shapes"]!.AsArray();
        foreach (VisionRegion region in scene.Workspace.Regions)
        {
            JsonNode?[] own = shapes.Where(shape => (string)shape!["description"]! == region.Handle).ToArray();
            Assert.All(own, shape => Assert.Equal(LabelOf(region), (string)shape!["label"]!));
            if (own.Length > 1)
            {
                Assert.All(own, shape => Assert.Equal(region.Number, (int)shape!["group_id"]!));
            }

            if ((string)own[0]!["shape_type"]! == "mask")
            {
                // The box's first and last pixel, and the mask within.
                List<MaskPoint> points = Ring(own[0]!["points"]!);
                Mask mask = MaskPng.Decode(Convert.FromBase64String((string)own[0]!["mask"]!));
                Assert.Equal((mask.Width, mask.Height), ((int)(points[1].X - points[0].X) + 1, (int)(points[1].Y - points[0].Y) + 1));
                Assert.Equal(region.Mask, mask.Place((int)points[0].X, (int)points[0].Y, Width, Height));
            }
            else
            {
                Assert.Equal(region.Mask, Mask.Union(own.Select(shape => PolygonReader.Pillow(Ring(shape!["points"]!), Width, Height))));
            }
        }

        Assert.Contains(shapes, shape => (string)shape!["shape_type"]! == "mask");
        Assert.Contains(shapes, shape => (string)shape!["shape_type"]! == "polygon");

        static List<MaskPoint> Ring(JsonNode points) => [.. points.AsArray().Select(point => new MaskPoint((double)point![0]!, (double)point[1]!))];
    }

    [Fact]
    public async Task Geojson_is_exact()
    {
        PlainScene scene = Scene();
        ArtifactResult made = await scene.Toolset.ExportRegionsAsync("img1", "geojson").As<ArtifactResult>();
        Assert.True(scene.Workspace.TryGetArtifact(made.Artifact, out VisionArtifact? artifact));
        Assert.Equal("application/geo+json", artifact.MediaType);
        JsonNode json = JsonNode.Parse(artifact.Content.Span)!;
        Assert.Equal("FeatureCollection", (string)json["type"]!);
        foreach ((JsonNode? feature, VisionRegion? region) in json["features"]!.AsArray().Zip(scene.Workspace.Regions))
        {
            Assert.Equal(("Feature", region.Handle), ((string)feature!["type"]!, (string)feature["id"]!));
            Assert.Equal(OverlayPalette.ColorOf(region.ColorIndex).ToString(), (string)feature["properties"]!["color"]!);
            JsonArray coordinates = feature["geometry"]!["coordinates"]!.AsArray();
            JsonArray[] polygons = (string)feature["geometry"]!["type"]! == "Polygon" ? [coordinates] : coordinates.Select(polygon => polygon!.AsArray()).ToArray();
            IEnumerable<MaskPolygon> read = polygons.Select(polygon =>
            {
                List<List<MaskPoint>> rings = polygon.Select(ring => ring!.AsArray().Select(point => new MaskPoint((double)point![0]!, (double)point[1]!)).ToList()).ToList();
                Assert.All(rings, ring => Assert.Equal(ring[0], ring[^1]));
                Assert.True(DoubleArea(rings[0]) > 0);
                Assert.All(rings.Skip(1), ring => Assert.True(DoubleArea(ring) < 0));
                return new MaskPolygon(rings[0][..^1], [.. rings.Skip(1).Select(ring => ring[..^1])]);
            });
            Assert.Equal(region.Mask, Mask.FromPolygons(read, Width, Height));
        }

        static double DoubleArea(List<MaskPoint> ring) => Enumerable.Range(0, ring.Count - 1).Sum(i => (ring[i].X * ring[i + 1].Y) - (ring[i + 1].X * ring[i].Y));
    }

    [Fact]
    public async Task Yolo_lines_keep_pieces_and_holes()
    {
        PlainScene scene = Scene();
        ArtifactResult made = await scene.Toolset.ExportRegionsAsync("img1", "yolo_seg").As<ArtifactResult>();
        Assert.Contains("bridges", made.Note);
        Dictionary<string, byte[]> files = Zip(scene, made);
        Assert.Equal(["data.yaml", "labels/Noise, drawn.txt"], files.Keys);
        Assert.Equal(
            "train: images\nval: images\nnames:\n  0: \"red car\"\n  1: \"tree\"\n  2: \"house\"\n  3: \"object\"\n", Encoding.UTF8.GetString(files["data.yaml"]));
        string[] lines = Encoding.UTF8.GetString(files["labels/Noise, drawn.txt"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["0", "1", "2", "3"], lines.Select(line => line.Split(' ')[0]).Distinct());
        foreach ((int category, IGrouping<string, VisionRegion> regions) in scene.Workspace.Regions.GroupBy(region => LabelOf(region)).Index())
        {
            // What joins pieces is one pixel wide.
            Mask mask = Mask.Union(regions.Select(region => region.Mask));
            Mask read = Mask.Union(lines.Where(line => line.StartsWith($"{category} ", StringComparison.Ordinal)).Select(line =>
                PolygonReader.Ultralytics([.. line.Split(' ').Skip(1).Select(number => float.Parse(number, CultureInfo.InvariantCulture))], Width, Height)));
            Assert.True(read.Contains(mask));
            Assert.InRange(read.IntersectionOverUnion(mask), 10.0 / 11, 1);
        }
    }

    [Fact]
    public async Task Label_studio_tasks_hold_the_masks()
    {
        PlainScene scene = Scene();
        JsonNode task = Assert.Single((await Json(scene, "label_studio")).AsArray())!;
        Assert.Equal("Noise, drawn.png", (string)task["data"]!["image"]!);
        JsonNode prediction = Assert.Single(task["predictions"]!.AsArray())!;
        Assert.Equal("model", (string)prediction["model_version"]!);
        JsonArray results = prediction["result"]!.AsArray();
        Assert.Equal(scene.Workspace.Regions.Count, results.Select(result => (string)result!["id"]!).Distinct().Count());
        foreach ((JsonNode? result, VisionRegion? region) in results.Zip(scene.Workspace.Regions))
        {
            Assert.Equal(("brushlabels", "tag", "image"), ((string)result!["type"]!, (string)result["from_name"]!, (string)result["to_name"]!));
            Assert.Equal((Width, Height, 0), ((int)result["original_width"]!, (int)result["original_height"]!, (int)result["image_rotation"]!));
            Assert.Equal("rle", (string)result["value"]!["format"]!);
            Assert.Equal([LabelOf(region)], result["value"]!["brushlabels"]!.AsArray().Select(label => (string)label!));
            byte[] values = LabelStudioRleTests.Decode([.. Numbers(result["value"]!["rle"]!).Select(value => (byte)value)]);
            Assert.Equal(region.Mask, PlainScene.Draw(Width, Height, (x, y) => values[(4 * ((y * Width) + x)) + 3] == 255));
        }
    }

    [Fact]
    public async Task Svg_paths_are_the_regions_in_their_colours()
    {
        PlainScene scene = Scene();
        scene.AddBox("<a> & \"b\"\uFFFE\uD800 ё", 0, 0, 2, 2);
        ArtifactResult made = await scene.Toolset.ExportRegionsAsync("img1", "svg").As<ArtifactResult>();
        XElement svg = XElement.Parse(Encoding.UTF8.GetString(Content(scene, made)));
        XNamespace space = "http://www.w3.org/2000/svg";
        Assert.Equal($"0 0 {Width} {Height}", (string)svg.Attribute("viewBox")!);
        Dictionary<string, XElement> paths = svg.Elements(space + "path").ToDictionary(path => (string)path.Attribute("id")!);
        Assert.Equal(scene.Workspace.Regions.OrderByDescending(region => region.Mask.Area).Select(region => region.Handle), svg.Elements(space + "path").Select(path => (string)path.Attribute("id")!));
        foreach (VisionRegion region in scene.Workspace.Regions)
        {
            XElement path = paths[region.Handle];
            Assert.Equal(("evenodd", OverlayPalette.ColorOf(region.ColorIndex).ToString()), ((string)path.Attribute("fill-rule")!, (string)path.Attribute("fill")!));
            Assert.StartsWith(region.Handle, (string)path.Element(space + "title")!);
            List<MaskPoint>[] rings = ((string)path.Attribute("d")!).Split('Z', StringSplitOptions.RemoveEmptyEntries)
                .Select(ring => Points([.. ring.Split(['M', 'L', ' '], StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, CultureInfo.InvariantCulture))]))
                .ToArray();

            // One polygon of all rings: the even-odd rule over the whole path.
            Close(region.Mask, Mask.FromPolygons([new MaskPolygon(rings[0], [.. rings[1..]])], Width, Height));
        }

        Assert.Equal("m7 <a> & \"b\"\uFFFD ё", (string)paths["m7"].Element(space + "title")!);
    }

    [Fact]
    public async Task Large_outlines_are_simplified_and_stay_the_same_region()
    {
        PlainScene scene = new(oracle, 400, 300);
        VisionRegion disc = scene.Add("a disc", (x, y) => ((x - 200) * (x - 200)) + ((y - 150) * (y - 150)) < 120 * 120 && ((x - 200) * (x - 200)) + ((y - 150) * (y - 150)) > 50 * 50);
        IReadOnlyList<MaskPolygon> exact = disc.Mask.ToPolygons();
        IReadOnlyList<MaskPolygon> simple = SimplifiedOutline.Of(disc.Mask);
        Assert.True(simple[0].Outer.Count < exact[0].Outer.Count / 3, $"{simple[0].Outer.Count} of {exact[0].Outer.Count}");
        Mask again = Mask.FromPolygons(simple, 400, 300);
        Assert.InRange(again.IntersectionOverUnion(disc.Mask), 0.98, 1);

        // Only pixels along the edge may change sides.
        Mask edge = disc.Mask.Grow(1.5).Subtract(disc.Mask.Shrink(1.5));
        Assert.True(edge.Contains(again.Union(disc.Mask).Subtract(again.Intersect(disc.Mask))));
    }

    [Theory]
    [InlineData("coco_rle", "annotations")]
    [InlineData("coco_polygon", "annotations")]
    [InlineData("panoptic_png", null)]
    [InlineData("mask_png", null)]
    [InlineData("labelme", "shapes")]
    [InlineData("geojson", "features")]
    [InlineData("yolo_seg", null)]
    [InlineData("label_studio", null)]
    [InlineData("svg", null)]
    public async Task Empty_sets_give_valid_empty_files(string format, string? list)
    {
        PlainScene scene = new(oracle);
        ArtifactResult made = await scene.Toolset.ExportRegionsAsync(scene.AddSet(), format).As<ArtifactResult>();
        Assert.Equal((0, format), (made.RegionCount, made.Kind));
        byte[] content = Content(scene, made);
        switch (format)
        {
            case "panoptic_png":
                Dictionary<string, byte[]> files = Zip(scene, made);
                Assert.Empty(JsonNode.Parse(files["panoptic.json"])!["annotations"]![0]!["segments_info"]!.AsArray());
                Assert.Equal(Width * Height, new PngPixels(files["panoptic/Noise, drawn.png"]).Count(color => (uint)color == 0xFF000000));
                break;
            case "mask_png":
                Assert.True(MaskPng.Decode(content).IsEmpty);
                break;
            case "yolo_seg":
                Assert.Empty(Zip(scene, made)["labels/Noise, drawn.txt"]);
                Assert.EndsWith("names: {}\n", Encoding.UTF8.GetString(Zip(scene, made)["data.yaml"]));
                break;
            case "svg":
                Assert.Single(XElement.Parse(Encoding.UTF8.GetString(content)).Elements());
                break;
            case "label_studio":
                Assert.Empty(JsonNode.Parse(content)![0]!["predictions"]![0]!["result"]!.AsArray());
                break;
            default:
                Assert.Empty(JsonNode.Parse(content)![list!]!.AsArray());
                break;
        }
    }

    [Fact]
    public async Task The_same_regions_give_the_same_bytes()
    {
        PlainScene scene = Scene();
        foreach (string? format in ExportFormats.BuiltIn.Select(known => known.Name))
        {
            byte[] first = Content(scene, await scene.Toolset.ExportRegionsAsync("img1", format).As<ArtifactResult>());
            Assert.Equal(first, Content(scene, await scene.Toolset.ExportRegionsAsync("img1", format.Replace('_', ' ').ToUpperInvariant()).As<ArtifactResult>()));
        }
    }

    [Fact]
    public async Task Mistakes_are_told_with_the_way_out()
    {
        PlainScene scene = Scene();
        VisionToolset tools = scene.Toolset;
        Assert.Contains("coco_rle, coco_polygon, panoptic_png, mask_png, labelme, geojson, yolo_seg, label_studio, svg", (await tools.ExportRegionsAsync("img1", "pascal").Fails(ToolErrorCodes.BadArgument)).Try);
        await tools.ExportRegionsAsync("img1", null!).Fails(ToolErrorCodes.BadArgument);
        await tools.ExportRegionsAsync("s9", "svg").Fails(ToolErrorCodes.UnknownHandle);
        await tools.ExportRegionsAsync("", "svg").Fails(ToolErrorCodes.BadArgument);
        await tools.ExportRegionsAsync("img1", "svg", new CancellationToken(canceled: true)).Fails(ToolErrorCodes.Cancelled);
        Assert.Empty(scene.Workspace.Artifacts);

        PlainScene small = Scene(new WorkspaceLimits { MaximumArtifactBytes = 60 });
        foreach (string? format in ExportFormats.BuiltIn.Select(known => known.Name))
        {
            Assert.Contains("60 bytes", (await small.Toolset.ExportRegionsAsync("img1", format).Fails(ToolErrorCodes.TooLarge)).Message);
        }

        Assert.Empty(small.Workspace.Artifacts);
    }

    private static bool Ring(int x, int y) => x is >= 10 and < 35 && y is >= 4 and < 26 && !(x is >= 14 and < 20 && y is >= 8 and < 20) && !(x is >= 24 and < 30 && y is >= 8 and < 12);

    /// <summary>Boxes, blobs with holes and specks, a single pixel, one without words, and a phrase twice.</summary>
    private PlainScene Scene(WorkspaceLimits? limits = null)
    {
        PlainScene scene = new(oracle, Width, Height, limits: limits);
        scene.AddBox("a red car", 2, 3, 17, 9);
        scene.Add("the tree", PlainScene.Noise(5, Width, Height));
        scene.Add("a house", Ring);
        scene.Add("a tree", (x, y) => x == 39 && y == 29);
        scene.Add(null, (x, y) => x - y is >= 3 and <= 4);
        scene.Add("A red car", PlainScene.Noise(9, Width, Height));
        return scene;
    }

    private static async Task<JsonNode> Json(PlainScene scene, string format) =>
        JsonNode.Parse(Content(scene, await scene.Toolset.ExportRegionsAsync("img1", format).As<ArtifactResult>()))!;

    private static byte[] Content(PlainScene scene, ArtifactResult made)
    {
        Assert.True(scene.Workspace.TryGetArtifact(made.Artifact, out VisionArtifact? artifact));
        Assert.Equal((made.SizeBytes, made.FileName, made.RegionCount), (artifact.Content.Length, artifact.FileName, artifact.Regions.Count));
        return artifact.Content.ToArray();
    }

    private static Dictionary<string, byte[]> Zip(PlainScene scene, ArtifactResult made)
    {
        using ZipArchive archive = new(new MemoryStream(Content(scene, made)));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using MemoryStream content = new();
            using Stream stream = entry.Open();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    private static string LabelOf(VisionRegion region) => region.Phrase is null ? "object" : EnglishPhrases.WithoutArticle(region.Phrase).ToLowerInvariant();

    private static double[] Numbers(JsonNode array) => [.. array.AsArray().Select(number => (double)number!)];

    private static List<MaskPoint> Points(double[] numbers) => [.. Enumerable.Range(0, numbers.Length / 2).Select(index => new MaskPoint(numbers[2 * index], numbers[(2 * index) + 1]))];

    /// <summary>Holes of pieces that are connected over sides, as polygons see them.</summary>
    private static Mask Filled(Mask mask) =>
        Mask.FromPolygons(mask.ToPolygons().Select(polygon => new MaskPolygon(polygon.Outer, [])), mask.Width, mask.Height);

    /// <summary>The same but for pixels along the edge.</summary>
    private static void Close(Mask expected, Mask actual)
    {
        Assert.InRange(actual.IntersectionOverUnion(expected), 0.98, 1);
        Assert.True(expected.Grow(1.5).Subtract(expected.Shrink(1.5)).Contains(actual.Union(expected).Subtract(actual.Intersect(expected))));
    }
}
