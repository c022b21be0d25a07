using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MGLMM.Imaging;
using MGLMM.Masks;
using MGLMM.Vision.Exports;
using MGLMM.Vision.Functions;
using MGLMM.Vision.Results;
using MGLMM.Vision.Tests.Geometry;

namespace MGLMM.Vision.Tests.Exports;

/// <summary>A host's own format beside ours, and what formats are told of a picture.</summary>
public sealed class ExportFormatsTests(OracleTools oracle)
{
    private static readonly VisionToolsetOptions WithOwn = new() { ExportFormats = [.. ExportFormats.BuiltIn, new AreaList()] };

    [Fact]
    public async Task A_hosts_own_format_is_known_to_the_tool_and_to_the_schema()
    {
        PlainScene scene = new(oracle, options: WithOwn);
        scene.AddBox("The red car.", 2, 3, 17, 9);
        scene.AddBox(null, 0, 0, 2, 2);
        ArtifactResult made = await scene.Toolset.ExportRegionsAsync("img1", "area_list").As<ArtifactResult>();
        Assert.Equal(("area_list", "a1-areas.txt", "Areas only."), (made.Kind, made.FileName, made.Note));
        Assert.True(scene.Workspace.TryGetArtifact("a1", out VisionArtifact? artifact));
        Assert.Equal("text/plain", artifact.MediaType);
        Assert.Equal("Noise, drawn.png 40x30\nm1 red car 90\nm2 object 4\n", Encoding.UTF8.GetString(artifact.Content.Span));

        VisionFunction function = VisionFunctions.Over(scene.Toolset).Single(known => known.Name == "export_regions");
        Assert.Equal(WithOwn.ExportFormats.Select(format => format.Name), Names(function));
        Assert.Equal("a2-areas.txt", Assert.IsType<ArtifactResult>(await function.CallAsync([new("set", "img1"), new("format", "area list")])).FileName);
        Assert.Contains("svg, area_list", (await scene.Toolset.ExportRegionsAsync("img1", "shapefile").Fails(ToolErrorCodes.BadArgument)).Try, StringComparison.Ordinal);

        // Where nothing is said, they are ours.
        Assert.Equal(ExportFormats.BuiltIn.Select(format => format.Name), Names(VisionFunctions.Over(_ => default).Single(known => known.Name == "export_regions")));
        Assert.Equal(
            ["coco_rle", "coco_polygon", "panoptic_png", "mask_png", "labelme", "geojson", "yolo_seg", "label_studio", "svg"], ExportFormats.BuiltIn.Select(format => format.Name));

        static string[] Names(VisionFunction function) =>
            [.. function.JsonSchema.GetProperty("properties").GetProperty("format").GetProperty("enum").EnumerateArray().Select(name => name.GetString()!)];
    }

    [Fact]
    public async Task A_format_that_fails_or_writes_too_much_is_an_error()
    {
        PlainScene scene = new(oracle, options: new() { ExportFormats = [new AreaList { Fails = true }, new AreaList { Name = "too_large", Bytes = 2_000 }] }, limits: new() { MaximumArtifactBytes = 1_000 });
        scene.AddBox("a car", 2, 3, 17, 9);
        ToolError error = await scene.Toolset.ExportRegionsAsync("img1", "area_list").Fails(ToolErrorCodes.Failed);
        Assert.DoesNotContain("/etc/secret", error.ToJson(), StringComparison.Ordinal);
        Assert.Contains("1000 bytes", (await scene.Toolset.ExportRegionsAsync("img1", "too_large").Fails(ToolErrorCodes.TooLarge)).Message, StringComparison.Ordinal);
        Assert.Empty(scene.Workspace.Artifacts);
    }

    [Fact]
    public void Formats_have_names_of_their_own()
    {
        foreach (IReadOnlyList<IExportFormat> formats in (IReadOnlyList<IExportFormat>[])[[], [new AreaList(), new AreaList()], [new AreaList { Name = "My Format" }], [new AreaList { Name = "x" }], [null!]])
        {
            Assert.ThrowsAny<ArgumentException>(() => new VisionToolset(null, options: new VisionToolsetOptions { ExportFormats = formats }));
        }
    }

    [Theory]
    [InlineData("IMG_0001.JPG", "IMG_0001")]
    [InlineData("My Photo (2).final.png", "My Photo (2).final")]
    [InlineData("Übersicht 猫.png", "Übersicht 猫")]
    [InlineData("scan v1.2", "scan v1.2")]
    [InlineData("noext", "noext")]
    [InlineData(".png", "_png")]
    [InlineData("a/b\\c:d.png", "a_b_c_d")]
    [InlineData("CON.png", "_CON")]
    [InlineData("dot..png", "dot.")]
    [InlineData("trail .png", "trail ")]
    [InlineData(" lead.png", " lead")]
    [InlineData("%41;x=y.png", "%41;x=y")]
    [InlineData("-rf.png", "-rf")]
    [InlineData("猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫.png", "猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫猫")]
    [InlineData("...", "img1")]
    public void Files_beside_a_picture_have_its_stem(string name, string stem)
    {
        VisionWorkspace workspace = new();
        AddImage(workspace, name == ".png" ? "_png.png" : name, 1);
        Assert.Contains($"labels/{stem}.txt", Entries(workspace, "yolo_seg", "img1"));
        Assert.Contains($"panoptic/{stem}.png", Entries(workspace, "panoptic_png", "img1"));
    }

