using MGLMM.Masks;

namespace MGLMM.Vision.Tests.Geometry;

/// <summary>A picture of noise with regions that a test draws, and tools over it.</summary>
internal sealed class PlainScene
{
    public PlainScene(OracleTools oracle, int width = 40, int height = 30, VisionToolsetOptions? options = null, WorkspaceLimits? limits = null)
    {
        Toolset = oracle.NewToolset(options, workspace: new VisionWorkspace(limits));
        Image = AddImage(oracle, width, height, seed: 1);
    }

    public VisionToolset Toolset { get; }

    public VisionImage Image { get; }

    public VisionWorkspace Workspace => Toolset.Workspace;

    public VisionImage AddImage(OracleTools oracle, int width, int height, int seed)
    {
        byte[] pixels = new byte[width * height * RgbImage.Channels];
        new Random(seed).NextBytes(pixels);
        return Workspace.AddImage(RgbImage.FromPixels(pixels, width, height), seed == 1 ? "Noise, drawn.png" : $"picture {seed}");
    }

    /// <summary>A region of the pixels that fit.</summary>
    public VisionRegion Add(string? phrase, Func<int, int, bool> inside, string? parent = null, VisionImage? image = null)
    {
        image ??= Image;
        return Workspace.AddRegions(image, [(Draw(image.Width, image.Height, inside), phrase)], "drawn", parent, "model")[0];
    }

    public VisionRegion AddBox(string? phrase, int left, int top, int right, int bottom, string? parent = null, VisionImage? image = null) =>
        Add(phrase, (x, y) => x >= left && x < right && y >= top && y < bottom, parent, image);

    public string AddSet(params IEnumerable<VisionRegion> regions) => Workspace.AddSet(Image, [.. regions.Select(region => region.Handle)], "by hand").Handle;

    public VisionRegion Region(string handle) =>
        Workspace.TryGetRegion(handle, out VisionRegion? region) ? region : throw new KeyNotFoundException(handle);

    public static Mask Draw(int width, int height, Func<int, int, bool> inside)
    {
        bool[] bitmap = new bool[width * height];
        for (int index = 0; index < bitmap.Length; index++)
        {
            bitmap[index] = inside(index % width, index / width);
        }

        return Mask.FromBitmap(bitmap, width, height);
    }

    /// <summary>Blobs, specks and holes, different for each seed; never empty.</summary>
    public static Func<int, int, bool> Noise(int seed, int width, int height)
    {
        Random random = new(seed);
        (int X, int Y, int R)[] discs = Enumerable.Range(0, 5).Select(_ => (X: random.Next(width), Y: random.Next(height), R: random.Next(2, 9))).ToArray();
        HashSet<(int, int)> specks = Enumerable.Range(0, 25).Select(_ => (random.Next(width), random.Next(height))).ToHashSet();
        return (x, y) => (discs.Count(disc => ((x - disc.X) * (x - disc.X)) + ((y - disc.Y) * (y - disc.Y)) <= disc.R * disc.R) % 2 == 1) ^ specks.Contains((x, y));
    }
}
