using MGLMM.Masks;
using MGLMM.Vision;

namespace MGLMM.SemanticKernel.Tests.Conversations;

/// <summary>Regions the plain way, one bool per pixel, so that what the tools computed with run lengths can be checked.</summary>
internal static class PlainPixels
{
    public static bool[] Of(VisionToolset toolset, string handle) =>
        toolset.Workspace.TryGetRegion(handle, out VisionRegion? region) ? region.Mask.ToBitmap() : throw new KeyNotFoundException(handle);

    public static bool[] Or(this bool[] first, bool[] second) => [.. first.Zip(second, (a, b) => a || b)];

    public static bool[] And(this bool[] first, bool[] second) => [.. first.Zip(second, (a, b) => a && b)];

    public static bool[] Without(this bool[] first, bool[] second) => [.. first.Zip(second, (a, b) => a && !b)];

    public static int Area(this bool[] pixels) => pixels.Count(inside => inside);

    /// <summary>Every pixel within a distance of the region, measured between centres.</summary>
    public static bool[] Grown(this bool[] pixels, int width, double distance)
    {
        int height = pixels.Length / width;
        int reach = (int)Math.Ceiling(distance);
        bool[] grown = new bool[pixels.Length];
        for (int at = 0; at < pixels.Length; at++)
        {
            (int x, int y) = (at % width, at / width);
            for (int dy = -reach; dy <= reach && !grown[at]; dy++)
            {
                for (int dx = -reach; dx <= reach && !grown[at]; dx++)
                {
                    (int nx, int ny) = (x + dx, y + dy);
                    grown[at] = (dx * dx) + (dy * dy) <= distance * distance
                        && nx >= 0 && ny >= 0 && nx < width && ny < height && pixels[(ny * width) + nx];
                }
            }
        }

        return grown;
    }

    public static double IntersectionOverUnion(bool[] first, bool[] second) => (double)first.And(second).Area() / first.Or(second).Area();

    /// <summary>COCO's compressed run lengths, decoded by their definition: columns first, starting outside.</summary>
    public static bool[] FromCoco(string counts, int width, int height)
    {
        List<long> runs = new();
        for (int at = 0; at < counts.Length;)
        {
            long value = 0;
            int shift = 0;
            int piece;
            do
            {
                piece = counts[at++] - 48;
                value |= (long)(piece & 0x1f) << shift;
                shift += 5;
            }
            while ((piece & 0x20) != 0);

            if ((piece & 0x10) != 0)
            {
                value |= -1L << shift;
            }

            runs.Add(runs.Count > 2 ? value + runs[^2] : value);
        }

        bool[] pixels = new bool[width * height];
        int position = 0;
        for (int run = 0; run < runs.Count; run++)
        {
            for (int step = 0; step < runs[run]; step++, position++)
            {
                pixels[(position % height * width) + (position / height)] = run % 2 == 1;
            }
        }

        Assert.Equal(pixels.Length, position);
        return pixels;
    }
}
