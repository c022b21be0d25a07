using System.IO.Compression;
using System.Text.Json.Nodes;
using MGLMM.Imaging;
using MGLMM.Masks;

namespace MGLMM.Cli.Tests;

/// <summary><c>mglmm export</c>: any masks in any of our formats, with no model.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mglmm-export-").FullName;

    public ExportTests()
    {
        File.WriteAllBytes(At("IMG_0001.png"), new OverlayRenderer(new OverlayOptions { MinimumLongSide = 1 }).RenderPng(RgbImage.FromPixels(new byte[40 * 30 * 3], 40, 30), []));
        WriteMask("car.png", 40, 30, 2, 3, 17, 9);
        WriteMask("a=b.png", 40, 30, 20, 10, 21, 11);
        WriteMask("sky.png", 40, 30, 0, 0, 40, 2);
    }

    private string Output => At("out");

    [Fact]
    public async Task Masks_are_m1_m2_in_their_order_with_their_labels()
    {
        (int exit, string output, string error) = await Export("coco_rle", "car.png=a red car", "a=b.png=x=y", "sky.png");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Contains("IMG_0001-coco_rle.json", output, StringComparison.Ordinal);
        JsonNode json = JsonNode.Parse(await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Output))))!;
        Assert.Equal("IMG_0001.png", (string)json["images"]![0]!["file_name"]!);
        JsonArray annotations = json["annotations"]!.AsArray();
        Assert.Equal(["m1", "m2", "m3"], annotations.Select(annotation => (string)annotation!["region"]!));
        Assert.Equal(["red car", "x=y", "object"], json["categories"]!.AsArray().Select(category => (string)category!["name"]!));
        Assert.Equal(
            MaskPng.Decode(await File.ReadAllBytesAsync(At("car.png"))), CocoRle.Decode((string)annotations[0]!["segmentation"]!["counts"]!, 40, 30));
    }

    [Theory]
    [InlineData("coco_rle", "IMG_0001-coco_rle.json")]
    [InlineData("coco_polygon", "IMG_0001-coco_polygon.json")]
    [InlineData("panoptic_png", "IMG_0001-panoptic_png.zip")]
    [InlineData("mask_png", "IMG_0001-mask_png.zip")]
    [InlineData("labelme", "IMG_0001-labelme.json")]
    [InlineData("geojson", "IMG_0001-geojson.geojson")]
    [InlineData("yolo_seg", "IMG_0001-yolo_seg.zip")]
    [InlineData("label_studio", "IMG_0001-label_studio.json")]
    [InlineData("svg", "IMG_0001-svg.svg")]
    public async Task Every_format_is_written_into_the_folder(string format, string name)
    {
        Directory.CreateDirectory(Output);
        (int exit, _, string error) = await Export(format, "car.png=car", "sky.png=sky");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal([At(Path.Combine("out", name))], Directory.GetFiles(Output));
        if (format == "yolo_seg")
        {
            using ZipArchive archive = ZipFile.OpenRead(At(Path.Combine("out", name)));
            Assert.Equal(["data.yaml", "labels/IMG_0001.txt"], archive.Entries.Select(entry => entry.FullName));
        }
    }

    [Fact]
    public async Task Archives_are_unpacked_where_asked_for()
    {
        (int exit, _, string error) = await Tool.RunAsync(
            "export", "--image", At("IMG_0001.png"), "--mask", At("car.png"), At("sky.png"), "--format", "yolo_seg", "--output", Output, "--unpack");
        Assert.Equal((0, string.Empty), (exit, error));
        Assert.Equal(
            [At("out/data.yaml"), At("out/labels/IMG_0001.txt")], Directory.GetFiles(Output, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_cannot_be_exported_is_said_in_a_line_and_nothing_is_written()
    {
        WriteMask("small.png", 30, 40, 0, 0, 2, 2);
        WriteMask("empty.png", 40, 30, 0, 0, 0, 0);
        await File.WriteAllTextAsync(At("text.png"), "no picture");
        foreach ((string format, string[] masks, string said) in ((string, string[], string)[])
        [
            ("coco_rle", ["small.png=car"], "30x40"),
            ("coco_rle", ["car.png", "empty.png"], "empty.png is empty"),
            ("coco_rle", ["text.png"], "text.png cannot be read"),
            ("coco_rle", ["none.png=car"], "no mask file"),
            ("coco_rle", ["car.png=car", "car.png=car"], "another label"),
            ("shapefile", ["car.png"], "coco_rle, coco_polygon, panoptic_png, mask_png, labelme, geojson, yolo_seg, label_studio, svg"),
        ])
        {
            (int exit, string output, string error) = await Export(format, masks);
            AssertRefused(exit, error, said);
            Assert.Empty(output);
            Assert.False(Directory.Exists(Output));
        }

        foreach ((string image, string said) in ((string, string)[])[("none.png", "no picture"), ("text.png", "text.png")])
        {
            (int exit, _, string error) = await Tool.RunAsync("export", "--image", At(image), "--mask", At("car.png"), "--format", "svg", "--output", Output);
            Assert.True(exit == 2 && error.StartsWith("error: ", StringComparison.Ordinal) && error.TrimEnd().Split('\n').Length == 1, $"{exit} {error} {said}");
        }

        AssertRefused(await Tool.RunAsync("export", "--image", At("IMG_0001.png"), "--format", "svg", "--output", Output), "--mask");
    }

    [Fact]
    public async Task What_is_there_stays()
    {
        Assert.Equal(0, (await Export("svg", "car.png")).ExitCode);
        string file = Assert.Single(Directory.GetFiles(Output));
        await File.WriteAllTextAsync(file, "mine");
        AssertRefused(await Export("svg", "sky.png"), "is there already");
        Assert.Equal("mine", await File.ReadAllTextAsync(file));

        // Another format has another name; a file is no folder.
        Assert.Equal(0, (await Export("geojson", "sky.png")).ExitCode);
        AssertRefused(await Tool.RunAsync("export", "--image", At("IMG_0001.png"), "--mask", At("car.png"), "--format", "svg", "--output", file), "is a file");
        Assert.Equal("mine", await File.ReadAllTextAsync(file));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertRefused((int ExitCode, string Output, string Error) result, string said) => AssertRefused(result.ExitCode, result.Error, said);

    private static void AssertRefused(int exit, string error, string said)
    {
        Assert.Equal(2, exit);
        Assert.StartsWith("error: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains(said, error, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Error)> Export(string format, params string[] masks) =>
        Tool.RunAsync(["export", "--image", At("IMG_0001.png"), .. masks.SelectMany(mask => (string[])["--mask", At(mask)]), "--format", format, "--output", Output]);

    private string At(string name) => Path.Combine(_folder, name);

    private void WriteMask(string name, int width, int height, int left, int top, int right, int bottom) =>
        File.WriteAllBytes(At(name), MaskPng.Encode(Mask.FromRectangle(width, height, new PixelBox(left, top, right, bottom)), 8));
}
