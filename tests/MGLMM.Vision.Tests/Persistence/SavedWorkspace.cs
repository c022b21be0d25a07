using System.Text;
using System.Text.Json.Nodes;
using MGLMM.Masks;
using MGLMM.Vision.Persistence;

namespace MGLMM.Vision.Tests.Persistence;

/// <summary>A small workspace with something of everything, and its save.</summary>
internal static class SavedWorkspace
{
    public static VisionWorkspace New(OracleTools oracle)
    {
        VisionWorkspace workspace = new("anna", "holiday", new WorkspaceLimits { MaximumImages = 3 });
        AddImage(workspace, oracle, 1);
        VisionImage first = AddImage(workspace, oracle, 2);
        VisionImage second = AddImage(workspace, oracle, 3, 7, 12);
        IReadOnlyList<VisionRegion> found = workspace.AddRegions(
            first,
            [(Rectangle(first, 0, 0, 4, 3), "a red barn"), (Rectangle(first, 5, 2, 9, 7), "ein grüner \"See\" \uD800"), (Rectangle(first, 1, 1, 3, 3), null)],
            "Describe <it>.", null, "tiny");
        IReadOnlyList<VisionRegion> part = workspace.AddRegions(first, [(Rectangle(first, 1, 1, 2, 2), "door")], "parts", found[0].Handle, "tiny");
        workspace.AddRegions(first, [(found[0].Mask.Union(found[1].Mask), "both")], "union of m1, m2", null, null, ["m1", "m2"]);
        IReadOnlyList<VisionRegion> other = workspace.AddRegions(second, [(Rectangle(second, 0, 0, 7, 12), "all")], "Describe.", null, "tiny");
        workspace.AddSet(first, ["m2", "m1"], "order by size");
        workspace.AddSet(first, [], "nothing there");
        workspace.AddSet(second, [other[0].Handle], "Describe.");
        workspace.AddArtifact((handle, number) => NewArtifact(handle, number, first.Handle, "overlay.png", [1, 2, 3]));
        workspace.AddArtifact((handle, number) => NewArtifact(handle, number, second.Handle, "regions.json", "{}"u8.ToArray()));
        workspace.Remember(first.Handle, new EarlierTurn("What is it?", "A barn.</s>"), followsUp: false, 4);
        workspace.Remember(first.Handle, new EarlierTurn("Which colour?", "Red."), followsUp: true, 4);

        // One picture and its region are pushed out, so that handles are missing from the row.
        VisionImage third = AddImage(workspace, oracle, 4);
        workspace.AddRegions(third, [(Rectangle(third, 0, 0, 1, 1), "corner")], "Describe.", null, "tiny");
        Assert.Equal(["img2", "img3", "img4"], workspace.Images.Select(image => image.Handle));
        Assert.Equal("m4", part[0].Handle);
        return workspace;
    }

    public static VisionImage AddImage(VisionWorkspace workspace, OracleTools oracle, byte shade, int width = 10, int height = 8)
    {
        byte[] pixels = new byte[width * height * 3];
        for (int index = 0; index < pixels.Length; index++)
        {
            pixels[index] = (byte)(shade + (index * 7));
        }

        return workspace.AddImage(RgbImage.FromPixels(pixels, width, height), $"picture {shade}", "jpeg");
    }

    public static VisionArtifact NewArtifact(string handle, int number, string image, string name, byte[] content) => new()
    {
        Handle = handle,
        Number = number,
        Image = image,
        Kind = "overlay",
        FileName = $"{handle}-{name}",
        MediaType = "image/png",
        Content = content,
        Regions = ["m1"],
    };

    /// <summary>Changes the saved records and closes them again with a checksum that fits, as somebody with bad intent would.</summary>
    public static void Edit(string folder, Action<JsonNode> change)
    {
        string path = Path.Combine(folder, "workspace.json");
        JsonNode workspace = JsonNode.Parse(File.ReadAllBytes(path))!["workspace"]!;
        change(workspace);
        File.WriteAllBytes(path, WorkspaceSeal.Close(Encoding.UTF8.GetBytes(workspace.ToJsonString())));
    }

    private static Mask Rectangle(VisionImage image, int left, int top, int right, int bottom) =>
        Mask.FromRectangle(image.Width, image.Height, new PixelBox(left, top, right, bottom));
}
