using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Tests.Geometry;
using MGLMM.Vision.Tests.Output;
using SkiaSharp;

namespace MGLMM.Vision.Tests.Exports;

/// <summary>
/// A car with a wheel, a hub cap of just the wheel's pixels, and a sky as large as the car that lies over half of it: every format gives each of them back
/// whole, but for the panoptic picture, which has one segment a pixel and says which has none.
/// </summary>
public sealed class OverlappingMasksTests
{
    private const int Width = 40;
    private const int Height = 30;

    private static readonly (string Phrase, string Label, Mask Mask)[] Regions =
    [
        ("a car", "car", HardMasks.Box(Width, Height, 5, 5, 35, 25)),
        ("a wheel", "wheel", HardMasks.Box(Width, Height, 8, 8, 12, 12)),
        ("a hub cap", "hub cap", HardMasks.Box(Width, Height, 8, 8, 12, 12)),
        ("The sky.", "sky", HardMasks.Box(Width, Height, 0, 0, 20, 30)),
    ];

    [Fact]
    public void Every_region_comes_back_whole()
    {
        JsonNode coco = Json("coco_rle");
        Assert.Equal(Masks, coco["annotations"]!.AsArray().Select(annotation => CocoRle.Decode((string)annotation!["segmentation"]!["counts"]!, Width, Height)));
        Assert.Equal([600, 16, 16, 600], coco["annotations"]!.AsArray().Select(annotation => (int)annotation!["area"]!));
        Assert.Equal(Labels, coco["annotations"]!.AsArray().Select(annotation => (string)coco["categories"]![(int)annotation!["category_id"]! - 1]!["name"]!));

        Assert.Equal(Masks, Json("coco_polygon")["annotations"]!.AsArray().Select(annotation => Mask.FromPolygons(
            annotation!["segmentation"]!.AsArray().Select(ring => new MaskPolygon([.. ring!.AsArray().Chunk(2).Select(pair => new MaskPoint((double)pair[0]!, (double)pair[1]!))], [])), Width, Height)));

        JsonArray shapes = Json("labelme")["shapes"]!.AsArray();
        Assert.Equal(Labels, shapes.Select(shape => (string)shape!["label"]!));
        Assert.Equal(Masks, shapes.Select(shape => PolygonReader.Pillow(Points(shape!["points"]!), Width, Height)));

        JsonArray features = Json("geojson")["features"]!.AsArray();
        Assert.Equal(Masks, features.Select(feature => Mask.FromPolygons([new MaskPolygon(Points(feature!["geometry"]!["coordinates"]![0]!)[..^1], [])], Width, Height)));

        Dictionary<string, byte[]> yolo = Zip("yolo_seg", out string? note);
        Assert.Null(note);
        string[][] lines = Encoding.UTF8.GetString(yolo["labels/overlap.txt"]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')).ToArray();
        Assert.Equal(["0", "1", "2", "3"], lines.Select(line => line[0]));
        Assert.Equal(Masks, lines.Select(line => PolygonReader.Ultralytics([.. line.Skip(1).Select(number => float.Parse(number, CultureInfo.InvariantCulture))], Width, Height)));
        Assert.EndsWith("names:\n  0: \"car\"\n  1: \"wheel\"\n  2: \"hub cap\"\n  3: \"sky\"\n", Encoding.UTF8.GetString(yolo["data.yaml"]), StringComparison.Ordinal);

        Assert.Equal(Masks, Zip("mask_png", out _).Values.Select(png => MaskPng.Decode(png)));

        JsonArray brushes = Json("label_studio")[0]!["predictions"]![0]!["result"]!.AsArray();
        Assert.Equal(Labels, brushes.Select(brush => (string)brush!["value"]!["brushlabels"]![0]!));
        Assert.Equal(Masks, brushes.Select(brush =>
        {
            byte[] values = LabelStudioRleTests.Decode([.. brush!["value"]!["rle"]!.AsArray().Select(value => (byte)(int)value!)]);
            return PlainScene.Draw(Width, Height, (x, y) => values[(4 * ((y * Width) + x)) + 3] == 255);
        }));
    }

    [Fact]
    public void The_panoptic_picture_shows_the_smaller_and_of_equals_the_later()
    {
        Dictionary<string, byte[]> files = Zip("panoptic_png", out string? note);
        Assert.Equal("m2 has no segment: others cover it wholly.", note);
        JsonNode json = JsonNode.Parse(files["panoptic.json"])!;
        JsonArray segments = json["annotations"]![0]!["segments_info"]!.AsArray();

        // The hub cap's 16; the sky without them; the car without the 15 columns that the sky has.
        Assert.Equal([("m1", 300), ("m3", 16), ("m4", 584)], segments.Select(segment => ((string)segment!["region"]!, (int)segment["area"]!)));
        Assert.Equal([1, 1, 1, 0], json["categories"]!.AsArray().Select(category => (int)category!["isthing"]!));
        PngPixels png = new(files["panoptic/overlap.png"]);
        foreach ((int x, int y, int segment) in ((int, int, int)[])[(34, 24, 0), (20, 5, 0), (19, 5, 2), (7, 8, 2), (8, 8, 1), (11, 11, 1), (12, 12, 2), (0, 0, 2), (19, 29, 2)])
        {
            SKColor color = png[x, y];
            Assert.Equal((int)segments[segment]!["id"]!, color.Red + (256 * color.Green) + (65536 * color.Blue));
        }

        Assert.Equal((uint)0xFF000000, (uint)png[39, 29]);
    }

    private static IEnumerable<Mask> Masks => Regions.Select(region => region.Mask);

    private static IEnumerable<string> Labels => Regions.Select(region => region.Label);

    private static ExportedFile Write(string format)
    {
        VisionWorkspace workspace = new();
        workspace.AddImage(RgbImage.FromPixels(new byte[Width * Height * RgbImage.Channels], Width, Height), "overlap.png");
        foreach ((string phrase, _, Mask mask) in Regions)
        {
            workspace.AddRegion("img1", mask, new HostRegion { Phrase = phrase });
        }

        return workspace.Export(ExportFormats.BuiltIn.Single(known => known.Name == format), "img1");
    }

    private static JsonNode Json(string format) => JsonNode.Parse(Write(format).Content.Span)!;

    private static Dictionary<string, byte[]> Zip(string format, out string? note)
    {
        ExportedFile file = Write(format);
        note = file.Note;
        using ZipArchive archive = new(new MemoryStream(file.Content.ToArray()));
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using Stream stream = entry.Open();
            using MemoryStream content = new();
            stream.CopyTo(content);
            return content.ToArray();
        });
    }

    private static MaskPoint[] Points(JsonNode points) => [.. points.AsArray().Select(point => new MaskPoint((double)point![0]!, (double)point[1]!))];
}