    [Fact]
    public void Two_pictures_share_neither_a_name_nor_an_id()
    {
        VisionWorkspace workspace = new();
        foreach ((int index, string name) in ((string[])["photo.png", "photo.jpg", "Photo.webp", "photo 2.png", "photo.png", "PHOTO-img2.png"]).Index())
        {
            AddImage(workspace, name, index);
        }

        string[] handles = workspace.Images.Select(image => image.Handle).ToArray();
        string[] labels = handles.Select(handle => Entries(workspace, "yolo_seg", handle).Single(entry => entry.StartsWith("labels/", StringComparison.Ordinal))).ToArray();
        Assert.Equal(["labels/photo.txt", "labels/photo-img2.txt", "labels/Photo-img3.txt", "labels/photo 2.txt", "labels/photo-img5.txt", "labels/PHOTO-img2-img6.txt"], labels);
        foreach (string format in (string[])["coco_rle", "coco_polygon"])
        {
            int[] ids = handles.Select(handle => (int)Json(workspace, format, handle)["images"]![0]!["id"]!).ToArray();
            Assert.Equal(6, ids.Distinct().Count());
            Assert.All(ids, id => Assert.InRange(id, 1, int.MaxValue));
        }

        // The same picture has the same id in another workspace and another format.
        VisionWorkspace other = new();
        AddImage(other, "photo.jpg", 1);
        Assert.Equal((int)Json(workspace, "coco_rle", "img2")["images"]![0]!["id"]!, (int)Json(other, "coco_polygon", "img1")["images"]![0]!["id"]!);
    }

    [Theory]
    [InlineData("a pink sky", 0)]
    [InlineData("The sky.", 0)]
    [InlineData("green grass", 0)]
    [InlineData("snow-covered mountains in the distance", 0)]
    [InlineData("calm water", 0)]
    [InlineData("a car on the road", 1)]
    [InlineData("a water bottle", 1)]
    [InlineData("a house", 1)]
    [InlineData(null, 1)]
    public void Background_is_no_thing(string? phrase, int isThing)
    {
        VisionWorkspace workspace = new();
        AddImage(workspace, "photo.png", 1);
        workspace.AddRegion("img1", Mask.Full(8, 6), new HostRegion { Phrase = phrase });
        using System.IO.Compression.ZipArchive archive = new(new MemoryStream(Write(workspace, "panoptic_png", "img1").Content.ToArray()));
        using Stream stream = archive.GetEntry("panoptic.json")!.Open();
        Assert.Equal(isThing, (int)JsonNode.Parse(stream)!["categories"]![0]!["isthing"]!);
    }

    [Fact]
    public void Class_names_of_any_script_survive_yaml()
    {
        VisionWorkspace workspace = new();
        AddImage(workspace, "photo.png", 1);
        workspace.AddRegion("img1", Mask.Full(8, 6), new HostRegion { Phrase = "Katze 猫 😀 \"x\" \\: #" });
        using System.IO.Compression.ZipArchive archive = new(new MemoryStream(Write(workspace, "yolo_seg", "img1").Content.ToArray()));
        using StreamReader reader = new(archive.GetEntry("data.yaml")!.Open());
        Assert.Equal("train: images\nval: images\nnames:\n  0: \"katze 猫 😀 \\\"x\\\" \\\\: #\"\n", reader.ReadToEnd());
    }

    private static void AddImage(VisionWorkspace workspace, string name, int seed)
    {
        byte[] pixels = new byte[8 * 6 * RgbImage.Channels];
        new Random(seed).NextBytes(pixels);
        workspace.AddImage(RgbImage.FromPixels(pixels, 8, 6), name);
    }

    private static ExportedFile Write(VisionWorkspace workspace, string format, string image) =>
        workspace.Export(ExportFormats.BuiltIn.Single(known => known.Name == format), image);

    private static JsonNode Json(VisionWorkspace workspace, string format, string image) => JsonNode.Parse(Write(workspace, format, image).Content.Span)!;

    private static string[] Entries(VisionWorkspace workspace, string format, string image)
    {
        using System.IO.Compression.ZipArchive archive = new(new MemoryStream(Write(workspace, format, image).Content.ToArray()));
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    private sealed class AreaList : IExportFormat
    {
        public string Name { get; init; } = "area_list";

        public string Description => "Areas.";

        public bool Fails { get; init; }

        public int Bytes { get; init; }

        public ExportedFile Write(ExportRequest request, CancellationToken cancellationToken = default)
        {
            if (Fails)
            {
                throw new IOException("No such file: /etc/secret");
            }

            string text = $"{request.PictureName} {request.Width}x{request.Height}\n" + string.Concat(request.Regions.Select(region => $"{region.Handle} {region.Label} {region.Mask.Area}\n"));
            return new("areas.txt", "text/plain", Encoding.UTF8.GetBytes(text + new string(' ', Bytes))) { Note = "Areas only." };
        }
    }
}
